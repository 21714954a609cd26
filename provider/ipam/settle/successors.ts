/** Who has taken a claim over from the one that releases it: told by the program or by a token, and left in peace. */
import { type Address, sameAddress } from "../../core/address";
import { inParallel } from "../in-parallel";
import type { Ipam } from "../ipam";
import { declarerText, type Hand } from "../ledger/hand";
import type { Ledger } from "../ledger/ledger";
import { halvesOf, type Lock } from "../ledger/lock";
import { lockName } from "../ledger/lock-object";
import { freshLocks } from "./take";

/**
 * True where another resource of this program declares the claim by now. An IPClaim inherits the lock alone: the entry
 * that stood beside it goes.
 */
export function isInherited(declarer: string | undefined, hand: Hand): boolean {
  if (declarer === undefined || declarer === declarerText(hand)) return false;
  return hand.kind === "IPClaim" || !isIPClaim(declarer);
}

export function isIPClaim(declarer: string | undefined): boolean {
  return declarer?.startsWith("IPClaim ") ?? false;
}

/**
 * A successor has taken the claim over, or is about to. A lock of his at another address is none: it is a try that meets
 * our entry, and goes.
 */
export function isTakenOver(lock: Lock, address: Address, hand: Hand): boolean {
  return sameAddress(lock.address, address) && isAnothers(lock, hand);
}

/** Somebody's token on either half, but not ours. */
export function isAnothers(lock: Lock, hand: Hand): boolean {
  return halvesOf(lock).some(({ marks: { token } }) => token !== undefined && token !== hand.token);
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
  ledger: Ledger,
  hand: Hand,
  removed: readonly Removed[],
): Promise<void> {
  const { pool } = ledger;
  if (!pool) return;
  let written = removed.map((one) => ({ ...one, isThere: false }));
  for (let look = 1; written.length > 0; look++) {
    const looked = await inParallel(written, async (one) => {
      const { claim, address, locks, entry } = one;
      // A twin that was to go has been read again where somebody had changed it; of the rest nothing has been seen since.
      const isSeen = look === 1 && sameAddress(entry, address) && locks.some(({ twin }) => twin);
      if (!isSeen) await freshLocks(ipam, ledger, ledger.name.namespace, lockName(pool, entry));
      return { ...one, isTaken: ledger.locksOf(claim).some((lock) => isTakenOver(lock, entry, hand)) };
    });
    const disagreeing = looked.filter(({ isTaken, isThere }) => isTaken !== isThere);
    await ipam.entries(ledger).apply(
      disagreeing.map(({ claim, entry, isTaken }) => {
        return isTaken ? { claim, to: entry, over: [] } : { claim, to: undefined, over: [entry] };
      }),
    );
    written = disagreeing.map(({ isTaken, ...one }) => ({ ...one, isThere: isTaken }));
  }
}
