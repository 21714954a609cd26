/** Compares the token in state with the locks. Another owner may have taken over, and a refresh may have read drift. */
import { type Address, sameAddress } from "../../core/address";
import { IpamError } from "../errors";
import { isOfStack, type Origin, ownerText } from "../metal3/marks";
import type { PoolView } from "../pool/pool-view";
import { wording } from "../wording";

/** An owner, as known from state. */
export interface TokenHolder extends Origin {
  readonly token: unknown;
  /** Absent if the resource has no such argument. */
  readonly adopt?: boolean;
}

/**
 * claim → address that this token holds. The lock has priority: a refresh may have read an entry that a user edited, or no
 * address at all.
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
 * Learns the ids on locks with this token, because they belong to the same state. For example, they come from its provider
 * before a rename.
 */
export function learnStates(view: PoolView, { token, state }: TokenHolder, claims: Iterable<string>): void {
  const own = [...claims].flatMap((claim) => view.locksOf(claim)).filter(({ marks }) => marks.token === token);
  state?.learn(own.flatMap(({ marks }) => marks.state ?? []));
}

/**
 * True if another owner of this stack has taken over a claim, or its address for another claim. That happens if an update is
 * killed between lock and state. Throws if another stack has taken over (with its `adopt`) a claim that this program still
 * declares. The update would be refused, so the preview is refused too. A refresh, a destroy, and a program that no longer
 * declares the claim leave it to the other stack.
 */
export function isTakenOver(view: PoolView, by: TokenHolder, claims: Iterable<string>): boolean {
  const others = [...claims]
    .flatMap((claim) => view.locksOf(claim))
    .filter(({ marks }) => marks.token !== undefined && marks.token !== by.token);
  const isRefused = ({ claimName = "" }: { claimName: string | undefined }) => view.declarations.has(claimName);
  const foreign = others.find((lock) => !by.adopt && !isOfStack(lock.marks, by) && isRefused(lock));
  if (!foreign) return others.length > 0 || isReplaced(view, by);
  const { claimName = foreign.name, address, marks } = foreign;
  const isAdoptable = by.adopt !== undefined;
  throw new IpamError("held", wording.claimHeld(view.name, claimName, address, ownerText(marks, by), isAdoptable));
}

/** True if a replacement of this owner has a lock for a claim that no resource of this program declares. */
function isReplaced(view: PoolView, by: TokenHolder): boolean {
  if (typeof by.token !== "string") return false;
  return view.locks.ofReplacementsOf(by.token).some(({ marks, claimName = "" }) => {
    return isOfStack(marks, by) && !view.declarations.has(claimName);
  });
}

/** True if no lock and no entry gives the claim this address any more. */
export function isUnheld(view: PoolView, claim: string, address: Address): boolean {
  const entry = view.entryOf(claim);
  return !(entry && sameAddress(entry, address)) && !view.lockAt(claim, address);
}
