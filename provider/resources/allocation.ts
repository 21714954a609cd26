import { type NetworkText, networkText } from "../api/ip-pool";
import { type Address, formatAddress, parseAddress } from "../core/address";
import { networkOf, type Pool } from "../core/pool";

/** What a host needs to know of its address: outputs of PreAllocation and IPClaim, and rows of a set. */
export interface AllocationText extends NetworkText {
  readonly address: string;
}

export function allocationText(pool: Pool | undefined, address: Address): AllocationText {
  const network = pool && networkOf(pool, address);
  return { address: formatAddress(address), ...(network && networkText(network)) };
}

/** An address out of state: what this provider has written itself, so anything else is treated as absent. */
export function storedAddress(value: unknown): Address | undefined {
  if (typeof value !== "string") return undefined;
  const parsed = parseAddress(value);
  return parsed.ok ? parsed.value : undefined;
}

export function storedText(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
