/** A stack that is destroyed: it leaves nothing, and does not wait for events that never come. */
import assert from "node:assert/strict";
import { claim, host, hosts, pool } from "../resources/declare";
import { eventually } from "../testbed/cluster";
import { recordCases } from "../trust/figures";
import { known } from "./claimants";
import { useSite } from "./site";

const NAMES = Array.from({ length: 5 }, (_, index) => `n${index}`);

describe("a destroyed stack", function () {
  const site = useSite(this);
  recordCases(this, 16);

  it("leaves nothing of unused reservations", async () => {
    const here = await site();
    const stack = here.stack();
    await stack.up([pool({ preAllocations: { "x-net": "10.0.0.19" } }), host("a"), hosts(NAMES)]);
    assert.equal((await here.left()).length, 1 + 2 * 7);
    // This finalizer keeps a pool while the controller believes that it has addresses.
    await eventually(
      "the pool has its finalizer",
      async () => (await here.get("pool", "net")).metadata.finalizers?.length,
    );
    assert.deepEqual(await stack.destroy(), ["delete rack", "delete a", "delete net"]);
    assert.deepEqual(await here.left(), []);
  });

  it("leaves nothing of a pool that was deleted by hand, and waits for its locks", async () => {
    const here = await site();
    const stack = here.stack(undefined, { controllerWaitMs: 60_000 });
    await stack.up([pool({ preAllocations: { "x-net": "10.0.0.19" } }), host("a"), hosts(NAMES)]);
    await known(here, ["a-net", "x-net"]);
    await here.cluster.kubectl(["delete", "-n", here.namespace, "--wait=false", "ippools.ipam.metal3.io", "net"]);
    assert.deepEqual(await stack.destroy(), ["delete rack", "delete a", "delete net"]);
    assert.deepEqual(await here.left(), []);
  });

  it("leaves nothing of a pool that belongs to a Cluster", async () => {
    const here = await site();
    await here.create("cluster", "edge", { spec: { paused: false } });
    const stack = here.stack();
    const program = [pool({ clusterName: "edge" }), host("a"), hosts(NAMES.slice(0, 2)), claim("v")];
    await stack.up(program);
    const owned = await eventually("the controller has made the Cluster its owner", async () => {
      const { metadata } = await here.get("pool", "net");
      return metadata.ownerReferences && metadata;
    });
    assert.deepEqual(
      owned.ownerReferences?.map(({ kind, name }) => `${kind} ${name}`),
      ["Cluster edge"],
    );
    assert.equal(owned.labels?.["cluster.x-k8s.io/cluster-name"], "edge");
    // Additions of the controller are no drift.
    const { steps, drift, warnings } = await stack.preview(program);
    assert.deepEqual(steps, ["same net", "same a", "same rack", "same v"]);
    assert.deepEqual(drift, []);
    assert.deepEqual(
      warnings.filter((text) => text.includes("Cluster")),
      [],
    );
    await stack.destroy();
    assert.deepEqual(await here.left(), []);
  });
});
