/** Another stack wants the host while it is being released. */
import assert from "node:assert/strict";
import type { Kind } from "../../provider/api/kinds";
import { REQUESTED_ADDRESS_ANNOTATION } from "../../provider/api/metal3/ip-claim";
import { IP_ADDRESS, IP_CLAIM } from "../../provider/api/metal3/kinds";
import { TOKEN_ANNOTATION } from "../../provider/ipam/metal3/marks";
import { openMemoryStore } from "../../provider/store/memory-store";
import type { Store } from "../../provider/store/store";
import { claim, held, host, hostsClaim, pool } from "./declare";
import { type Interference, stranger, upMeddled } from "./meddling";
import { Stack } from "./program";

const LOCKS = { "10.0.0.15": "net-10-0-0-15", "10.0.0.16": "net-10-0-0-16" };
const keyOf = (address: keyof typeof LOCKS) => ({ namespace: "metal3", name: LOCKS[address] });

/** Another stack's lock for the same claim. */
async function another(store: Store, address: keyof typeof LOCKS, claimName = "a-net"): Promise<void> {
  await stranger(store, address, claimName);
  await tokenOfAnother(store, address);
}

async function tokenOfAnother(store: Store, address: keyof typeof LOCKS): Promise<void> {
  const annotations = { [TOKEN_ANNOTATION]: "another's" };
  await store.patch(IP_ADDRESS, keyOf(address), { metadata: { annotations } });
}

describe("a release while another stack tries to reserve the same host", () => {
  const program = [pool(), host("a", { address: "10.0.0.15" })];

  it("releases its own lock, even if the other stack briefly holds one at another address", async () => {
    const store = openMemoryStore();
    const stack = new Stack(store);
    await stack.up(program);
    await another(store, "10.0.0.16");
    await stack.up([pool()]);
    assert.deepEqual(await held(store), { entries: {}, locks: { "a-net": "10.0.0.16" }, claims: [] });
  });

  it("leaves no entry for a stack that took the host over and released it again", async () => {
    const store = openMemoryStore();
    const stack = new Stack(store);
    await stack.up(program);
    let patches = 0;
    const comesAndGoes: Interference = async (verb, plural) => {
      if (verb !== "patch" || plural !== "ippools") return;
      patches++;
      // It adopts the lock, which stays until the entry is gone.
      if (patches === 1) await tokenOfAnother(store, "10.0.0.15");
      if (patches === 2) await store.remove(IP_ADDRESS, keyOf("10.0.0.15"));
    };
    assert.equal(await upMeddled(stack, [pool()], comesAndGoes), undefined);
    assert.equal(patches, 3);
    assert.deepEqual(await held(store), { entries: {}, locks: {}, claims: [] });
  });

  it("restores no lock for an IPClaim of the same name that now has one at another address", async () => {
    const store = openMemoryStore();
    const stack = new Stack(store);
    await stack.up([pool(), claim("v", { address: "10.0.0.15" })]);
    const other = new Stack(store, "metal/other");
    const comes = afterGone(store, IP_ADDRESS, () => other.update([claim("v", { address: "10.0.0.16" })]));
    await stack.over(comes).up([pool()]);
    assert.deepEqual([await lockNames(store), (await held(store)).claims], [["net-10-0-0-16"], ["v"]]);
    await other.destroy();
    assert.deepEqual(await held(store), { entries: {}, locks: {}, claims: [] });
  });

  // The other stack has checked before any of this existed.
  async function madeAnew(store: Store, status?: object): Promise<void> {
    await another(store, "10.0.0.16", "v");
    const { metadata, ...rest } = hostsClaim("v");
    const asked = { ...metadata, annotations: { [REQUESTED_ADDRESS_ANNOTATION]: "10.0.0.16" } };
    await store.create(IP_CLAIM, { ...rest, metadata: asked, ...(status && { status }) });
  }

  it("releases the lock of an IPClaim whose name now belongs to another one with a lock at another address", async () => {
    const store = openMemoryStore();
    const stack = new Stack(store);
    await stack.up([pool(), claim("v", { address: "10.0.0.15" })]);
    await stack.over(afterGone(store, IP_CLAIM, () => madeAnew(store))).up([pool()]);
    assert.deepEqual([await lockNames(store), (await held(store)).claims], [["net-10-0-0-16"], ["v"]]);
  });

  it("keeps the lock from which the controller serves such a claim", async () => {
    const store = openMemoryStore();
    const stack = new Stack(store);
    await stack.up([pool(), claim("v", { address: "10.0.0.15" })]);
    const served = { address: { name: "net-10-0-0-15" } };
    await stack.over(afterGone(store, IP_CLAIM, () => madeAnew(store, served))).up([pool()]);
    assert.deepEqual(await lockNames(store), ["net-10-0-0-15", "net-10-0-0-16"]);
  });

  it("keeps the lock from which the controller serves such a claim during the release", async () => {
    const store = openMemoryStore();
    const stack = new Stack(store);
    await stack.up([pool(), claim("v", { address: "10.0.0.15" })]);
    const comes = afterGone(store, IP_CLAIM, () => madeAnew(store));
    const serves = afterGone(comes, IP_ADDRESS, async () => {
      const status = { address: { name: "net-10-0-0-15" } };
      await store.patch(IP_CLAIM, { namespace: "metal3", name: "v" }, { status });
    });
    await stack.over(serves).up([pool()]);
    assert.deepEqual(await lockNames(store), ["net-10-0-0-15", "net-10-0-0-16"]);
  });
});

async function lockNames(store: Store): Promise<string[]> {
  return (await store.list(IP_ADDRESS)).map(({ metadata }) => metadata.name);
}

/** Acts once, as soon as an object of that kind is gone. */
function afterGone(store: Store, gone: Kind, event: () => Promise<unknown>): Store {
  let isDone = false;
  const remove: Store["remove"] = async (kind, key, only) => {
    await store.remove(kind, key, only);
    if (isDone || kind !== gone) return;
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
