/** IPClaims that wait for Metal3's controller, and its answers: served, refused, none yet. */
import assert from "node:assert/strict";
import { Unfinished } from "../../provider/resources/handler";
import { claim, pool } from "../resources/declare";
import type { Stack } from "../resources/program";
import { eventually } from "../testbed/cluster";
import { type Address, endLife, startLife } from "./claimants";
import { useSite } from "./site";

const CHOSEN = claim("v", { placement: "controller" });
const AWAITED = claim("w", { waitForController: true });
const IMPATIENT = { controllerWaitMs: 700 };

describe("an IPClaim that Metal3's controller answers", function () {
  const site = useSite(this);

  it("is known after the update, and unchanged from then on", async () => {
    const here = await site();
    const stack = here.stack();
    const program = [pool({ dnsServers: ["9.9.9.9"] }), CHOSEN, AWAITED];
    const { inputs } = await stack.preview(program);
    assert.equal(inputs.get("v")?.address, undefined);
    const shown = inputs.get("w")?.address;
    await stack.up(program);
    // The controller chooses the lowest free address, whichever one the other claim holds.
    const lowest = shown === "10.0.0.10" ? "10.0.0.11" : "10.0.0.10";
    const network = { prefix: 24, gateway: "10.0.0.1", dnsServers: ["9.9.9.9"] };
    assert.deepEqual(allocation(stack, "v"), { address: lowest, ...network });
    assert.deepEqual(allocation(stack, "w"), { address: shown, ...network });
    assert.equal(stack.outputs("v").addressName, `net-${lowest.replaceAll(".", "-")}`);
    assert.deepEqual((await stack.preview(program)).steps, ["same net", "same v", "same w"]);
    assert.deepEqual(await stack.up(program), ["same net", "same v", "same w"]);
    await stack.destroy();
    assert.deepEqual(await here.left(), []);
  });

  it("is refused with the controller's words, and leaves nothing behind", async () => {
    const here = await site();
    const stack = here.stack();
    const small = pool({ pools: [{ start: "10.0.0.10", end: "10.0.0.10" }] });
    await stack.up([small]);
    await startLife(here, "first");
    const before = await here.left();
    await assert.rejects(stack.up([small, CHOSEN]), {
      kind: "refused",
      message:
        `Metal3's controller refused IPClaim ${here.namespace}/v: Exhausted IP Pools. ` +
        `Check IPPool ${here.namespace}/net, then run \`pulumi up\` again.`,
    });
    assert.deepEqual(await here.left(), before);
    await endLife(here, "first");
    await stack.up([small, CHOSEN]);
    assert.equal(stack.outputs("v").address, "10.0.0.10");
  });

  describe("while the controller is stopped", () => {
    let wake = () => {};
    afterEach(() => wake());

    /** The controller has seen the pool and its addresses before. */
    async function stillAfter(program: Parameters<Stack["up"]>[0]) {
      const here = await site();
      await here.stack().up([pool()]);
      await startLife(here, "other");
      await endLife(here, "other");
      const stack = here.stack(undefined, IMPATIENT);
      await stack.up(program);
      const { controller } = here.cluster;
      wake = () => controller.resume();
      controller.pause();
      return { here, stack };
    }

    it("is kept as unfinished, and the next update continues", async () => {
      const { here, stack } = await stillAfter([pool()]);
      for (const asked of [CHOSEN, AWAITED]) {
        const program = [pool(), asked];
        const inputs = (await stack.preview(program)).inputs.get(asked.as)!;
        const failure = await stack.up(program).then(
          () => assert.fail("served without a controller"),
          (error: unknown) => error as Unfinished,
        );
        assert.ok(failure instanceof Unfinished, String(failure));
        assert.equal(failure.id, `${here.namespace}/${asked.as}`);
        assert.match(
          failure.message,
          /^Metal3's controller has not served IPClaim \S+ of IPPool \S+\/net yet \(waited 1 s\)\. Check that it runs/,
        );
        assert.equal(failure.outputs.address, inputs.address);
        // As the engine does: an unfinished resource is in state, and the next update updates it.
        stack.state.set(asked.as, { kind: "ipClaim", id: failure.id, inputs, outputs: failure.outputs });
        wake();
        await eventually("the controller serves again", async () => (await here.list<Address>("address")).length > 0);
        const { outputs } = await stack.handlers().ipClaim.update({
          owner: { stack: stack.name, resource: asked.as },
          id: failure.id,
          olds: failure.outputs,
          news: inputs,
        });
        stack.state.set(asked.as, { kind: "ipClaim", id: failure.id, inputs, outputs });
        const [held] = await here.list<Address>("address");
        assert.equal(outputs.address, held?.spec.address);
        assert.deepEqual((await stack.preview(program)).steps, ["same net", `same ${asked.as}`]);
        await stack.up([pool()]);
        here.cluster.controller.pause();
      }
    });

    it("is deleted as far as possible, named, and gone when the controller is back", async () => {
      const { here, stack } = await stillAfter([pool(), CHOSEN, AWAITED]);
      const promised = [stack.outputs("v").address, stack.outputs("w").address];
      const stays = {
        kind: "unfinished",
        message:
          `IPClaim ${here.namespace}/w is still being deleted, because of its finalizers: ipclaim.ipam.metal3.io. ` +
          "Metal3's controller removes its own when it has freed the address. Check that it runs and that neither " +
          "pool nor Cluster is paused, then run `pulumi up` again.",
      };
      await assert.rejects(stack.destroy(), stays);
      await assert.rejects(stack.destroy(), stays);
      wake();
      await stack.up([pool(), CHOSEN, AWAITED]);
      assert.deepEqual([stack.outputs("v").address, stack.outputs("w").address], promised);
      await stack.destroy();
      assert.deepEqual(await here.left(), []);
    });
  });
});

function allocation(stack: Stack, as: string): object {
  const { address, prefix, gateway, dnsServers } = stack.outputs(as);
  return { address, prefix, gateway, dnsServers };
}
