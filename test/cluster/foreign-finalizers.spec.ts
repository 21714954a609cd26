/**
 * Objects of this provider that another controller's finalizer
 * keeps. Messages name them, waits end, and they are not used again.
 */
import assert from "node:assert/strict";
import { claim, host, pool } from "../resources/declare";
import { eventually } from "../testbed/cluster";
import { recordCases } from "../trust/figures";
import { served } from "./claimants";
import { type Site, type SiteKind, useSite } from "./site";

const FOREIGN = "example.test/hold";
const PROGRAM = [pool(), host("a", { address: "10.0.0.11" }), claim("v", { address: "10.0.0.13" })];
const UNCHANGED = ["same net", "same a", "same v"];
const LOCK = "net-10-0-0-11";

describe("an object that another controller's finalizer keeps", function () {
  const site = useSite(this);
  recordCases(this, 16);

  /** A stack whose program is complete, with a finalizer on one object; and its warnings. */
  async function holding(kind: SiteKind, name: string) {
    const here = await site();
    const warnings = new Set<string>();
    const warn = async (text: string) => void warnings.add(text);
    const stack = here.stack(undefined, { waitMs: 300, controllerWaitMs: 700, warn });
    await stack.up(PROGRAM);
    // Until it has served the claim, the controller writes a list of finalizers that it read earlier.
    await served(here, "v");
    const { finalizers = [] } = (await here.get(kind, name)).metadata;
    await here.patch(kind, name, { metadata: { finalizers: [...finalizers, FOREIGN] } });
    return { here, stack, warnings };
  }

  async function letGo(here: Site, kind: SiteKind, name: string): Promise<void> {
    const { finalizers = [] } = (await here.get(kind, name)).metadata;
    const others = finalizers.filter((finalizer) => finalizer !== FOREIGN);
    await here.patch(kind, name, { metadata: { finalizers: others.length > 0 ? others : null } });
  }

  it("of a pool: the destroy and the next update stop and name both, and an update after its end creates everything again", async () => {
    const { here, stack } = await holding("pool", "net");
    const stays = {
      kind: "poolBusy",
      message: new RegExp(
        `^IPPool ${here.namespace}/net is still being deleted, because of its finalizers: ${FOREIGN}\\. `,
      ),
    };
    await assert.rejects(stack.destroy(), stays);
    assert.deepEqual(await here.left(), ["ippool.ipam.metal3.io/net"]);
    await assert.rejects(stack.destroy(), stays);
    await assert.rejects(stack.up(PROGRAM), stays);
    await letGo(here, "pool", "net");
    await stack.up(PROGRAM);
    assert.deepEqual((await stack.preview(PROGRAM)).steps, UNCHANGED);
    await stack.destroy();
    assert.deepEqual(await here.left(), []);
  });

  it("of a lock: the destroy stops at its pool and names the lock, and no claim gets it during its deletion", async () => {
    const { here, stack, warnings } = await holding("address", LOCK);
    const lock = `IPAddress (ipam.metal3.io) ${here.namespace}/${LOCK}`;
    const stays = {
      kind: "poolBusy",
      message: new RegExp(`\\. Still there: ${lock.replace(/[()]/g, "\\$&")} \\(finalizers: ${FOREIGN}\\)\\.$`),
    };
    const kept = `${lock} is being deleted, but its finalizers keep it: ${FOREIGN}. Its address is free when they are removed.`;
    await assert.rejects(stack.destroy(), stays);
    assert.deepEqual([...warnings], [kept]);
    await assert.rejects(stack.destroy(), stays);
    await letGo(here, "address", LOCK);
    await eventually("the pool goes", () => stack.destroy());
    assert.deepEqual(await here.left(), []);
  });

  for (const kind of ["address", "capiAddress"] as const) {
    it(`of a lock whose pool stays (${kind}): a warning names it, and its address is not given again until it is gone`, async () => {
      const { here, stack, warnings } = await holding(kind, LOCK);
      const group = kind === "address" ? "ipam.metal3.io" : "ipam.cluster.x-k8s.io";
      const kept =
        `IPAddress (${group}) ${here.namespace}/${LOCK} is being deleted, but its finalizers keep it: ${FOREIGN}. ` +
        "Its address is free when they are removed.";
      const rest = [PROGRAM[0]!, PROGRAM[2]!];
      assert.deepEqual(await stack.up(rest), ["same net", "same v", "delete a"]);
      assert.deepEqual([...warnings], [kept]);
      const { uid } = (await here.get(kind, LOCK)).metadata;
      await assert.rejects(stack.update(PROGRAM), { kind: "held", message: kept });
      assert.equal((await here.get(kind, LOCK)).metadata.uid, uid);
      assert.equal(await here.find(kind === "address" ? "capiAddress" : "address", LOCK), undefined);
      await letGo(here, kind, LOCK);
      await stack.up(PROGRAM);
      assert.deepEqual((await stack.preview(PROGRAM)).steps, UNCHANGED);
      assert.notEqual((await here.get(kind, LOCK)).metadata.uid, uid);
      await stack.destroy();
      assert.deepEqual(await here.left(), []);
    });
  }

  it("of a claim: the destroy and the next update stop and name both, and the claim keeps its address until it is gone", async () => {
    const { here, stack } = await holding("claim", "v");
    const stays = {
      kind: "unfinished",
      message: new RegExp(
        `^IPClaim ${here.namespace}/v is still being deleted, because of its finalizers: .*${FOREIGN}`,
      ),
    };
    await assert.rejects(stack.destroy(), stays);
    await assert.rejects(stack.up(PROGRAM), stays);
    assert.ok(await here.find("address", "net-10-0-0-13"));
    await letGo(here, "claim", "v");
    await stack.up(PROGRAM);
    assert.deepEqual((await stack.preview(PROGRAM)).steps, UNCHANGED);
    await stack.destroy();
    assert.deepEqual(await here.left(), []);
  });
});
