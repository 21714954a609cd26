/** Taking and giving up one lock: where races happen, and are settled. */
import type { IPPool } from "../api/ip-pool";
import { IP_ADDRESS, IP_CLAIM } from "../api/kinds";
import { type Address, sameAddress } from "../core/address";
import { isStoreError } from "../store/store";
import { IpamError, wording } from "./errors";
import type { Ipam } from "./ipam";
import type { Ledger } from "./ledger";
import { isLockOf, type Lock, lockName, lockObject, lockPatch, readLock } from "./lock";
import type { Marks } from "./marks";
import { retryOnConflict } from "./retry";

/** Whose hand it is. */
export interface Hand {
  /** Minted by Create and kept in its outputs. */
  readonly token: string;
  readonly stack: string;
  readonly resource: string;
  /** Take over what another owner holds for the same claim. */
  readonly adopt: boolean;
}

export type Taken =
  | { readonly kind: "taken"; readonly lock: Lock; readonly isNew: boolean }
  | { readonly kind: "held"; readonly lock: Lock };

/** Own by token, or by owner for whoever was killed before state was written; another's only with `adopt`. */
export function mayTakeOver(lock: Lock, hand: Hand): boolean {
  return lock.marks.token === hand.token || lock.marks.stack === hand.stack || hand.adopt;
}

/**
 * Locks the address for the claim, or tells who has it. `promised`: state says that the claim holds the address, so
 * a lock without marks, which the controller made for the host's next life, is as good as ours.
 */
export async function takeLock(
  ipam: Ipam,
  ledger: Ledger,
  pool: IPPool,
  claim: string,
  address: Address,
  hand: Hand,
  options: { readonly promised: boolean; readonly proposed?: string | undefined },
): Promise<Taken> {
  const { store, environment } = ipam;
  const marks: Partial<Marks> = { ...markOf(hand), proposed: options.proposed };
  return retryOnConflict(environment, async (): Promise<Taken> => {
    try {
      const lock = readLock(await store.create(IP_ADDRESS, lockObject(pool, claim, address, marks)));
      ledger.noteLock(lock);
      return { kind: "taken", lock, isNew: true };
    } catch (error) {
      if (!isStoreError(error, "AlreadyExists")) throw error;
    }
    const found = await freshLock(ipam, ledger, pool.namespace, lockName(pool, address));
    // It went between the two calls: as if we had lost a write, so look again.
    if (!found) return takeLock(ipam, ledger, pool, claim, address, hand, options);
    if (!sameAddress(found.address, address)) throw nameClash(ledger, found, address);
    const unmarked = found.marks.token === undefined;
    const isFree = mayTakeOver(found, hand) || (unmarked && options.promised);
    if (!isLockOf(found, pool, claim, address) || found.object.metadata.deletionTimestamp || !isFree) {
      return { kind: "held", lock: found };
    }
    const patch = lockPatch(found, pool, marks);
    if (!patch) return { kind: "taken", lock: found, isNew: false };
    const { uid, resourceVersion } = found.object.metadata;
    const patched = readLock(await store.patch(IP_ADDRESS, found, patch, { uid, resourceVersion }));
    ledger.noteLock(patched);
    return { kind: "taken", lock: patched, isNew: false };
  });
}

/**
 * Removes a lock as it was read (uid and version), if it may be removed. Gone is success; changed in between is
 * judged again.
 */
export async function dropLock(
  ipam: Ipam,
  ledger: Ledger,
  lock: Lock,
  mayDrop: (lock: Lock) => boolean,
): Promise<void> {
  let judged: Lock | undefined = lock;
  await retryOnConflict(ipam.environment, async () => {
    judged ??= await freshLock(ipam, ledger, lock.namespace, lock.name);
    const current = judged;
    judged = undefined;
    if (!current || !mayDrop(current)) return;
    try {
      const { uid, resourceVersion } = current.object.metadata;
      await ipam.store.remove(IP_ADDRESS, current, { uid, resourceVersion });
    } catch (error) {
      if (!isStoreError(error, "NotFound")) throw error;
    }
    ledger.forgetLock(lock.name);
  });
}

/** The lock of that name as it stands in the store now; the ledger learns it. */
export async function freshLock(
  ipam: Ipam,
  ledger: Ledger,
  namespace: string,
  name: string,
): Promise<Lock | undefined> {
  const stored = await ipam.store.get(IP_ADDRESS, { namespace, name });
  if (!stored) {
    ledger.forgetLock(name);
    return undefined;
  }
  const lock = readLock(stored);
  if (lock.poolName === ledger.name.name) ledger.noteLock(lock);
  return lock;
}

/** A host that is using its address: its IPClaim exists, so the address is neither freed nor changed. */
export async function hasLiveClaim(ipam: Ipam, namespace: string, claim: string): Promise<boolean> {
  return (await ipam.store.get(IP_CLAIM, { namespace, name: claim })) !== undefined;
}

export function markOf(hand: Hand): Pick<Marks, "token" | "stack" | "resource"> {
  return { token: hand.token, stack: hand.stack, resource: hand.resource };
}

function nameClash(ledger: Ledger, found: Lock, address: Address): IpamError {
  return new IpamError("held", wording.sharedName(ledger.name, found.name, address, found.address));
}
