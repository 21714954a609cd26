/** What state's token is worth by now: others may have taken over, a refresh may have read drift. */
import type { Address } from "../core/address";
import { sameAddress } from "../core/address";
import type { Ledger } from "./ledger";

/**
 * claim → address, as this token holds it. The lock says it best; what state says may have been refreshed from an entry
 * that somebody edited, and is absent where a refresh found nothing.
 */
export function heldBy(
  ledger: Ledger,
  token: string,
  stated: ReadonlyMap<string, Address | undefined>,
): Map<string, Address> {
  const held = new Map<string, Address>();
  for (const [claim, address] of stated) {
    const lock = ledger.locksOf(claim).find(({ marks }) => marks.token === token);
    const known = lock?.address ?? address;
    if (known) held.set(claim, known);
  }
  return held;
}

/** True where another hand has taken a claim over: a run killed between lock and state, or another stack's `adopt`. */
export function isTakenOver(ledger: Ledger, token: unknown, claims: Iterable<string>): boolean {
  return [...claims].some((claim) =>
    ledger.locksOf(claim).some(({ marks }) => marks.token !== undefined && marks.token !== token),
  );
}

/** Locks with this token for claims that it should not hold: a run was killed between lock and state. */
export function straysOf(ledger: Ledger, token: string, claims: ReadonlySet<string>): Map<string, Address> {
  const strays = new Map<string, Address>();
  for (const { claimName, address, marks } of ledger.locks()) {
    if (claimName !== undefined && marks.token === token && !claims.has(claimName)) strays.set(claimName, address);
  }
  return strays;
}

/** True where neither lock nor entry gives the claim this address any more. */
export function isUnheld(ledger: Ledger, claim: string, address: Address): boolean {
  const entry = ledger.entryOf(claim);
  return !(entry && sameAddress(entry, address)) && !ledger.lockAt(claim, address);
}
