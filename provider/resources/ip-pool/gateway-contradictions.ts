/** Gateways that the hosts of an entry do not reach. */
import { type Address, formatAddress, sameAddress } from "../../core/address";
import { formatRange, formatSubnet, rangeContains, subnetRange } from "../../core/range";
import { listText } from "../../ipam/wording";
import { type Given, isAlone } from "./given-entries";

export function gatewaysOutside(given: readonly Given[]): string[] {
  const outside = given.filter(({ gateway, networks, ranges, prefixLength }) => {
    if (!gateway || !networks || isLinkLocal(gateway) || isAlone(prefixLength, ranges)) return false;
    return !networks.some((network) => rangeContains(network, gateway));
  });
  if (outside.length === 0) return [];
  const texts = outside.map(({ gateway, text, networks, prefixLength, entry }) => {
    const length = prefixLength ?? entry.subnet?.prefixLength;
    return `gateway ${formatAddress(gateway!)} is outside of the network of ${text}, ${formatRange(networks![0]!)} by prefix ${length}`;
  });
  return [
    `${listText(texts, "; ")}: hosts do not reach it without a route of its own; choose a gateway inside, or correct the prefix`,
  ];
}

/** Of IPv4: in IPv6 the first address of a network is a router by definition (RFC 4291 2.6.1). */
export function gatewaysOnEdges(given: readonly Given[]): string[] {
  const texts = given.flatMap(({ gateway, prefixLength, entry, ranges }) => {
    const length = prefixLength ?? entry.subnet?.prefixLength;
    if (gateway?.family !== 4 || length === undefined || isAlone(length, ranges)) return [];
    const { first, last } = subnetRange({ address: gateway, prefixLength: length });
    const role = sameAddress(gateway, first) ? "network" : sameAddress(gateway, last) && "broadcast";
    return role
      ? [
          `${formatAddress(gateway)} is the ${role} address of ${formatSubnet({ address: first, prefixLength: length })}`,
        ]
      : [];
  });
  if (texts.length === 0) return [];
  return [
    `gateway ${listText([...new Set(texts)], "; ")}, which routers do not use; choose another gateway, or correct the prefix`,
  ];
}

/** fe80::/10 and 169.254.0.0/16: reached on every link, whatever network the host is in. */
function isLinkLocal({ family, value }: Address): boolean {
  return family === 4 ? value >> 16n === 0xa9fen : value >> 118n === 0x3fan;
}
