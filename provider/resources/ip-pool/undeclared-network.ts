/** A pool's prefix, gateway and DNS servers, where the program does not say them: others may, and an update leaves theirs. */
import type { Network } from "../../core/pool";
import type { Properties } from "../handler";

/** What is there and is somebody else's. */
export function undeclaredNetwork(live: Network, declared: Properties): Network {
  const { prefixLength, gateway, dnsServers } = live;
  return {
    ...(declared.prefix === undefined && prefixLength !== undefined && { prefixLength }),
    ...(declared.gateway === undefined && gateway && { gateway }),
    ...(declared.dnsServers === undefined && dnsServers && { dnsServers }),
  };
}

/** What is there of what the program says. */
export function declaredNetwork(live: Network, declared: Properties): Network {
  const { prefixLength, gateway, dnsServers } = live;
  return {
    ...(declared.prefix !== undefined && { prefixLength }),
    ...(declared.gateway !== undefined && { gateway }),
    ...(declared.dnsServers !== undefined && { dnsServers }),
  };
}
