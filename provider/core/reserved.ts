/** Addresses that a network keeps for itself and a pool gives out all the same: Metal3 checks none of them. */
import { type Address, addressBits } from "./address";
import { type Offer, offersOf } from "./offer";
import { effectiveNetwork, type PoolEntry, type PoolSpec } from "./pool-spec";
import { type AddressRange, rangeContains, subnetRange } from "./range";
import { RangeSet } from "./range-set";

/** `network` is the all-zeros host: RFC 1122 section 3.2.1.3 for IPv4, subnet-router anycast (RFC 4291 2.6.1) for IPv6. */
export type ReservedRole = "network" | "broadcast" | "gateway";

export interface ReservedAddress {
  readonly address: Address;
  readonly role: ReservedRole;
  /** The first entry that gives this address out. */
  readonly index: number;
}

/** Networks looked at per range: the lowest ones and the last. A range that spans more has a prefix length by mistake. */
export const MAX_NETWORKS_PER_RANGE = 4096;

/**
 * Reserved addresses that the pool offers, each once, entry by entry. Gateways are those of the entries and the pool.
 * Network and broadcast addresses are those of an entry's subnet and of every network of its effective prefix length
 * that its addresses lie in; at most MAX_NETWORKS_PER_RANGE networks of one range are looked at.
 */
export function reservedAddresses(spec: PoolSpec): ReservedAddress[] {
  const offers = spec.entries.flatMap(offersOf);
  const offered = RangeSet.of(offers.map(({ range }) => range));
  const found = new Map<string, ReservedAddress>();
  for (const [role, address] of candidates(spec, offers)) {
    const key = `${address.family}/${address.value}`;
    if (found.has(key) || !offered.contains(address)) continue;
    const offer = offers.find(({ range }) => rangeContains(range, address));
    if (offer) found.set(key, { address, role, index: offer.index });
  }
  return [...found.values()].sort((a, b) => a.index - b.index);
}

function* candidates(spec: PoolSpec, offers: readonly Offer[]): Generator<[ReservedRole, Address]> {
  for (const { gateway } of [...spec.entries, spec]) if (gateway) yield ["gateway", gateway];
  for (const { subnet } of spec.entries) {
    if (subnet) yield* edges(subnet.address, subnet.prefixLength);
  }
  for (const { range, entry } of offers) yield* edgesWithin(range, prefixLengthOf(spec, entry, range));
}

/** Undefined where it makes no sense for the family: Metal3 lets -2 and 128 on IPv4 pass. */
function prefixLengthOf(spec: PoolSpec, entry: PoolEntry, { first }: AddressRange): number | undefined {
  const { prefixLength } = effectiveNetwork(spec, entry);
  const valid = Number.isInteger(prefixLength) && Number(prefixLength) > 0;
  return valid && Number(prefixLength) <= addressBits(first.family) ? prefixLength : undefined;
}

/**
 * Edges of all networks that a range lies in.
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

/** None in /31 and /32 (RFC 3021), /127 and /128 (RFC 6164); IPv6 has no broadcast. */
function* edges(address: Address, prefixLength: number): Generator<[ReservedRole, Address]> {
  const { family } = address;
  if (prefixLength > addressBits(family) - 2) return;
  const { first, last } = subnetRange({ address, prefixLength });
  yield ["network", first];
  if (family === 4) yield ["broadcast", last];
}
