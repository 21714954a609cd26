/** A set of addresses, kept as ranges: a /64 costs as much as one address. */
import { type Address, compareAddresses } from "./address";
import { type AddressRange, overlapOf, rangeContains, rangeSize } from "./range";

/** Immutable. `ranges` are sorted (IPv4 first), disjoint and merged: two ranges that touch become one. */
export class RangeSet {
  static readonly empty: RangeSet = new RangeSet([]);

  /** Any ranges, in any order, overlapping or not. O(n log n). */
  static of(ranges: Iterable<AddressRange>): RangeSet {
    return new RangeSet(merged([...ranges].sort((a, b) => compareAddresses(a.first, b.first))));
  }

  readonly size: bigint;

  private constructor(readonly ranges: readonly AddressRange[]) {
    this.size = ranges.reduce((sum, range) => sum + rangeSize(range), 0n);
  }

  get isEmpty(): boolean {
    return this.ranges.length === 0;
  }

  /** O(log n). */
  contains(address: Address): boolean {
    const range = this.ranges[this.#firstEndingAtOrAfter(address)];
    return range !== undefined && rangeContains(range, address);
  }

  /** The lowest member at or after `address`, of its family. O(log n). */
  nextMember(address: Address): Address | undefined {
    const range = this.ranges[this.#firstEndingAtOrAfter(address)];
    if (range === undefined || range.first.family !== address.family) return undefined;
    return rangeContains(range, address) ? address : range.first;
  }

  union(other: RangeSet): RangeSet {
    return RangeSet.of([...this.ranges, ...other.ranges]);
  }

  intersect(other: RangeSet): RangeSet {
    const common: AddressRange[] = [];
    for (let mine = 0, theirs = 0; ; ) {
      const a = this.ranges[mine];
      const b = other.ranges[theirs];
      if (a === undefined || b === undefined) return new RangeSet(common);
      const overlap = overlapOf(a, b);
      if (overlap) common.push(overlap);
      if (compareAddresses(a.last, b.last) < 0) mine++;
      else theirs++;
    }
  }

  /**
   * The addresses that are in this set and not in the other.
   *
   *     this    f-----------------l   f----l
   *     other       f--l     f-----------l
   *     =>      f--l    f---l             fl
   */
  subtract(other: RangeSet): RangeSet {
    const left: AddressRange[] = [];
    let theirs = 0;
    for (const { first, last } of this.ranges) {
      const { family } = first;
      let next = first.value;
      for (; ; theirs++) {
        const hole = other.ranges[theirs];
        if (hole === undefined || compareAddresses(hole.first, last) > 0) break;
        if (compareAddresses(hole.last, first) < 0) continue; // it lies before this range
        if (next < hole.first.value) {
          left.push({ first: { family, value: next }, last: { family, value: hole.first.value - 1n } });
        }
        next = hole.last.value + 1n;
        if (next > last.value) break; // the hole may reach into the next range: keep it
      }
      if (next <= last.value) left.push({ first: { family, value: next }, last });
    }
    return new RangeSet(left);
  }

  #firstEndingAtOrAfter(address: Address): number {
    let low = 0;
    let high = this.ranges.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const range = this.ranges[middle];
      if (range !== undefined && compareAddresses(range.last, address) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/**
 * Joins sorted ranges that overlap or touch.
 *
 *     f----l
 *        f----l
 *              f--l      f--l
 *     => f--------l      f--l     (with the first's own beginning)
 */
function merged(sorted: readonly AddressRange[]): AddressRange[] {
  const result: AddressRange[] = [];
  for (const range of sorted) {
    const previous = result.at(-1);
    if (previous === undefined || !touches(previous, range)) result.push(range);
    else if (range.last.value > previous.last.value) {
      result[result.length - 1] = { first: previous.first, last: range.last };
    }
  }
  return result;
}

/** `next` begins inside `previous` or right after it. It never begins before it, because the ranges are sorted. */
function touches(previous: AddressRange, next: AddressRange): boolean {
  return previous.first.family === next.first.family && next.first.value <= previous.last.value + 1n;
}
