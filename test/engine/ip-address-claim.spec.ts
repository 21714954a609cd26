/** An IPAddressClaim under the real engine and Metal3's controller, through both doors. */
import assert from "node:assert/strict";
import { addressClaim, pool } from "../resources/declare";
import { objectPath, useCluster } from "../testbed/cluster";
import { expectFailed, expectSucceeded, unknown, useEngine } from "../testbed/engine";
import { openCluster } from "./backends";
import { dynamicDoor, pluginDoor, type Written } from "./doors";
import { stateOf } from "./plugin/interruptions";

const NET = { apiGroup: "ipam.metal3.io", kind: "IPPool", name: "net" };
const patience = { customTimeouts: { create: "2s", update: "2s" } };
const claim = (args: object = {}, options: object = {}): Written => ({
  ...addressClaim("v", { poolRef: NET, ...args }),
  options: { dependsOn: ["net"], ...options },
});

describe("an IPAddressClaim on a real engine", function () {
  const engine = useEngine(this);
  const cluster = useCluster(this);

  for (const door of [pluginDoor, dynamicDoor]) {
    it(`waits, is kept when there is no answer, shows drift, and is gone after a destroy: ${door.name}`, async () => {
      const backend = await openCluster(cluster());
      const { namespace } = backend;
      const program = (...args: Parameters<typeof claim>) => door.program(pool() as Written, claim(...args));
      const waiting = door.program(claim({}, { ...patience, dependsOn: [] }));
      const project = { name: "address-claim", ...door.project, program: waiting, ...backend.project };
      const stack = await engine().project(project);
      // Pulumi does not tell dynamic resources their timeout.
      const isPlugin = door.name === "plugin";
      if (isPlugin) {
        const late =
          `IPAddressClaim ${namespace}/v has no address yet (waited 2 s), because IPPool net does not exist. Create it or ` +
          "correct `poolRef`, then run `pulumi up` again, which continues from here.";
        const failed = expectFailed(await stack.up(), /IPAddressClaim \S+\/v has no address yet/);
        assert.ok(failed.all.replaceAll(/\s+/g, " ").includes(late), failed.all);
        assert.equal((await stateOf(stack, "v"))?.initErrors?.length, 1);
      }
      await stack.setProgram(program());
      const made = expectSucceeded(await stack.up());
      assert.deepEqual(made.changes, isPlugin ? { create: 1, update: 1 } : { create: 2 });
      assert.deepEqual(made.outputs, { v: "10.0.0.10" });
      assert.equal((await stateOf(stack, "v"))?.initErrors, undefined);
      for (const _time of ["second", "third"]) assert.deepEqual(expectSucceeded(await stack.up()).changes, { same: 2 });

      const path = objectPath("ipam.cluster.x-k8s.io/v1beta2", "ipaddressclaims", namespace, "v");
      await cluster().kubectl(["delete", "-n", namespace, "ipaddressclaims.ipam.cluster.x-k8s.io", "v"]);
      const gone = expectSucceeded(await stack.preview());
      assert.deepEqual(gone.changes, { same: 1, update: 1 });
      // Dynamic resources show it in the diff alone.
      const warning = new RegExp(`IPAddressClaim ${namespace}/v was deleted\\. \`pulumi up\` creates it again\\.`);
      assert.match(gone.all, isPlugin ? warning : /update \[diff: \+drift/);
      assert.deepEqual(gone.outputs.v, unknown);
      assert.deepEqual(expectSucceeded(await stack.up()).changes, { same: 1, update: 1 });
      assert.ok(await cluster().api.find(path));

      await stack.setProgram(program({ labels: { a: "1" } }));
      const relabelled = expectSucceeded(await stack.up());
      assert.deepEqual([relabelled.changes, relabelled.outputs], [{ same: 1, update: 1 }, { v: "10.0.0.10" }]);
      expectSucceeded(await stack.destroy());
      assert.equal(await cluster().api.find(path), undefined);
    });
  }
});
