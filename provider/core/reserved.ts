/** Addresses that a network reserves for itself. A pool gives them out nevertheless: Metal3 does not check for them. */
import { type Address, addressBits, sameAddress } from "./address";
import { type Offer, offersOf } from "./offer";
import { effectiveNetwork, type PoolEntry, type PoolSpec } from "./pool-spec";
import { type AddressRange, overlapOf, rangeContains, type Subnet, subnetRange } from "./range";
import { RangeSet } from "./range-set";

/** `network` is the all-zeros host: RFC 1122 section 3.2.1.3 for IPv4, subnet-router anycast (RFC 4291 2.6.1) for IPv6. */
export type ReservedRole = "network" | "broadcast" | "gateway" | "DNS server";

export interface ReservedAddress {
  readonly address: Address;
  readonly role: ReservedRole;
  /** The index of the first entry that gives this address out. */
  readonly index: number;
}

/** How many networks per range are looked at: the lowest ones and the last. A range that spans more has a wrong prefix length. */
export const MAX_NETWORKS_PER_RANGE = 4096;

/**
 * The reserved addresses that the pool offers, each once, entry by entry. Gateways and DNS servers come from the entries and
 * the pool. `withDnsServers: false` leaves DNS servers out. Network and broadcast addresses come from an entry's subnet, and
 * from every network of its effective prefix length that its addresses lie in. At most MAX_NETWORKS_PER_RANGE networks of one
 * range are looked at.
 */
export function reservedAddresses(spec: PoolSpec, { withDnsServers = true } = {}): ReservedAddress[] {
  const offers = spec.entries.flatMap(offersOf);
  const offered = RangeSet.of(offers.map(({ range }) => range));
  const found = new Map<string, ReservedAddress>();
  for (const [role, address] of candidates(spec, offers)) {
    if (role === "DNS server" && !withDnsServers) continue;
    const key = `${address.family}/${address.value}`;
    if (found.has(key) || !offered.contains(address)) continue;
    const offer = offers.find(({ range }) => rangeContains(range, address));
    if (offer) found.set(key, { address, role, index: offer.index });
  }
  return [...found.values()].sort((a, b) => a.index - b.index);
}

/** The same addresses as a set. */
export function reservedSet(spec: PoolSpec, options?: { withDnsServers: boolean }): RangeSet {
  return RangeSet.of(reservedAddresses(spec, options).map(({ address }) => ({ first: address, last: address })));
}

const ROLES: Readonly<Record<ReservedRole, string>> = {
  gateway: "the gateway",
  network: "a network address",
  broadcast: "a broadcast address",
  "DNS server": "a DNS server",
};

/** Fits into: "10.0.0.1 is ROLE of the pool". */
export function roleText(role: ReservedRole): string {
  return ROLES[role];
}

function* candidates(spec: PoolSpec, offers: readonly Offer[]): Generator<[ReservedRole, Address]> {
  for (const { gateway } of [...spec.entries, spec]) if (gateway) yield ["gateway", gateway];
  for (const { subnet } of spec.entries) {
    if (subnet) yield* edges(subnet.address, subnet.prefixLength);
  }
  for (const { range, entry } of offers) yield* edgesWithin(range, prefixLengthOf(spec, entry, range));
  for (const { dnsServers = [] } of [...spec.entries, spec]) for (const one of dnsServers) yield ["DNS server", one];
}

/**
 * The role of an address in the network that its host would get, whether or not the pool offers the address. If a subnet has
 * another prefix length than the pool, the pool's counts. A DNS server has no role here, because a host may be one.
 */
export function roleOf(spec: PoolSpec, address: Address): Exclude<ReservedRole, "DNS server"> | undefined {
  const offers = spec.entries.flatMap(offersOf);
  if (spec.entries.some((entry) => isSame(effectiveNetwork(spec, entry).gateway, address))) return "gateway";
  const given = offers.find(({ range }) => rangeContains(range, address));
  const networks = (given ? [given] : offers).flatMap(({ range, entry }) => {
    const network = networkAround(spec, entry, range, address);
    return network && overlapOf(subnetRange(network), range) ? [network] : [];
  });
  const [network] = networks;
  if (!network) return undefined;
  for (const [role, edge] of edges(network.address, network.prefixLength)) if (isSame(edge, address)) return role;
  return undefined;
}

/** The network in which an address of this entry lies, by the prefix length that hosts get, or else by the subnet's. */
export function networkAround(
  spec: PoolSpec,
  entry: PoolEntry,
  range: AddressRange,
  address: Address,
): Subnet | undefined {
  const prefixLength = prefixLengthOf(spec, entry, range) ?? entry.subnet?.prefixLength;
  return prefixLength === undefined || address.family !== range.first.family ? undefined : { address, prefixLength };
}

function isSame(a: Address | undefined, b: Address): boolean {
  return a !== undefined && sameAddress(a, b);
}

/** Undefined for a length that makes no sense for the family. Metal3 accepts -2, and 128 for IPv4. */
function prefixLengthOf(spec: PoolSpec, entry: PoolEntry, { first }: AddressRange): number | undefined {
  const { prefixLength } = effectiveNetwork(spec, entry);
  const valid = Number.isInteger(prefixLength) && Number(prefixLength) > 0;
  return valid && Number(prefixLength) <= addressBits(first.family) ? prefixLength : undefined;
}

/**
 * The edges of all networks that a range lies in.
 *
 *     range             f-----------------------l
 *     networks    n----------b|n----------b|n----------b
 *     => those of the three that the pool offers: b, n, b, n
 */
function* edgesWithin({ first, last }: AddressRange, length: number | undefined): Generator<[ReservedRole, Address]> {
  if (length === undefined) return;
  const { family } = first;
  const hostBits = BigInt(addressBits(family) - length);
  const lastNetwork = last.value >> hostBits;
  let network = first.value >> hostBits;
  for (let seen = 1; network < lastNetwork && seen < MAX_NETWORKS_PER_RANGE; seen++, network++) {
    yield* edges({ family, value: network << hostBits }, length);
  }
  yield* edges({ family, value: lastNetwork << hostBits }, length);
}

/** /31 and /32 (RFC 3021), /127 and /128 (RFC 6164) have none. IPv6 has no broadcast address. */
export function* edges(address: Address, prefixLength: number): Generator<["network" | "broadcast", Address]> {
  const { family } = address;
  if (prefixLength > addressBits(family) - 2) return;
  const { first, last } = subnetRange({ address, prefixLength });
  yield ["network", first];
  if (family === 4) yield ["broadcast", last];
}
