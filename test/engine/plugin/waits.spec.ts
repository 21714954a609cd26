/**
 * Waits for Metal3's controller or for a pool. They end in time or by
 * the user, state keeps the resource, and the next update continues.
 */
import assert from "node:assert/strict";
import { endLife, startLife } from "../../cluster/claimants";
import { Site } from "../../cluster/site";
import { storeOf } from "../../cluster/stack";
import { eventually, type KubeObject, objectPath, useCluster } from "../../testbed/cluster";
import { expectFailed, expectSucceeded, type Stack, useEngine } from "../../testbed/engine";
import { type Backend, openCluster } from "../backends";
import { haveEnded, pending, pluginsBelow, secondsUntil, stateOf, upUntil, yaml } from "./interruptions";

const MADE_HERE = "$" + "{net.name}";
const patience = (time: string) => ({ customTimeouts: { create: time, update: time } });

const net = {
  type: "metal3-ipam:IPPool",
  properties: { name: "net", pools: [{ start: "10.0.0.10", end: "10.0.0.19" }], prefix: 24, gateway: "10.0.0.1" },
};
const claim = (properties: object, options = {}) => ({
  type: "metal3-ipam:IPClaim",
  properties: { pool: MADE_HERE, ...properties },
  options,
});
/** Of both claims, in either order. */
const WAITS =
  /"message":"waiting for Metal3\S* controller to serve IPClaim \S+\/([vw])\\n.*"message":"waiting for Metal3\S* controller to serve IPClaim \S+\/(?!\1)[vw]\\n/s;
interface Claim extends KubeObject {
  readonly status?: { readonly address?: object };
}

/** Seconds. Without its own limit each wait takes 100 s or more. The message has the real time. */
const FAR_FROM_A_HANG = 60;

const served = { waitForController: true };
const chosen = { placement: "controller" };

describe("waits, through the plugin", function () {
  const engine = useEngine(this);

  describe("for a pool that does not exist", () => {
    const host = { type: "metal3-ipam:PreAllocation", properties: { pool: "net", host: "a" } };
    const lone = (options: object) => yaml({ a: { ...host, options } });

    it("fail after customTimeouts and name the pool, leave nothing, and continue when the pool exists", async () => {
      const program = lone(patience("2s"));
      const stack = await engine().project({ name: "missing", runtime: "yaml", program });
      const late = expectFailed(
        await stack.up(),
        /IPPool default\/net does not exist \(waited 2 s\)\. If this program/,
      );
      assert.ok(late.seconds < FAR_FROM_A_HANG, `${late.seconds} s`);
      assert.deepEqual(await stateOf(stack, "a"), undefined);
      await stack.setProgram(yaml({ net, a: host }));
      assert.deepEqual(expectSucceeded(await stack.up()).changes, { create: 2 });
      assert.deepEqual(expectSucceeded(await stack.up()).changes, { same: 2 });
    });

    it("end at Ctrl-C without a remaining process or pending operation, and the next update continues", async () => {
      const program = lone(patience("100s"));
      const stack = await engine().project({ name: "missing", runtime: "yaml", program });
      const running = await upUntil(stack, /waiting for IPPool default\/net to be there/);
      const plugins = pluginsBelow(running.pid);
      const { seconds, result } = await secondsUntil(running, "SIGINT");
      assert.ok(seconds < FAR_FROM_A_HANG, `${seconds} s`);
      expectFailed(result, /Stopped while waiting for IPPool default\/net to be there\. Run `pulumi up` again/);
      await haveEnded(plugins);
      assert.deepEqual(await pending(stack), []);
      await stack.setProgram(yaml({ net, a: host }));
      assert.deepEqual(expectSucceeded(await stack.up()).changes, { create: 2 });
    });
  });

  describe("for Metal3's controller", function () {
    const cluster = useCluster(this);
    afterEach(() => cluster().controller.resume());

    /** A pool of a stack that the controller knows. Then the controller is stopped. */
    async function standstill(): Promise<{ stack: Stack; backend: Backend }> {
      const backend = await openCluster(cluster());
      const project = { name: "waits", runtime: "yaml", program: yaml({ net }), ...backend.project } as const;
      const stack = await engine().project(project);
      expectSucceeded(await stack.up());
      const store = await storeOf(cluster());
      const site = new Site(cluster(), store, backend.namespace);
      await startLife(site, "other");
      await endLife(site, "other");
      await store.close();
      cluster().controller.pause();
      return { stack, backend };
    }

    /** All resources exist once, get ready, and are gone in the end. */
    async function expectHealed({ stack, backend }: { stack: Stack; backend: Backend }) {
      const claims = Object.keys(await backend.contents()).filter((key) => key.startsWith("ipclaims/"));
      assert.deepEqual(claims, ["ipclaims/v", "ipclaims/w"]);
      for (const name of ["v", "w"]) assert.equal((await stateOf(stack, name))?.initErrors, undefined);
      for (const _time of ["second", "third"]) {
        assert.deepEqual(expectSucceeded(await stack.up("--diff")).changes, { same: 3 });
      }
      const { resources = [] } = (await stack.stackExport()).deployment;
      const held = resources.flatMap(({ outputs }) => outputs?.address ?? []);
      const locked = Object.entries(await backend.contents()).flatMap(([key, { spec }]) =>
        key.startsWith("ipaddresses/") ? [spec.address] : [],
      );
      assert.deepEqual(held.sort(), locked.sort());
      expectSucceeded(await stack.destroy());
      assert.deepEqual(await backend.contents(), {});
    }

    /** The controller's answers. */
    async function untilServed({ namespace }: Backend) {
      cluster().controller.resume();
      await eventually("both claims are served", async () => {
        const claims = await cluster().api.list<Claim>(objectPath("ipam.metal3.io/v1alpha1", "ipclaims", namespace));
        return claims.filter(({ status }) => status?.address).length === 2;
      });
    }

    it("is known after the update, and unchanged from then on", async () => {
      const { stack, backend } = await standstill();
      cluster().controller.resume();
      await stack.setProgram(yaml({ net, v: claim(chosen), w: claim(served) }));
      assert.deepEqual(expectSucceeded(await stack.up()).changes, { same: 1, create: 2 });
      await expectHealed({ stack, backend });
    });

    it("fail after customTimeouts and name the claim; it is kept as not ready, and the next update repairs it", async () => {
      const { stack, backend } = await standstill();
      const { namespace } = backend;
      const options = patience("3s");
      await stack.setProgram(yaml({ net, v: claim(chosen, options), w: claim(served, options) }));
      const told = (name: string) =>
        `Metal3's controller has not served IPClaim ${namespace}/${name} of IPPool ${namespace}/net yet (waited 3 s). ` +
        "Check that it runs, then run `pulumi up` again, which continues from here.";
      for (const _time of ["create", "update"]) {
        const late = expectFailed(await stack.up("--continue-on-error"), /has not served IPClaim /);
        assert.ok(late.seconds < FAR_FROM_A_HANG, `${late.seconds} s`);
        const errors = late.diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message);
        for (const name of ["v", "w"]) {
          assert.ok(
            errors.some((message) => message.includes(told(name))),
            errors.join(),
          );
          assert.deepEqual(await stateOf(stack, name), { id: `${namespace}/${name}`, initErrors: [told(name)] });
        }
      }
      await untilServed(backend);
      // A failed resource is updated, although one of the two has been served with its address.
      assert.deepEqual(expectSucceeded(await stack.up()).changes, { same: 1, update: 2 });
      await expectHealed({ stack, backend });
    });

    it("end at Ctrl-C within seconds; the claim is kept as not ready, and the next update repairs it", async () => {
      const { stack, backend } = await standstill();
      await stack.setProgram(yaml({ net, v: claim(chosen), w: claim(served) }));
      const running = await upUntil(stack, WAITS);
      const plugins = pluginsBelow(running.pid);
      const { seconds, result } = await secondsUntil(running, "SIGINT");
      assert.ok(seconds < FAR_FROM_A_HANG, `${seconds} s`);
      expectFailed(result, /Stopped while waiting for Metal3's controller to serve IPClaim/);
      await haveEnded(plugins);
      assert.deepEqual(await pending(stack), []);
      for (const name of ["v", "w"]) {
        assert.deepEqual(await stateOf(stack, name), {
          id: `${backend.namespace}/${name}`,
          initErrors: [
            `Stopped while waiting for Metal3's controller to serve IPClaim ${backend.namespace}/${name}. ` +
              "Run `pulumi up` again, which continues from here.",
          ],
        });
      }
      const again = await upUntil(stack, WAITS);
      cluster().controller.resume();
      assert.deepEqual(expectSucceeded(await again.done).changes, { same: 1, update: 2 });
      await expectHealed({ stack, backend });
    });

    it("fail if the process is killed, without a pending operation, and the next update repairs the claim", async () => {
      const { stack, backend } = await standstill();
      await stack.setProgram(yaml({ net, v: claim(chosen), w: claim(served) }));
      const running = await upUntil(stack, WAITS);
      for (const pid of pluginsBelow(running.pid)) process.kill(pid, "SIGKILL");
      expectFailed(await running.done, /error reading from server: EOF/);
      assert.deepEqual(await pending(stack), []);
      await untilServed(backend);
      assert.deepEqual(expectSucceeded(await stack.up()).changes, { same: 1, create: 2 });
      await expectHealed({ stack, backend });
    });
  });
});
