/** Who has taken a claim over from the one that releases it: told by the program or by a token, and left in peace. */
import { type Address, sameAddress } from "../../core/address";
import { inParallel } from "../in-parallel";
import type { Ipam } from "../ipam";
import { type Lock, objectsOf } from "../metal3/lock";
import { lockName } from "../metal3/lock-object";
import { declarerText, type Owner } from "../metal3/owner";
import { freshLocks } from "../metal3/take-lock";
import type { PoolView } from "../pool/pool-view";

/**
 * True where another resource of this program declares the claim by now. An IPClaim inherits the lock alone: the entry
 * that stood beside it goes.
 */
export function isInherited(declarer: string | undefined, owner: Owner): boolean {
  if (declarer === undefined || declarer === declarerText(owner)) return false;
  return owner.kind === "IPClaim" || !isIPClaim(declarer);
}

export function isIPClaim(declarer: string | undefined): boolean {
  return declarer?.startsWith("IPClaim ") ?? false;
}

/**
 * A successor has taken the claim over, or is about to. A lock of his at another address is none: it is a try that meets
 * our entry, and goes.
 */
export function isSuccessors(lock: Lock, address: Address, owner: Owner): boolean {
  return sameAddress(lock.address, address) && isAnothers(lock, owner);
}

/** Somebody's token on either half, but not ours. */
export function isAnothers(lock: Lock, owner: Owner): boolean {
  return objectsOf(lock).some(({ marks: { token } }) => token !== undefined && token !== owner.token);
}

/** What was taken from the pool: `entry` is what stood there. */
export interface Removed {
  readonly claim: string;
  readonly address: Address;
  readonly locks: readonly Lock[];
  readonly entry: Address;
}

/**
 * Puts back the entries of those who have taken a claim over since its locks were read: they have found the entry as it
 * should be. Whoever takes it over from now on reads the pool after that, and finds that the entry is missing. Who has
 * let go of it again by then has found no entry to remove, so what is put back is looked after until lock and entry agree.
 */
export async function keepSuccessors(
  ipam: Ipam,
  view: PoolView,
  owner: Owner,
  removed: readonly Removed[],
): Promise<void> {
  const { pool } = view;
  if (!pool) return;
  let written = removed.map((one) => ({ ...one, isThere: false }));
  for (let look = 1; written.length > 0; look++) {
    const looked = await inParallel(written, async (one) => {
      const { claim, address, locks, entry } = one;
      // A mirror that was to go has been read again where somebody had changed it; of the rest nothing has been seen since.
      const isSeen = look === 1 && sameAddress(entry, address) && locks.some(({ mirror }) => mirror);
      if (!isSeen) await freshLocks(ipam, view, view.name.namespace, lockName(pool, entry));
      return { ...one, isTaken: view.locksOf(claim).some((lock) => isSuccessors(lock, entry, owner)) };
    });
    const disagreeing = looked.filter(({ isTaken, isThere }) => isTaken !== isThere);
    await ipam.entries(view).apply(
      disagreeing.map(({ claim, entry, isTaken }) => {
        return isTaken ? { claim, to: entry, over: [] } : { claim, to: undefined, over: [entry] };
      }),
    );
    written = disagreeing.map(({ isTaken, ...one }) => ({ ...one, isThere: isTaken }));
  }
}
