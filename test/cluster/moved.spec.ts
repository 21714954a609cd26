/** A stack after `clusterctl move`: its objects are created again in another cluster, with other uids, and deleted here. */
import assert from "node:assert/strict";
import { claim, host, hosts, pool } from "../resources/declare";
import { useCluster } from "../testbed/cluster";
import { recordCases } from "../trust/figures";
import { known, startLife } from "./claimants";
import { moveObjects } from "./move-objects";
import { Site, useSite } from "./site";
import { stackIn, storeOf } from "./stack";

const PROGRAM = [
  pool({ clusterName: "edge" }),
  host("a", { address: "10.0.0.11" }),
  hosts(["b", "c"], { pins: { b: "10.0.0.16", c: "10.0.0.17" } }),
  claim("v", { address: "10.0.0.13" }),
];
const UNCHANGED = ["same net", "same a", "same rack", "same v"];

describe("a stack whose objects are moved to another cluster", function () {
  const from = useCluster(this, { controllers: false });
  const to = useSite(this);
  recordCases(this, 16);

  it("has the same addresses there, previews without changes, and writes nothing while the move is under way", async () => {
    const there = await to();
    const { namespace } = there;
    await from().api.create("/api/v1/namespaces", { metadata: { name: namespace } });
    const store = await storeOf(from());
    const here = new Site(from(), store, namespace);
    await here.create("cluster", "edge", { spec: { paused: false } });
    const before = stackIn(store, namespace, "metal/dev", { waitMs: 300 });
    await before.up(PROGRAM);
    const addresses = PROGRAM.map(({ as }) => before.outputs(as).address ?? before.outputs(as).addresses);

    await here.patch("cluster", "edge", { spec: { paused: true } });
    await assert.rejects(before.up([...PROGRAM, host("d")]), { kind: "paused" });
    await moveObjects(here, there);
    const moved = await there.objects();
    const after = there.stack(undefined, { waitMs: 300 });
    after.state = before.state;
    assert.deepEqual((await after.preview(PROGRAM)).steps, UNCHANGED);
    assert.deepEqual(await after.up(PROGRAM), UNCHANGED);
    await assert.rejects(after.up([...PROGRAM, host("d")]), { kind: "paused" });
    await assert.rejects(after.destroy(), { kind: "paused" });
    assert.deepEqual(await there.objects(), moved);

    await there.patch("cluster", "edge", { spec: { paused: false } });
    await known(there, ["a-net", "v"]);
    const { steps, drift } = await after.preview(PROGRAM);
    assert.deepEqual([steps, drift], [UNCHANGED, []]);
    assert.deepEqual(await after.up(PROGRAM), UNCHANGED);
    assert.equal((await startLife(there, "c-net")).spec.address, "10.0.0.17");
    assert.deepEqual(
      PROGRAM.map(({ as }) => after.outputs(as).address ?? after.outputs(as).addresses),
      addresses,
    );
    await there.delete("claim", "c-net");
    await after.destroy();
    assert.deepEqual(await there.left(), []);
    store.close();
  });
});
