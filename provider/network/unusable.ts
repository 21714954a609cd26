/** Addresses that no host and no router can have. */
import { type Address, addressBits, sameAddress } from "../core/address";
import { formatSubnet, rangeContains, type Subnet, subnetRange } from "../core/range";
import { isStatic, type LinkNetwork, type StaticNetwork } from "./layout";

/** The role of an address that no host can have. `network`: the network that it is in. */
export function unusableRole(address: Address, network: LinkNetwork): string | undefined {
  const special = SPECIAL.find(([range]) => rangeContains(subnetRange(range), address));
  if (special) return special[1];
  if (!isStatic(network) || network.prefixLength > addressBits(address.family) - 2) return undefined;
  const { first, last } = subnetRange(network);
  const subnet = formatSubnet(subnetOf(network));
  if (address.family === 4 && sameAddress(address, first)) return `the network address of ${subnet}`;
  if (address.family === 4 && sameAddress(address, last)) return `the broadcast address of ${subnet}`;
  return undefined;
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
