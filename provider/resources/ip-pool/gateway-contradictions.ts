/** Warnings about gateways that the hosts of an entry cannot reach. */
import { isLinkLocal, sameAddress } from "../../core/address";
import { rangeContains, subnetRange } from "../../core/range";
import { contradictionWording as wording } from "./contradiction-wording";
import { type Given, isAlone } from "./given-entries";

export function gatewaysOutside(given: readonly Given[]): string[] {
  const outside = given.filter(({ gateway, networks, ranges, prefixLength }) => {
    if (!gateway || !networks || isLinkLocal(gateway) || isAlone(prefixLength, ranges)) return false;
    return !networks.some((network) => rangeContains(network, gateway));
  });
  if (outside.length === 0) return [];
  const texts = outside.map(({ gateway, text, networks, prefixLength, entry }) => {
    const length = prefixLength ?? entry.subnet?.prefixLength;
    return wording.gatewayOutside(gateway!, text, networks![0]!, length);
  });
  return [wording.gatewaysOutside(texts)];
}

/** IPv4 only. In IPv6 the first address of a network is a router by definition (RFC 4291 2.6.1). */
export function gatewaysOnEdges(given: readonly Given[]): string[] {
  const texts = given.flatMap(({ gateway, prefixLength, entry, ranges }) => {
    const length = prefixLength ?? entry.subnet?.prefixLength;
    if (gateway?.family !== 4 || length === undefined || isAlone(length, ranges)) return [];
    const { first, last } = subnetRange({ address: gateway, prefixLength: length });
    const role = sameAddress(gateway, first) ? "network" : sameAddress(gateway, last) && "broadcast";
    return role ? [wording.gatewayOnEdge(gateway, role, { address: first, prefixLength: length })] : [];
  });
  if (texts.length === 0) return [];
  return [wording.gatewaysOnEdges([...new Set(texts)])];
}
