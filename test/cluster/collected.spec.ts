/** The garbage collector deletes claims whose owner is deleted, and locks whose pool is deleted. */
import assert from "node:assert/strict";
import { claim, host, hosts, pool } from "../resources/declare";
import { eventually, type KubeObject } from "../testbed/cluster";
import { recordCases } from "../trust/figures";
import { known, startLife } from "./claimants";
import { type Site, useSite } from "./site";

const HOSTS = [pool(), host("a", { address: "10.0.0.11" }), hosts(["b", "c"], { start: "10.0.0.14" })];
const UNCHANGED = ["same net", "same a", "same rack"];
const ENTRIES = { "a-net": "10.0.0.11", "b-net": "10.0.0.14", "c-net": "10.0.0.15" };

describe("the garbage collector", function () {
  const site = useSite(this);
  recordCases(this, 16);

  it("frees the address of an IPClaim whose owner is deleted", async () => {
    const here = await site();
    const { metadata } = await here.create("configMap", "machine", {});
    const owner = { apiVersion: "v1", kind: "ConfigMap", name: "machine", uid: metadata.uid };
    const stack = here.stack();
    const owned = claim("v", { ownerReferences: [owner], waitForController: true });
    await stack.up([pool(), owned]);
    // A later write of the pool does not make the pool its owner.
    assert.deepEqual(await stack.up([pool({ labels: { rack: "7" } }), owned]), ["update net", "same v"]);
    assert.equal((await here.list("address")).length, 1);
    assert.equal((await here.list("capiAddress")).length, 1);
    await here.delete("configMap", "machine");
    await eventually("the claim and its address are gone", async () => {
      return (await here.left()).join() === "ippool.ipam.metal3.io/net";
    });
    await stack.destroy();
    assert.deepEqual(await here.left(), []);
  });

  it("leaves locks alone if their pool was deleted by hand and an update restored it", async () => {
    const here = await site();
    const [nodes, others] = [here.stack(), here.stack("others/dev")];
    await nodes.up(HOSTS);
    await others.up([host("d", { address: "10.0.0.17" })]);
    const entries = { ...ENTRIES, "d-net": "10.0.0.17", "by-hand": "10.0.0.18" };
    await here.patch("pool", "net", { spec: { preAllocations: { "by-hand": "10.0.0.18" } } });
    await known(here, Object.keys(ENTRIES));
    await startLife(here, "b-net");
    const before = await standing(here);

    const uid = await deletedByHand(here);
    assert.deepEqual((await nodes.preview(HOSTS)).steps, ["update net", "same a", "same rack"]);
    assert.deepEqual(await nodes.up(HOSTS), ["update net", "same a", "same rack"]);
    await collected(here);

    const restored = await here.get<Pool>("pool", "net");
    assert.notEqual(restored.metadata.uid, uid);
    assert.deepEqual(restored.spec.preAllocations, entries);
    assert.deepEqual(await standing(here), before);
    const owners = [...(await here.list("address")), ...(await here.list("capiAddress"))].flatMap(({ metadata }) => {
      return metadata.ownerReferences?.filter(({ kind }) => kind === "IPPool").map((owner) => owner.uid) ?? ["none"];
    });
    assert.deepEqual([...new Set(owners)], [restored.metadata.uid]);
    assert.deepEqual((await nodes.preview(HOSTS)).steps, UNCHANGED);
    assert.deepEqual((await others.preview([host("d", { address: "10.0.0.17" })])).steps, ["same d"]);
  });

  it("deletes locks if their pool is really gone, and an update creates everything again", async () => {
    const here = await site();
    const stack = here.stack();
    await stack.up(HOSTS);
    await deletedByHand(here);
    await here.patch("pool", "net", { metadata: { finalizers: null } });
    await eventually("pool and locks are gone", async () => (await here.left()).length === 0);

    assert.deepEqual(await stack.up(HOSTS), ["update net", "update a", "update rack"]);
    assert.deepEqual((await here.get<Pool>("pool", "net")).spec.preAllocations, ENTRIES);
    assert.equal((await here.list("address")).length, 3);
    assert.equal((await here.list("capiAddress")).length, 3);
    assert.deepEqual((await stack.preview(HOSTS)).steps, UNCHANGED);
    await known(here, Object.keys(ENTRIES));
    assert.equal((await startLife(here, "c-net")).spec.address, "10.0.0.15");
  });
});

interface Pool extends KubeObject {
  readonly spec: { readonly preAllocations: Readonly<Record<string, string>> };
}

/** All locks with their mirrors, and claims: name → uid. */
async function standing(here: Site): Promise<object> {
  const kinds = ["address", "capiAddress", "claim"] as const;
  const lists = await Promise.all(kinds.map((kind) => here.list(kind)));
  return Object.fromEntries(
    lists.flatMap((list, index) => list.map(({ metadata }) => [`${kinds[index]} ${metadata.name}`, metadata.uid])),
  );
}

/** A pool that stays because it has locks, and its uid. It also owns a sentinel. */
async function deletedByHand(here: Site): Promise<string> {
  const { metadata } = await eventually("the pool has Metal3's finalizer", async () => {
    const found = await here.get("pool", "net");
    return found.metadata.finalizers?.length === 1 && found;
  });
  const owner = { apiVersion: "ipam.metal3.io/v1alpha1", kind: "IPPool", name: "net", uid: metadata.uid };
  await here.create("configMap", "sentinel", {}, { ownerReferences: [owner] });
  await here.cluster.kubectl(["delete", "-n", here.namespace, "--wait=false", "ippools.ipam.metal3.io", "net"]);
  return String(metadata.uid);
}

/** Waits until the collector has dealt with the objects of the old pool. */
async function collected(here: Site): Promise<void> {
  await eventually("the sentinel is gone", async () => (await here.find("configMap", "sentinel")) === undefined);
}
