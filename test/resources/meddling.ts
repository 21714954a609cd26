/** Other writers, and backends that fail in the middle. */
import assert from "node:assert/strict";
import { apiVersionOf } from "../../provider/api/kinds";
import { addressObjectName } from "../../provider/api/metal3/ip-address";
import { IP_ADDRESS } from "../../provider/api/metal3/kinds";
import { parseAddress } from "../../provider/core/address";
import { type MergePatch, type Precondition, type Store, StoreError } from "../../provider/store/store";
import type { Declared, Stack } from "./program";

/** A call that replaces a write, or precedes it. */
export type Interference = (verb: "create" | "patch" | "remove", plural: string, write: number) => Promise<void> | void;

/** A store whose writes a test can disturb: another writer comes in between, or the backend goes away. */
export function meddledStore(store: Store, meddle: Interference): Store {
  let writes = 0;
  return {
    target: store.target,
    ...(store.apiServer && { apiServer: store.apiServer }),
    get: (kind, key) => store.get(kind, key),
    list: (kind, namespace) => store.list(kind, namespace),
    async create(kind, object) {
      await meddle("create", kind.plural, ++writes);
      return store.create(kind, object);
    },
    async patch(kind, key, patch: MergePatch, only?: Precondition) {
      await meddle("patch", kind.plural, ++writes);
      return store.patch(kind, key, patch, only);
    },
    async remove(kind, key, only?: Precondition) {
      await meddle("remove", kind.plural, ++writes);
      return store.remove(kind, key, only);
    },
  };
}

/** A kill right after the n-th write. The write is stored, and its writer never learns that. */
export function dyingStore(store: Store, last: number): Store {
  let writes = 0;
  const write = async <T>(make: () => Promise<T>): Promise<T> => {
    if (++writes > last) throw new StoreError("Unavailable", "the process is gone");
    const made = await make();
    if (writes >= last) throw new StoreError("Unavailable", "the process is gone");
    return made;
  };
  return {
    target: store.target,
    ...(store.apiServer && { apiServer: store.apiServer }),
    get: (kind, key) => store.get(kind, key),
    list: (kind, namespace) => store.list(kind, namespace),
    create: (kind, object) => write(() => store.create(kind, object)),
    patch: (kind, key, patch, only) => write(() => store.patch(kind, key, patch, only)),
    remove: (kind, key, only) => write(() => store.remove(kind, key, only)),
  };
}

/** The backend is unreachable from the n-th write on. */
export function goneFrom(n: number): Interference {
  return (_verb, plural, write) => {
    if (write >= n) throw new StoreError("Unavailable", `write ${plural}: the backend is gone`);
  };
}

/** One write fails, and all others succeed. */
export function failingAt(n: number): Interference {
  return (_verb, plural, write) => {
    if (write === n) throw new StoreError("Unavailable", `write ${plural}: the backend was gone`);
  };
}

/** Acts once, before the first such write. */
export function justBefore(verb: string, plural: string, event: () => Promise<unknown>): Interference {
  let isDone = false;
  return async (isVerb, isPlural) => {
    if (isDone || isVerb !== verb || isPlural !== plural) return;
    isDone = true;
    await event();
  };
}

/** The lock of another writer, for a claim of its own. */
export async function stranger(store: Store, text: string, claimName: string, poolName = "net"): Promise<void> {
  const parsed = parseAddress(text);
  assert.ok(parsed.ok);
  await store.create(IP_ADDRESS, {
    apiVersion: apiVersionOf(IP_ADDRESS),
    kind: "IPAddress",
    metadata: { name: addressObjectName(poolName, parsed.value), namespace: "metal3" },
    spec: { address: text, pool: { name: poolName }, claim: { name: claimName } },
  });
}

/** An `up` with an undisturbed preview. `meddle` disturbs its update. */
export async function upMeddled(stack: Stack, program: readonly Declared[], meddle: Interference): Promise<unknown> {
  const meddled = stack.over(meddledStore(stack.store, meddle));
  return meddled.up(program).then(
    () => undefined,
    (error: unknown) => error,
  );
}

/** Checks that no address has two locks, that no claim has two, and that entries agree with locks. */
export async function assertSound(store: Store): Promise<void> {
  const locks = (await store.list(IP_ADDRESS)).map((lock) => lock.spec as { address: string; claim: { name: string } });
  assert.equal(new Set(locks.map((lock) => lock.address)).size, locks.length, "one lock for each address");
  assert.equal(new Set(locks.map((lock) => lock.claim.name)).size, locks.length, "one lock for each claim");
}
