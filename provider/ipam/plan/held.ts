/** What state's token is worth by now: others may have taken over, a refresh may have read drift. */
import type { Address } from "../../core/address";
import { sameAddress } from "../../core/address";
import { IpamError } from "../errors";
import { isOfStack, type Origin, ownerText } from "../metal3/marks";
import type { PoolView } from "../pool/pool-view";
import { wording } from "../wording";

/**
 * claim → address, as this token holds it. The lock says it best; what state says may have been refreshed from an entry
 * that somebody edited, and is absent where a refresh found nothing.
 */
export function heldAddresses(
  view: PoolView,
  token: string,
  stated: ReadonlyMap<string, Address | undefined>,
): Map<string, Address> {
  const held = new Map<string, Address>();
  for (const [claim, address] of stated) {
    const lock = view.locksOf(claim).find(({ marks }) => marks.token === token);
    const known = lock?.address ?? address;
    if (known) held.set(claim, known);
  }
  return held;
}

/**
 * True where another hand of this stack has taken a claim over: a run was killed between lock and state. Throws where
 * another stack has (its `adopt`) and this program declares the claim still: an update would be refused, so the preview
 * is. A refresh, a destroy, and a program that has let go of it leave it to the other stack.
 */
export function isHeldByAnother(view: PoolView, by: TokenHolder, claims: Iterable<string>): boolean {
  const others = [...claims]
    .flatMap((claim) => view.locksOf(claim))
    .filter(({ marks }) => marks.token !== undefined && marks.token !== by.token);
  const foreign = by.adopt
    ? undefined
    : others.find(({ claimName = "", marks }) => !isOfStack(marks, by) && view.declaredBy(claimName) !== undefined);
  if (!foreign) return others.length > 0;
  const { claimName = foreign.name, address, marks } = foreign;
  throw new IpamError(
    "held",
    wording.claimHeld(view.name, claimName, address, ownerText(marks, by), by.adopt !== undefined),
  );
}

export interface TokenHolder extends Origin {
  /** As state has it. */
  readonly token: unknown;
  /** Absent where the resource has no such argument. */
  readonly adopt?: boolean;
}

/** Locks with this token for claims that it should not hold: a run was killed between lock and state. */
export function orphanedLocks(view: PoolView, token: string, claims: ReadonlySet<string>): Map<string, Address> {
  const strays = new Map<string, Address>();
  for (const { claimName, address, marks } of view.locks()) {
    if (claimName !== undefined && marks.token === token && !claims.has(claimName)) strays.set(claimName, address);
  }
  return strays;
}

/** True where neither lock nor entry gives the claim this address any more. */
export function isUnheld(view: PoolView, claim: string, address: Address): boolean {
  const entry = view.entryOf(claim);
  return !(entry && sameAddress(entry, address)) && !view.lockAt(claim, address);
}
