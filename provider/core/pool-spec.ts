/** Metal3's IPPool spec in values, as far as it decides about addresses. */
import type { Address } from "./address";
import type { Subnet } from "./range";

/** The facts that a host needs in addition to its address. A missing or 0 prefix length and an empty list mean "not given". */
export interface Network {
  /** In bits. Metal3 accepts any number from -2^63 to 128, for IPv4 too, and passes it on. */
  readonly prefixLength?: number | undefined;
  readonly gateway?: Address | undefined;
  readonly dnsServers?: readonly Address[] | undefined;
}

/** One item of `spec.pools`. The pool's values apply to network fields that the entry leaves out. */
export interface PoolEntry extends Network {
  readonly start?: Address | undefined;
  /** Metal3 obeys it only together with `start`. */
  readonly end?: Address | undefined;
  readonly subnet?: Subnet | undefined;
}

export interface PoolSpec extends Network {
  readonly entries: readonly PoolEntry[];
}

/**
 * The entry's values take precedence over the pool's, field by field. A field that neither gives is absent.
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
