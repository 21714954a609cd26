/** A pool, compiled: which addresses it really offers, and which network each of them gets. */
import type { Address } from "./address";
import { type Offer, offersOf } from "./offer";
import { effectiveNetwork, type Network, type PoolEntry, type PoolSpec } from "./pool-spec";
import { rangeContains } from "./range";
import { RangeSet } from "./range-set";

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
  /** In entry order; entries that yield nothing have none; may overlap. */
  readonly offers: readonly Offer[];
  /** All that is offered, once. */
  readonly addresses: RangeSet;
  /** How many distinct addresses: `addresses.size`. */
  readonly capacity: bigint;
}

/** What Metal3's allocator gives for this spec; excludes are compiled away beforehand, see withoutAddresses. */
export function compilePool(spec: PoolSpec): Pool {
  const offers = spec.entries.flatMap(offersOf);
  const addresses = RangeSet.of(offers.map((offer) => offer.range));
  return { spec, offers, addresses, capacity: addresses.size };
}

/** From the first entry that offers the address, over the pool's values. Undefined if no entry does. */
export function networkOf(pool: Pool, address: Address): Network | undefined {
  const offer = pool.offers.find(({ range }) => rangeContains(range, address));
  return offer && effectiveNetwork(pool.spec, offer.entry);
}

/**
 * The same pool without some addresses, in words that the stock controller obeys. Entries that lose nothing stay as
 * written; the others become `start`-`end` entries in the same order, with their network; emptied ones vanish.
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

/** JSON has no big integers: a number while it is exact (up to 2^53 - 1), else its decimal digits as a string. */
export function capacityOnWire(count: bigint): number | string {
  const number = Number(count);
  return Number.isSafeInteger(number) ? number : count.toString();
}
