/**
 * Successors: owners that take a claim over from the one that releases it. The program's declarations show them, or a token
 * does.
 */
import { type Address, sameAddress } from "../../core/address";
import { inParallel } from "../in-parallel";
import { type Lock, objectsOf } from "../metal3/lock";
import { lockName } from "../metal3/lock-object";
import { type Declarer, isReplacementOf, isSameDeclarer, type Owner } from "../metal3/owner";
import { freshLocks } from "../metal3/take-lock";
import type { PoolView } from "../pool/pool-view";
import type { PoolSession } from "../session";

/**
 * True if another resource of this program has declared the claim by now. An IPClaim inherits only the lock, so the entry is
 * removed.
 */
export function isInherited(declarer: Declarer | undefined, owner: Owner): boolean {
  if (declarer === undefined || isSameDeclarer(declarer, owner)) return false;
  return owner.kind === "IPClaim" || declarer.kind !== "IPClaim";
}

/**
 * True if a successor has taken the claim over, or is about to. A successor's lock at another address does not count. That
 * try fails because of our entry, and its lock is removed.
 */
export function isSuccessors(lock: Lock, address: Address, owner: Owner): boolean {
  return sameAddress(lock.address, address) && isAnothers(lock, owner);
}

/** True if either object has another owner's token. */
export function isAnothers(lock: Lock, owner: Owner): boolean {
  return objectsOf(lock).some(({ marks: { token } }) => token !== undefined && token !== owner.token);
}

/**
 * True if a replacement of this owner has left the lock, because its create was killed. Neither the program nor state has that
 * replacement now. A finished replacement is declared, or state has its token.
 */
export function isAbandoned(
  { declarations }: PoolView,
  { claimName, marks }: Pick<Lock, "claimName" | "marks">,
  owner: Owner,
): boolean {
  if (!isReplacementOf(owner)({ marks }) || declarations.isExpected(claimName ?? "")) return false;
  return marks.token === undefined || !owner.state?.holds(marks.token);
}

/** A removal from the pool: `entry` is the removed value. */
export interface Removed {
  readonly claim: string;
  readonly address: Address;
  readonly locks: readonly Lock[];
  readonly entry: Address;
}

/**
 * Puts back the entries of claims that a successor has taken over since their locks were read, because the successor found
 * the entry in place. A later successor reads the pool after the removal, and finds that the entry is missing. A successor
 * that has released the claim again by then found no entry to remove. So the code looks again after it puts an entry back,
 * until lock and entry agree.
 */
export async function keepSuccessors(session: PoolSession, owner: Owner, removed: readonly Removed[]): Promise<void> {
  const { view } = session;
  const { pool } = view;
  if (!pool) return;
  let written = removed.map((one) => ({ ...one, isThere: false }));
  for (let look = 1; written.length > 0; look++) {
    const looked = await inParallel(written, async (one) => {
      const { claim, address, locks, entry } = one;
      // The removal of a mirror has read changed objects again. Without a mirror, nothing was read since.
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
