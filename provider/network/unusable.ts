/** Addresses that no host and no router can have. */
import { type Address, sameAddress } from "../core/address";
import { formatSubnet, rangeContains, type Subnet, subnetRange } from "../core/range";
import { edges } from "../core/reserved";
import { isStatic, type LinkNetwork, type StaticNetwork } from "./layout";

/** The role of an address that no host can have. `network`: the network that it is in. */
export function unusableRole(address: Address, network: LinkNetwork): string | undefined {
  const special = SPECIAL.find(([range]) => rangeContains(subnetRange(range), address));
  if (special) return special[1];
  // In IPv6 the first address is one of the routers, and a gateway may be it.
  if (!isStatic(network) || address.family === 6) return undefined;
  const [role] = [...edges(network.address, network.prefixLength)].find(([, edge]) => sameAddress(edge, address)) ?? [];
  return role && `the ${role} address of ${formatSubnet(subnetOf(network))}`;
}

export function subnetOf(network: StaticNetwork): Subnet {
  return { address: subnetRange(network).first, prefixLength: network.prefixLength };
}

const subnet = (family: 4 | 6, value: bigint, prefixLength: number): Subnet => ({
  address: { family, value },
  prefixLength,
});

/** RFC 6890, and RFC 4291 section 2.4. */
const SPECIAL: readonly (readonly [Subnet, role: string])[] = [
  [subnet(4, 0n, 8), "an address of 0.0.0.0/8"],
  [subnet(4, 127n << 24n, 8), "a loopback address"],
  [subnet(4, 224n << 24n, 4), "a multicast address"],
  [subnet(4, 240n << 24n, 4), "a reserved address of 240.0.0.0/4"],
  [subnet(6, 0n, 127), "the unspecified or the loopback address"],
  [subnet(6, 0xffn << 120n, 8), "a multicast address"],
];
