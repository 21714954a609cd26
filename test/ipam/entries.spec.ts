/** One PATCH for all waiting entries, also after lost races. */
import assert from "node:assert/strict";
import type { IPPool } from "../../provider/api/metal3/ip-pool";
import { IP_POOL } from "../../provider/api/metal3/kinds";
import { systemEnvironment } from "../../provider/compose";
import { parseAddress } from "../../provider/core/address";
import { Entries, EntryCommit } from "../../provider/ipam/metal3/entries";
import { readPool } from "../../provider/ipam/pool/known-pools";
import { pulumiDoor } from "../../provider/pulumi/door";
import { openMemoryStore } from "../../provider/store/memory-store";
import { type Store, StoreError } from "../../provider/store/store";

const KEY = { namespace: "metal3", name: "net" };

/** `lose`: called before each PATCH. true loses it to another writer. */
async function openCommit(lose: () => boolean, changes: object = {}) {
  const memory = openMemoryStore();
  const pools = [{ start: "10.0.0.0", end: "10.0.0.9" }];
  const head = { apiVersion: "ipam.metal3.io/v1alpha1", kind: "IPPool", metadata: KEY };
  await memory.create(IP_POOL, { ...head, spec: { namePrefix: "net", pools } });
  let patches = 0;
  const store: Store = {
    ...memory,
    patch: async (...args: Parameters<Store["patch"]>) => {
      patches += 1;
      if (lose()) throw new StoreError("Conflict", "another was first");
      return memory.patch(...args);
    },
  };
  const environment = { ...systemEnvironment(memory.target, pulumiDoor), sleep: async () => undefined, ...changes };
  const read = async () => readPool((await memory.get(IP_POOL, KEY))!);
  let known: IPPool | undefined;
  let reads = 0;
  const commit = new EntryCommit({
    store,
    environment,
    knownPool: async () => known,
    writablePool: () => {
      reads += 1;
      return read();
    },
    written: (pool) => {
      known = readPool(pool);
    },
  });
  const all = new Entries(commit, read);
  const enter = (claim: string, text: string) => {
    const to = parseAddress(text);
    return all.apply([{ claim, to: to.ok ? to.value : undefined, over: [] }]);
  };
  /** Another process adds an entry. */
  const interfere = (claim: string, address: string) =>
    memory.patch(IP_POOL, KEY, { spec: { preAllocations: { [claim]: address } } });
  const counts = () => ({ patches, reads });
  return { enter, commit, interfere, counts, entries: async () => [...(await read()).preAllocations.keys()] };
}

describe("entries of many reservations", () => {
  it("that come during a lost race go with the next try", async () => {
    let later: Promise<unknown> | undefined;
    const { enter, counts, entries } = await openCommit(() => {
      const isFirst = later === undefined;
      later ??= Promise.all([enter("b", "10.0.0.1"), enter("c", "10.0.0.2")]);
      return isFirst;
    });
    assert.deepEqual(await enter("a", "10.0.0.0"), [{ kind: "written", isNew: true }]);
    await later;
    assert.deepEqual([await entries(), counts()], [["a", "b", "c"], { patches: 2, reads: 2 }]);
  });

  it("are each tried for their own time, and a late one is not given up with the first", async () => {
    let now = 0;
    let later: Promise<unknown> | undefined;
    const { enter, entries } = await openCommit(
      () => {
        later ??= enter("b", "10.0.0.1");
        now += 50_000;
        return now <= 150_000;
      },
      { now: () => now },
    );
    await assert.rejects(enter("a", "10.0.0.0"), { reason: "Conflict" });
    await later;
    assert.deepEqual(await entries(), ["b"]);
  });

  it("need no read of the pool while no other writer changes it", async () => {
    const { enter, counts, entries } = await openCommit(() => false);
    for (const [claim, address] of Object.entries({ a: "10.0.0.0", b: "10.0.0.1", c: "10.0.0.2" }))
      assert.deepEqual(await enter(claim, address), [{ kind: "written", isNew: true }]);
    assert.deepEqual([await entries(), counts()], [["a", "b", "c"], { patches: 3, reads: 1 }]);
  });

  it("read the pool after another writer's change, and before each PATCH until they find it unchanged", async () => {
    const { enter, interfere, counts, entries } = await openCommit(() => false);
    await enter("a", "10.0.0.0");
    await interfere("x", "10.0.0.9");
    assert.deepEqual(await enter("b", "10.0.0.1"), [{ kind: "written", isNew: true }]);
    assert.deepEqual(counts(), { patches: 3, reads: 2 }); // the first PATCH for b has lost
    await interfere("y", "10.0.0.8");
    await enter("c", "10.0.0.2");
    assert.deepEqual(counts(), { patches: 4, reads: 3 });
    await enter("d", "10.0.0.3");
    await enter("e", "10.0.0.4");
    assert.deepEqual(counts(), { patches: 6, reads: 4 });
    assert.deepEqual(await entries(), ["a", "x", "b", "y", "c", "d", "e"]);
  });

  it("never overwrite or miss what another writer has entered since", async () => {
    const { enter, interfere, entries } = await openCommit(() => false);
    await enter("a", "10.0.0.0");
    await interfere("b", "10.0.0.7");
    await interfere("x", "10.0.0.2");
    const [changed] = await enter("b", "10.0.0.1");
    assert.deepEqual(changed?.kind, "changed");
    assert.deepEqual(await enter("c", "10.0.0.2"), [{ kind: "held", claim: "x" }]);
    assert.deepEqual(await entries(), ["a", "b", "x"]);
  });

  it("go with one PATCH if they follow locks that are being taken, and do not wait long for a slow one", async () => {
    let tick = () => {};
    const sleep = () => new Promise<void>((resolve) => (tick = resolve));
    const { enter, commit, counts } = await openCommit(() => false, { sleep });
    let taken = () => {};
    const lock = commit.expect(new Promise<void>((resolve) => (taken = resolve)));
    const b = lock.then(() => enter("b", "10.0.0.1"));
    const a = enter("a", "10.0.0.0");
    taken();
    await Promise.all([a, b]);
    assert.deepEqual(counts(), { patches: 1, reads: 1 });
    void commit.expect(new Promise(() => undefined));
    const c = enter("c", "10.0.0.2");
    await new Promise((turn) => setImmediate(turn));
    assert.equal(counts().patches, 1);
    tick();
    await c;
    assert.equal(counts().patches, 2);
  });

  it("do not fail with the lock that they waited for", async () => {
    const { enter, commit, entries } = await openCommit(() => false);
    const lock = commit.expect(Promise.reject(new Error("held")));
    await Promise.all([enter("a", "10.0.0.0"), assert.rejects(lock, { message: "held" })]);
    assert.deepEqual(await entries(), ["a"]);
  });
});
