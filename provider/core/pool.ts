/** A compiled pool: the addresses that it really offers, and the network of each address. */
import { type Address, sameAddress } from "./address";
import { type Offer, offersOf } from "./offer";
import { effectiveNetwork, type Network, type PoolEntry, type PoolSpec } from "./pool-spec";
import { type AddressRange, rangeContains } from "./range";
import { RangeSet } from "./range-set";
import { type ReservedRole, roleOf } from "./reserved";

export type { Offer } from "./offer";
export { effectiveNetwork, type Network, type PoolEntry, type PoolSpec } from "./pool-spec";
export {
  networkAround,
  type ReservedAddress,
  type ReservedRole,
  reservedAddresses,
  reservedSet,
  roleOf,
  roleText,
} from "./reserved";

export interface Pool {
  readonly spec: PoolSpec;
  /** In entry order. An entry that yields nothing has none. They may overlap. */
  readonly offers: readonly Offer[];
  /** All offered addresses, each once. */
  readonly addresses: RangeSet;
  /** How many distinct addresses: `addresses.size`. */
  readonly capacity: bigint;
}

/** The addresses that Metal3's allocator gives for this spec. `excludes` were compiled away before, see withoutAddresses. */
export function compilePool(spec: PoolSpec): Pool {
  const offers = spec.entries.flatMap(offersOf);
  const addresses = RangeSet.of(offers.map((offer) => offer.range));
  return { spec, offers, addresses, capacity: addresses.size };
}

/** The values of the first entry that offers the address, and the pool's for what it leaves out. Undefined if no entry offers it. */
export function networkOf(pool: Pool, address: Address): Network | undefined {
  const offer = pool.offers.find(({ range }) => rangeContains(range, address));
  return offer && effectiveNetwork(pool.spec, offer.entry);
}

/** Why a pool does not offer an address: its role in the network, or "excluded", or "outside" of all entries. */
export type NotOffered = ReservedRole | "excluded" | "outside";

/**
 * The reason for an address that the pool does not offer. A role comes first, because the user cannot change it. With
 * `allowReserved` no role keeps an address off the offer. `pool` is compiled and no longer knows its `excludes`, so the
 * caller names them.
 */
export function whyNotOffered(
  { spec }: Pool,
  address: Address,
  terms: { readonly excludes?: readonly AddressRange[] | undefined; readonly allowReserved?: boolean | undefined } = {},
): NotOffered {
  const { excludes = [], allowReserved = false } = terms;
  const role = allowReserved ? undefined : (roleOf(spec, address) ?? dnsRoleOf(spec, address));
  if (role) return role;
  return excludes.some((range) => rangeContains(range, address)) ? "excluded" : "outside";
}

function dnsRoleOf(spec: PoolSpec, address: Address): ReservedRole | undefined {
  const networks = [spec, ...spec.entries];
  const isDns = networks.some(({ dnsServers = [] }) => dnsServers.some((one) => sameAddress(one, address)));
  return isDns ? "DNS server" : undefined;
}

/**
 * The same pool without some addresses, in terms that the stock controller obeys. Entries that lose nothing stay as they were
 * written. The others become `start`-`end` entries in the same order, with their network. Entries that lose all addresses go.
 *
 *     entry      s-------------------e
 *     excludes       x--x     x
 *     =>         s--e    s---e s-----e
 */
export function withoutAddresses(spec: PoolSpec, excludes: RangeSet): PoolSpec {
  const entries = spec.entries.flatMap((entry, index): readonly PoolEntry[] => {
    const offers = offersOf(entry, index);
    const left = offers.map(({ range }) => RangeSet.of([range]).subtract(excludes));
    const before = offers.map(({ range }) => RangeSet.of([range]));
    if (left.every((set, place) => set.size === before[place]?.size)) return [entry];
    const { start, end, subnet, ...network } = entry;
    return left.flatMap(({ ranges }) => ranges.map(({ first, last }) => ({ start: first, end: last, ...network })));
  });
  return { ...spec, entries };
}

/** JSON has no big integers. So the count is a number if that is exact (up to 2^53 - 1), else its decimal digits as a string. */
export function capacityOnWire(count: bigint): number | string {
  const number = Number(count);
  return Number.isSafeInteger(number) ? number : count.toString();
}
