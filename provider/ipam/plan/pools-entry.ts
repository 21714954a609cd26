/**
 * An entry of the pool's own resource, and an IPClaim of that name: the first example of Metal3's documentation. The claim
 * gets the entry's address. The lock is the entry's, with the pool's marks, and stays when the IPClaim goes.
 */
import { type Address, sameAddress } from "../../core/address";
import { isOfStack, type Marks, marksOf, type Origin } from "../metal3/marks";
import type { PoolView } from "../pool/pool-view";

/** What this stack's IPPool pre-allocates to the claim: as the program says it, or else as its lock tells. */
export function poolsEntry(view: PoolView, claim: string, by: Origin): Address | undefined {
  const planned = view.declarations.entryOf(claim);
  const entry = view.entryOf(claim);
  if (planned || !entry || view.declarations.isDropped(claim)) return planned;
  return marksOfPool(view, by) && poolsEntries(view).get(claim);
}

/** All entries whose locks carry the pool's own token, and are not given up: what its resource declares, whatever a state knows. */
export function poolsEntries(view: PoolView): Map<string, Address> {
  const token = view.pool && marksOf(view.pool.manifest).token;
  const isPools = ([claim, entry]: readonly [string, Address]) =>
    view.locksOf(claim).some(({ address, marks }) => {
      return marks.token === token && !marks.releasing && sameAddress(address, entry);
    });
  return new Map(token === undefined ? [] : [...(view.pool?.preAllocations ?? [])].filter(isPools));
}

/** The marks of a pool of this stack. */
export function marksOfPool({ pool }: PoolView, by: Origin): Marks | undefined {
  const marks = pool && marksOf(pool.manifest);
  return marks && isOfStack(marks, by) ? marks : undefined;
}
