/**
 * An entry of the pool's own resource and an IPClaim of the same name: the first example of Metal3's documentation. The
 * claim gets the entry's address. The lock belongs to the entry, has the pool's marks, and stays when the IPClaim is
 * deleted.
 */
import { type Address, sameAddress } from "../../core/address";
import { isOfStack, type Marks, marksOf, type Origin } from "../metal3/marks";
import type { PoolView } from "../pool/pool-view";

/**
 * The address that this stack's IPPool pre-allocates to the claim. The program's declaration counts first, then the pool's
 * lock.
 */
export function poolsEntry(view: PoolView, claim: string, by: Origin): Address | undefined {
  const planned = view.declarations.entryOf(claim);
  const entry = view.entryOf(claim);
  if (planned || !entry || view.declarations.isDropped(claim)) return planned;
  return marksOfPool(view, by) && poolsEntries(view).get(claim);
}

/**
 * All entries whose locks carry the pool's own token and are not given up. These are the entries that the pool's resource
 * declares, whatever state says.
 */
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
