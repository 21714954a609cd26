/** The addresses that are still free in a pool. Mutable: one per plan or update. No cost here grows with the pool's size. */
import { type Address, compareAddresses, type Family } from "./address";
import type { Pool } from "./pool";
import type { AddressRange } from "./range";
import { RangeSet } from "./range-set";
import { Runs } from "./runs";

/** Keeps the runs of free addresses, and each taken address outside the pool. */
export class FreeSpace {
  readonly #free: Readonly<Record<Family, Runs>>;
  readonly #takenOutside: Readonly<Record<Family, Set<bigint>>> = { 4: new Set(), 6: new Set() };

  readonly #offered: RangeSet;

  /**
   * `taken`: in any order, with repetitions, inside or outside the pool. `withheld`: never free, although the pool offers it. It
   * counts as used. O(n log n).
   */
  constructor(
    readonly pool: Pool,
    taken: Iterable<Address> = [],
    withheld: RangeSet = RangeSet.empty,
  ) {
    const addresses = [...taken];
    this.#offered = pool.addresses.subtract(withheld);
    const free = this.#offered.subtract(RangeSet.of(addresses.map((address) => ({ first: address, last: address }))));
    const runs = (family: Family): Runs =>
      new Runs(
        free.ranges
          .filter(({ first }) => first.family === family)
          .map(({ first, last }) => ({ first: first.value, last: last.value })),
      );
    this.#free = { 4: runs(4), 6: runs(6) };
    for (const address of addresses) if (!this.offers(address)) this.#takenOutside[address.family].add(address.value);
  }

  /** How many addresses are offered and not taken. */
  get free(): bigint {
    return this.#free[4].size + this.#free[6].size;
  }

  /** How many of the offered addresses are taken. */
  get used(): bigint {
    return this.pool.capacity - this.free;
  }

  /** True if the pool offers the address, taken or not, and does not withhold it. */
  offers(address: Address): boolean {
    return this.#offered.contains(address);
  }

  /** Offered and not taken. */
  isFree(address: Address): boolean {
    return this.#free[address.family].has(address.value);
  }

  /** False if the address was already taken. Addresses outside the pool are remembered too. */
  take(address: Address): boolean {
    if (this.offers(address)) return this.#free[address.family].remove(address.value);
    const outside = this.#takenOutside[address.family];
    if (outside.has(address.value)) return false;
    outside.add(address.value);
    return true;
  }

  /** Giving back an address that is not taken changes nothing. */
  give(address: Address): void {
    if (this.offers(address)) this.#free[address.family].add(address.value);
    else this.#takenOutside[address.family].delete(address.value);
  }

  /** The lowest free address in `within` at or after `from`. Undefined if the two are of different families. O(log n). */
  nextFree(from: Address, within: AddressRange): Address | undefined {
    const { family } = within.first;
    if (from.family !== family) return undefined;
    const origin = compareAddresses(from, within.first) < 0 ? within.first : from;
    const value = this.#free[family].next(origin.value);
    return value !== undefined && value <= within.last.value ? { family, value } : undefined;
  }

  /** The free address with `position` free ones below it (IPv4 below IPv6). O(runs of free addresses). */
  freeAt(position: bigint): Address | undefined {
    const family = position < this.#free[4].size ? 4 : 6;
    const value = this.#free[family].at(family === 4 ? position : position - this.#free[4].size);
    return value === undefined ? undefined : { family, value };
  }
}
