/**
 * A pool's prefix, gateway and DNS servers. If the program does not declare them, others may, and an update leaves these
 * alone.
 */
import type { Network } from "../../core/pool";
import type { Properties } from "../handler";

/** The stored values that the program does not declare. */
export function undeclaredNetwork(live: Network, declared: Properties): Network {
  const { prefixLength, gateway, dnsServers } = live;
  return {
    ...(declared.prefix === undefined && prefixLength !== undefined && { prefixLength }),
    ...(declared.gateway === undefined && gateway && { gateway }),
    ...(declared.dnsServers === undefined && dnsServers && { dnsServers }),
  };
}

/** The stored values that the program declares. */
export function declaredNetwork(live: Network, declared: Properties): Network {
  const { prefixLength, gateway, dnsServers } = live;
  return {
    ...(declared.prefix !== undefined && { prefixLength }),
    ...(declared.gateway !== undefined && { gateway }),
    ...(declared.dnsServers !== undefined && { dnsServers }),
  };
}
