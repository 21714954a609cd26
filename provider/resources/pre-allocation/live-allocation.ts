import { networkText } from "../../api/ip-pool";
import { networkOf } from "../../core/pool";
import type { Ledger } from "../../ipam/ledger/ledger";
import { type AllocationText, allocationText } from "../allocation";

/** The entry of a claim, with the network that its host is told: what the lock says, else what the pool would say. */
export function liveAllocation(ledger: Ledger, claimName: string): AllocationText | undefined {
  const address = ledger.entryOf(claimName);
  const pool = ledger.pool?.pool;
  if (!pool || !address) return undefined;
  const network = ledger.lockAt(claimName, address)?.network ?? networkOf(pool, address) ?? {};
  return { address: allocationText(undefined, address).address, ...networkText(network) };
}
