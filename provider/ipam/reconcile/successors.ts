/** Owners that take a claim over from the one that releases it. The program tells of them, or a token does. */
import { type Address, sameAddress } from "../../core/address";
import { inParallel } from "../in-parallel";
import { type Lock, objectsOf } from "../metal3/lock";
import { lockName } from "../metal3/lock-object";
import { type Declarer, isSameDeclarer, type Owner } from "../metal3/owner";
import { freshLocks } from "../metal3/take-lock";
import type { PoolSession } from "../session";

/**
 * True where another resource of this program declares the claim by now. An IPClaim inherits the lock alone: the entry
 * that stood beside it goes.
 */
export function isInherited(declarer: Declarer | undefined, owner: Owner): boolean {
  if (declarer === undefined || isSameDeclarer(declarer, owner)) return false;
  return owner.kind === "IPClaim" || declarer.kind !== "IPClaim";
}

/**
 * True where a successor has taken the claim over, or is about to. A successor's lock at another address does not count: it
 * is a try that meets our entry, and goes.
 */
export function isSuccessors(lock: Lock, address: Address, owner: Owner): boolean {
  return sameAddress(lock.address, address) && isAnothers(lock, owner);
}

/** True where another owner's token is on either object. */
export function isAnothers(lock: Lock, owner: Owner): boolean {
  return objectsOf(lock).some(({ marks: { token } }) => token !== undefined && token !== owner.token);
}

/** A removal from the pool: `entry` is the removed value. */
export interface Removed {
  readonly claim: string;
  readonly address: Address;
  readonly locks: readonly Lock[];
  readonly entry: Address;
}

/**
 * Puts back the entries of claims that a successor has taken over since their locks were read: the successor has found the
 * entry as it should be. A successor that comes later reads the pool after that, and finds that the entry is missing. One
 * that has let go of the claim again by then has found no entry to remove. So what is put back is looked at again until
 * lock and entry agree.
 */
export async function keepSuccessors(session: PoolSession, owner: Owner, removed: readonly Removed[]): Promise<void> {
  const { view } = session;
  const { pool } = view;
  if (!pool) return;
  let written = removed.map((one) => ({ ...one, isThere: false }));
  for (let look = 1; written.length > 0; look++) {
    const looked = await inParallel(written, async (one) => {
      const { claim, address, locks, entry } = one;
      // The removal of a mirror has read again what somebody had changed. Without a mirror nothing was seen since.
      const isSeen = look === 1 && sameAddress(entry, address) && locks.some(({ mirror }) => mirror);
      if (!isSeen) await freshLocks(session, lockName(pool, entry));
      return { ...one, isTaken: view.locksOf(claim).some((lock) => isSuccessors(lock, entry, owner)) };
    });
    const disagreeing = looked.filter(({ isTaken, isThere }) => isTaken !== isThere);
    await session.entries.apply(
      disagreeing.map(({ claim, entry, isTaken }) => {
        return isTaken ? { claim, to: entry, over: [] } : { claim, to: undefined, over: [entry] };
      }),
    );
    written = disagreeing.map(({ isTaken, ...one }) => ({ ...one, isThere: isTaken }));
  }
}
