/** The order in which a pool is used up: entries in order, ascending in each entry, every address once. */
import type { Address } from "./address";
import type { Pool } from "./pool";
import { type AddressRange, rangeContains, rangeSize } from "./range";
import { RangeSet } from "./range-set";

/**
 * Positions 0 to capacity - 1, in pieces of consecutive addresses.
 *
 *     entry 0            f------l
 *     entry 1        f-----l
 *     pieces         [2][  1    ]      entry 0's piece first, then what entry 1 adds to it
 */
export class Walk {
  readonly #pieces: readonly AddressRange[];
  /** `#starts[i]` is the position of the first address of piece i. The last item is the capacity. */
  readonly #starts: readonly bigint[];

  constructor(pool: Pool) {
    this.#pieces = distinctPieces(pool);
    const starts = [0n];
    for (const piece of this.#pieces) starts.push((starts.at(-1) ?? 0n) + rangeSize(piece));
    this.#starts = starts;
  }

  get length(): bigint {
    return this.#starts.at(-1) ?? 0n;
  }

  /** The ranges at positions `from` to `to - 1`, in order. */
  *between(from: bigint, to: bigint): Generator<AddressRange> {
    if (from >= to) return;
    for (let index = this.#pieceAt(from); index < this.#pieces.length; index++) {
      const piece = this.#pieces[index];
      const start = this.#starts[index];
      const end = this.#starts[index + 1];
      if (piece === undefined || start === undefined || end === undefined || start >= to) return;
      const skipped = from > start ? from - start : 0n;
      const cut = end > to ? end - to : 0n;
      const { first, last } = piece;
      yield { first: { ...first, value: first.value + skipped }, last: { ...last, value: last.value - cut } };
    }
  }

  /** The address's position. Undefined if the pool does not offer it. O(pieces). */
  positionOf(address: Address): bigint | undefined {
    const index = this.#pieces.findIndex((piece) => rangeContains(piece, address));
    const piece = this.#pieces[index];
    return piece && (this.#starts[index] ?? 0n) + address.value - piece.first.value;
  }

  #pieceAt(position: bigint): number {
    let low = 0;
    let high = this.#pieces.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#starts[middle + 1] ?? 0n) <= position) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** A cache: pools are immutable, and a thousand hosts may be placed in the same one. */
const walks = new WeakMap<Pool, Walk>();

export function walkOf(pool: Pool): Walk {
  const known = walks.get(pool);
  if (known) return known;
  const walk = new Walk(pool);
  walks.set(pool, walk);
  return walk;
}

function distinctPieces({ offers, capacity }: Pool): AddressRange[] {
  const ranges = offers.map(({ range }) => range);
  if (ranges.reduce((sum, range) => sum + rangeSize(range), 0n) === capacity) return ranges; // no overlap
  let earlier = RangeSet.empty;
  return ranges.flatMap((range) => {
    const own = RangeSet.of([range]);
    const added = own.subtract(earlier).ranges;
    earlier = earlier.union(own);
    return added;
  });
}
