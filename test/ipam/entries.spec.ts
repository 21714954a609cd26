/** One PATCH for all waiting entries, also after lost races. */
import assert from "node:assert/strict";
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
  const target = { store, environment, knownPool: async () => undefined, writablePool: read, written: () => undefined };
  const commit = new EntryCommit(target);
  const all = new Entries(commit, read);
  const enter = (claim: string, text: string) => {
    const to = parseAddress(text);
    return all.apply([{ claim, to: to.ok ? to.value : undefined, over: [] }]);
  };
  return { enter, patches: () => patches, entries: async () => [...(await read()).preAllocations.keys()] };
}

describe("entries of many reservations", () => {
  it("that come during a lost race go with the next try", async () => {
    let later: Promise<unknown> | undefined;
    const { enter, patches, entries } = await openCommit(() => {
      const isFirst = later === undefined;
      later ??= Promise.all([enter("b", "10.0.0.1"), enter("c", "10.0.0.2")]);
      return isFirst;
    });
    assert.deepEqual(await enter("a", "10.0.0.0"), [{ kind: "written", isNew: true }]);
    await later;
    assert.deepEqual([await entries(), patches()], [["a", "b", "c"], 2]);
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
});
