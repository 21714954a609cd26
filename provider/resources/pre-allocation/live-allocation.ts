import { networkText } from "../../api/metal3/ip-pool";
import { sameAddress } from "../../core/address";
import { networkOf } from "../../core/pool";
import type { LastSet, PoolView } from "../../ipam/ipam";
import { type AllocationText, allocationText } from "../allocation";

/**
 * The entry of a claim, with the network that its host gets. The network comes from the lock, or else from what was last set
 * with this address, or else from the pool. So a change of the pool is drift of the pool, and not of each host.
 */
export function liveAllocation(view: PoolView, claimName: string, last?: LastSet): AllocationText | undefined {
  const address = view.entryOf(claimName);
  const pool = view.pool?.pool;
  if (!pool || !address) return undefined;
  const text = allocationText(undefined, address).address;
  const network = view.lockAt(claimName, address)?.network;
  if (!network && last?.network && sameAddress(last.address, address)) return { address: text, ...last.network };
  return { address: text, ...networkText(network ?? networkOf(pool, address) ?? {}) };
}

/** The entry that an import takes, or a lock that a killed update left without one. */
export function importedAllocation(view: PoolView, claimName: string): AllocationText | undefined {
  const incomplete = view.locksOf(claimName).find(({ marks }) => marks.token !== undefined);
  const address = view.entryOf(claimName) ?? incomplete?.address;
  return liveAllocation(view, claimName) ?? (address && allocationText(view.pool?.pool, address));
}
