/** What a pool says, in values: Metal3's IPPool spec as far as it decides about addresses. */
import type { Address } from "./address";
import type { Subnet } from "./range";

/** What a host needs to know beside its address. An absent or 0 prefix length and an empty list mean "not given". */
export interface Network {
  /** In bits. Metal3 takes any number from -2^63 to 128, for IPv4 too, and hands it on. */
  readonly prefixLength?: number | undefined;
  readonly gateway?: Address | undefined;
  readonly dnsServers?: readonly Address[] | undefined;
}

/** One item of `spec.pools`; what it does not give of the network comes from the pool. */
export interface PoolEntry extends Network {
  readonly start?: Address | undefined;
  /** Obeyed only beside `start`. */
  readonly end?: Address | undefined;
  readonly subnet?: Subnet | undefined;
}

export interface PoolSpec extends Network {
  readonly entries: readonly PoolEntry[];
}

/**
 * The entry's values over the pool's, field by field; only what is given is there.
 * Source: allocateAddress in ip-address-manager ipam/ippool_manager.go (`Prefix != 0`, `len(DNSServers) != 0`).
 */
export function effectiveNetwork(spec: PoolSpec, entry: PoolEntry): Network {
  const prefixLength = entry.prefixLength || spec.prefixLength;
  const gateway = entry.gateway ?? spec.gateway;
  const dnsServers = entry.dnsServers?.length ? entry.dnsServers : spec.dnsServers;
  return {
    ...(prefixLength && { prefixLength }),
    ...(gateway && { gateway }),
    ...(dnsServers?.length && { dnsServers }),
  };
}
