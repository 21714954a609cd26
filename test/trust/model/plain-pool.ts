/**
 * The oracle: a pool as stretches of numbers in the order of use, and a plain Map of the holders.
 * Written without the core's range sets, runs and walks: a stretch is cut at every edge, and each piece is checked whether
 * it is offered. Single steps find the next address.
 */
import { createHash } from "node:crypto";

export interface Stretch {
  readonly first: bigint;
  readonly last: bigint;
}

const WINDOW = 65_536n;

export class PlainPool {
  /** Disjoint, in the order of use. */
  readonly #pieces: Stretch[] = [];
  readonly capacity: bigint;

  constructor(
    entries: readonly Stretch[],
    excludes: readonly Stretch[],
    readonly held: ReadonlyMap<string, bigint>,
  ) {
    entries.forEach((entry, index) => {
      const others = [...entries.slice(0, index), ...excludes];
      const edges = others.flatMap(({ first, last }) => [first, last + 1n]).filter((edge) => isIn(edge, entry));
      const starts = [...new Set([entry.first, ...edges])].sort((a, b) => (a < b ? -1 : 1));
      starts.forEach((first, place) => {
        const last = (starts[place + 1] ?? entry.last + 1n) - 1n;
        if (!others.some((other) => isIn(first, other))) this.#pieces.push({ first, last });
      });
    });
    this.capacity = this.#pieces.reduce((sum, { first, last }) => sum + last - first + 1n, 0n);
  }

  offers(value: bigint): boolean {
    return this.#pieces.some((piece) => isIn(value, piece));
  }

  isHeld(value: bigint): boolean {
    return [...this.held.values()].includes(value);
  }

  get used(): bigint {
    return BigInt(new Set([...this.held.values()].filter((value) => this.offers(value))).size);
  }

  /** The first `count` free ones from a position on: to `end`, then from the beginning, then the rest. */
  free(count: number, from: bigint, end = this.capacity): bigint[] | undefined {
    if (BigInt(count) > this.capacity - this.used) return undefined;
    const taken = new Set(this.held.values());
    const found: bigint[] = [];
    for (let step = 0n; step < this.capacity && found.length < count; step++) {
      const position = step >= end ? step : (from + step) % end;
      const value = at(this.#pieces, position);
      if (!taken.has(value)) found.push(value);
    }
    return found;
  }

  byName(name: string, count = 1): bigint[] | undefined {
    const [, stem = "", digits = ""] = /^(.*?)(\d*)$/s.exec(name) ?? [];
    const hash = createHash("sha256").update(stem).digest().readBigUInt64BE();
    const window = this.capacity < WINDOW ? this.capacity : WINDOW;
    return this.free(count, window === 0n ? 0n : (hash + BigInt(digits || 0)) % window, window);
  }

  /** From an address on, or the next offered one above it. From the beginning if there is none. */
  after(start: bigint, count: number): bigint[] | undefined {
    const above = this.#pieces.flatMap(({ first, last }) => (last < start ? [] : [first < start ? start : first]));
    const begin = above.reduce<bigint | undefined>(
      (least, one) => (least === undefined || one < least ? one : least),
      undefined,
    );
    return this.free(count, begin === undefined ? 0n : this.#positionOf(begin));
  }

  /** The free address with so many free ones below it. */
  freeAt(rank: bigint): bigint {
    const ascending = this.#pieces.toSorted((a, b) => (a.first < b.first ? -1 : 1));
    const held = [...new Set(this.held.values())]
      .filter((value) => this.offers(value))
      .sort((a, b) => (a < b ? -1 : 1));
    let position = rank;
    for (const value of held) if (value <= at(ascending, position)) position++;
    return at(ascending, position);
  }

  #positionOf(value: bigint): bigint {
    let before = 0n;
    for (const { first, last } of this.#pieces) {
      if (first <= value && value <= last) return before + value - first;
      before += last - first + 1n;
    }
    throw new Error(`${value} is not offered`);
  }
}

function isIn(value: bigint, { first, last }: Stretch): boolean {
  return first <= value && value <= last;
}

function at(pieces: readonly Stretch[], position: bigint): bigint {
  let left = position;
  for (const { first, last } of pieces) {
    if (left <= last - first) return first + left;
    left -= last - first + 1n;
  }
  throw new Error(`there is no position ${position}`);
}
