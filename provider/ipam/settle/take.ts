/** Taking and giving up one lock: where races happen, and are settled. */
import type { IPPool } from "../../api/ip-pool";
import { IP_ADDRESS, IP_CLAIM } from "../../api/kinds";
import { type Address, sameAddress } from "../../core/address";
import { isStoreError, type MergePatch, StoreError } from "../../store/store";
import type { Ipam } from "../ipam";
import { type Hand, isHeldBy, marksBy, mayTakeOver } from "../ledger/hand";
import type { Ledger } from "../ledger/ledger";
import { isLockOf, type Lock, lockName, lockObject, lockPatch, readLock } from "../ledger/lock";
import { type Marks, markAnnotations } from "../ledger/marks";
import { retryOnConflict } from "../retry";

/** `former`: what the lock said of its owner before it was taken over; undefined where the lock is new. */
export interface Taken {
  readonly kind: "taken";
  readonly lock: Lock;
  readonly former: Marks | undefined;
}

export type TakeOutcome =
  | Taken
  | { readonly kind: "held"; readonly lock: Lock }
  /** Another address has the same object name: `1.2.3.4` and `1:2:3:4::`. */
  | { readonly kind: "nameClash"; readonly lock: Lock };

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
): Promise<TakeOutcome> {
  const { store, environment } = ipam;
  const marks: Partial<Marks> = { ...marksBy(hand), proposed: options.proposed };
  return retryOnConflict(environment, async (): Promise<TakeOutcome> => {
    try {
      const lock = readLock(await store.create(IP_ADDRESS, lockObject(pool, claim, address, marks)));
      ledger.noteLock(lock);
      return { kind: "taken", lock, former: undefined };
    } catch (error) {
      if (!isStoreError(error, "AlreadyExists")) throw error;
    }
    const found = await freshLock(ipam, ledger, pool.namespace, lockName(pool, address));
    if (!found) throw new StoreError("Conflict", `IPAddress ${lockName(pool, address)} went while it was being taken`);
    if (!isLockOf(found, pool, claim, address)) {
      // Whatever pool or address it speaks of, its name is the lock of this address.
      ledger.noteBarred(address, found);
      return { kind: sameAddress(found.address, address) ? "held" : "nameClash", lock: found };
    }
    const isUnmarked = found.marks.token === undefined;
    const isFree = mayTakeOver(found, hand) || (isUnmarked && options.promised);
    if (found.object.metadata.deletionTimestamp || !isFree) return { kind: "held", lock: found };
    const patch = lockPatch(found, pool, marks);
    if (!patch) return { kind: "taken", lock: found, former: found.marks };
    const lock = await patched(ipam, ledger, found, patch);
    return { kind: "taken", lock, former: found.marks };
  });
}

/** Undoes a take: a new lock goes, one that was taken over says again whose it was. */
export async function giveBack(ipam: Ipam, ledger: Ledger, { lock, former }: Taken, hand: Hand): Promise<void> {
  const isOurs = isHeldBy(hand);
  if (!former) return dropLock(ipam, ledger, lock, isOurs);
  if (former.token === hand.token) return;
  await retryOnConflict(ipam.environment, async () => {
    const now = await freshLock(ipam, ledger, lock.namespace, lock.name);
    if (now && isOurs(now)) await patched(ipam, ledger, now, { metadata: { annotations: markAnnotations(former) } });
  });
}

async function patched(ipam: Ipam, ledger: Ledger, lock: Lock, patch: MergePatch): Promise<Lock> {
  const { uid, resourceVersion } = lock.object.metadata;
  const now = readLock(await ipam.store.patch(IP_ADDRESS, lock, patch, { uid, resourceVersion }));
  ledger.noteLock(now);
  return now;
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
