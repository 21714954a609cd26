import { networkText } from "../../api/metal3/ip-pool";
import { sameAddress } from "../../core/address";
import { networkOf } from "../../core/pool";
import type { LastSet, PoolView } from "../../ipam/ipam";
import { type AllocationText, allocationText } from "../allocation";

/**
 * The entry of a claim, with the network that its host is told. The lock goes first, then what was last set with this
 * address, then the pool: a pool that somebody has changed is the pool's drift, and not that of each host.
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

/** What an import takes: the entry, or the lock alone that a killed update has left without one. */
export function importedAllocation(view: PoolView, claimName: string): AllocationText | undefined {
  const incomplete = view.locksOf(claimName).find(({ marks }) => marks.token !== undefined);
  const address = view.entryOf(claimName) ?? incomplete?.address;
  return liveAllocation(view, claimName) ?? (address && allocationText(view.pool?.pool, address));
}
