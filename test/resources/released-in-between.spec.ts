/** Another stack wants the host while it is being released. */
import assert from "node:assert/strict";
import { IP_ADDRESS } from "../../provider/api/kinds";
import { TOKEN_ANNOTATION } from "../../provider/ipam/ledger/marks";
import { openMemoryStore } from "../../provider/store/memory-store";
import type { Store } from "../../provider/store/store";
import { claim, held, host, pool } from "./declare";
import { type Interference, stranger, upMeddled } from "./meddling";
import { Stack } from "./program";

const LOCKS = { "10.0.0.15": "net-10-0-0-15", "10.0.0.16": "net-10-0-0-16" };
const keyOf = (address: keyof typeof LOCKS) => ({ namespace: "metal3", name: LOCKS[address] });

/** Another stack's lock for the host's claim. */
async function another(store: Store, address: keyof typeof LOCKS): Promise<void> {
  await stranger(store, address, "a-net");
  const annotations = { [TOKEN_ANNOTATION]: "another's" };
  await store.patch(IP_ADDRESS, keyOf(address), { metadata: { annotations } });
}

describe("a release beside another stack's try for the same host", () => {
  const program = [pool(), host("a", { address: "10.0.0.15" })];

  it("frees its own, whatever lock the other one holds elsewhere for a moment", async () => {
    const store = openMemoryStore();
    const stack = new Stack(store);
    await stack.up(program);
    await another(store, "10.0.0.16");
    await stack.up([pool()]);
    assert.deepEqual(await held(store), { entries: {}, locks: { "a-net": "10.0.0.16" }, claims: [] });
  });

  it("leaves no entry behind for one who took the host over and let go of it again", async () => {
    const store = openMemoryStore();
    const stack = new Stack(store);
    await stack.up(program);
    let patches = 0;
    const comesAndGoes: Interference = async (verb, plural) => {
      if (verb !== "patch" || plural !== "ippools") return;
      patches++;
      if (patches === 1) await another(store, "10.0.0.15");
      if (patches === 2) await store.remove(IP_ADDRESS, keyOf("10.0.0.15"));
    };
    assert.equal(await upMeddled(stack, [pool()], comesAndGoes), undefined);
    assert.equal(patches, 3);
    assert.deepEqual(await held(store), { entries: {}, locks: {}, claims: [] });
  });

  it("puts no lock back for an IPClaim of the same name that has one elsewhere by then", async () => {
    const store = openMemoryStore();
    const stack = new Stack(store);
    await stack.up([pool(), claim("v", { address: "10.0.0.15" })]);
    const other = new Stack(store, "metal/other");
    const comes = afterLockGoes(store, () => other.update([claim("v", { address: "10.0.0.16" })]));
    await stack.over(comes).up([pool()]);
    const locks = (await store.list(IP_ADDRESS)).map(({ metadata }) => metadata.name);
    assert.deepEqual([locks, (await held(store)).claims], [["net-10-0-0-16"], ["v"]]);
    await other.destroy();
    assert.deepEqual(await held(store), { entries: {}, locks: {}, claims: [] });
  });
});

/** Once, as soon as a lock is gone. */
function afterLockGoes(store: Store, event: () => Promise<unknown>): Store {
  let isDone = false;
  const remove: Store["remove"] = async (kind, key, only) => {
    await store.remove(kind, key, only);
    if (isDone || kind !== IP_ADDRESS) return;
    isDone = true;
    await event();
  };
  const { target } = store;
  return {
    target,
    get: (kind, key) => store.get(kind, key),
    list: (kind, namespace) => store.list(kind, namespace),
    create: (kind, object) => store.create(kind, object),
    patch: (kind, key, patch, only) => store.patch(kind, key, patch, only),
    remove,
  };
}
