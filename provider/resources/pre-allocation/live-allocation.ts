import { networkText } from "../../api/ip-pool";
import { sameAddress } from "../../core/address";
import { networkOf } from "../../core/pool";
import type { LastSet } from "../../ipam/ledger/drift";
import type { Ledger } from "../../ipam/ledger/ledger";
import { type AllocationText, allocationText } from "../allocation";

/**
 * The entry of a claim, with the network that its host is told: what the lock says, else what was last set with this
 * address (a pool that somebody has changed is the pool's drift, and not that of each host), else what the pool would say.
 */
export function liveAllocation(ledger: Ledger, claimName: string, last?: LastSet): AllocationText | undefined {
  const address = ledger.entryOf(claimName);
  const pool = ledger.pool?.pool;
  if (!pool || !address) return undefined;
  const text = allocationText(undefined, address).address;
  const network = ledger.lockAt(claimName, address)?.network;
  if (!network && last?.network && sameAddress(last.address, address)) return { address: text, ...last.network };
  return { address: text, ...networkText(network ?? networkOf(pool, address) ?? {}) };
}

/** What an import takes: the entry, or the lock alone of a run that was killed before it wrote one. */
export function importedAllocation(ledger: Ledger, claimName: string): AllocationText | undefined {
  const begun = ledger.locksOf(claimName).find(({ marks }) => marks.token !== undefined);
  const address = ledger.entryOf(claimName) ?? begun?.address;
  return liveAllocation(ledger, claimName) ?? (address && allocationText(ledger.pool?.pool, address));
}
