/** Random pools: whole networks, halves of them, many small pieces; from one address to a /8 or a /48. */
import { type Address, addressBits, type Family, formatAddress } from "../../../provider/core/address";
import { formatRange } from "../../../provider/core/range";
import type { WrittenEntry } from "../../core/written";
import type { Stretch } from "./plain-pool";

export interface Entry {
  readonly written: WrittenEntry;
  /** What Metal3 reads from it. undefined: nothing. */
  readonly gives: Stretch | undefined;
}

export class Pools {
  readonly prefixLength: number;
  readonly net: Stretch;
  /** All entries so far came from a division of the network, so they are disjoint. */
  constructor(
    readonly family: Family,
    private readonly random: () => number,
    /** Entries never overlap, and each offers something. */
    private readonly isTidy = false,
  ) {
    const bits = addressBits(family);
    const widest = family === 4 ? 8 : 48;
    this.prefixLength = widest + this.below(bits - widest + 1);
    const hostBits = BigInt(bits - this.prefixLength);
    // IPv6 from 1000::, far from the mapped addresses. IPv4 anywhere, with both ends of the space.
    const high = family === 4 ? BigInt(this.below(2 ** 32)) : (1n << 124n) + this.bigBelow(1n << 124n);
    const edge = this.below(20);
    const base = family === 6 || edge > 1 ? high : edge === 0 ? 0n : 2n ** 32n - 1n;
    const first = (base >> hostBits) << hostBits;
    this.net = { first, last: first + (1n << hostBits) - 1n };
  }

  get size(): bigint {
    return this.net.last - this.net.first + 1n;
  }

  below(bound: number): number {
    return Math.floor(this.random() * bound);
  }

  /** Any value of the network, mostly near an edge or among the first. */
  value(): bigint {
    const { first, last } = this.net;
    const near = BigInt(this.below(8));
    const spot = this.below(4);
    const value = spot === 0 ? first + near : spot === 1 ? last - near : first + this.bigBelow(this.size);
    return value < first ? first : value > last ? last : value;
  }

  stretch(): Stretch {
    const [a, b] = [this.value(), this.below(3) === 0 ? undefined : this.value()];
    const end = b ?? (a + 3n > this.net.last ? this.net.last : a + 3n);
    return a <= end ? { first: a, last: end } : { first: end, last: a };
  }

  entries(): Entry[] {
    const shape = this.below(4);
    if (shape === 0) return [this.whole()];
    if (shape === 1 && !this.isTidy) return Array.from({ length: 1 + this.below(3) }, () => this.entry());
    const pieces = this.divided(shape === 2 ? 2 + this.below(3) : 4 + this.below(9));
    return pieces.length === 0 ? [this.between(this.net)] : pieces.map((piece) => this.between(piece));
  }

  /** One of the forms that Metal3 knows. */
  entry(): Entry {
    const one = this.stretch();
    const subnet = `${this.text(this.net.first)}/${this.prefixLength}`;
    const { first, last } = this.net;
    const written = this.below(4);
    if (written === 0) return this.whole();
    if (written === 1) return { written: { start: this.text(one.first), subnet }, gives: { ...one, last } };
    if (written === 2) {
      const host = this.text(one.first);
      const gives = one.first < last ? { first: one.first + 1n, last } : undefined;
      return { written: { subnet: `${host}/${this.prefixLength}` }, gives };
    }
    return {
      written: { start: this.text(one.first), end: this.text(one.last), subnet },
      gives: first <= last ? one : undefined,
    };
  }

  text(value: bigint): string {
    return formatAddress(this.address(value));
  }

  address(value: bigint): Address {
    return { family: this.family, value };
  }

  rangeText({ first, last }: Stretch): string {
    return formatRange({ first: this.address(first), last: this.address(last) });
  }

  private whole(): Entry {
    const { first, last } = this.net;
    if (first === last) return this.between(this.net);
    return { written: { subnet: `${this.text(first)}/${this.prefixLength}` }, gives: { first: first + 1n, last } };
  }

  private between(gives: Stretch): Entry {
    return { written: { start: this.text(gives.first), end: this.text(gives.last) }, gives };
  }

  /** Disjoint pieces with gaps, in any order. */
  private divided(count: number): Stretch[] {
    const edges = [...new Set(Array.from({ length: count * 2 }, () => this.value()))].sort((a, b) => (a < b ? -1 : 1));
    const pieces: Stretch[] = [];
    for (let place = 0; place + 1 < edges.length; place += 2) {
      const [first, last] = [edges[place]!, edges[place + 1]!];
      pieces.push({ first, last: this.below(2) === 0 ? first : last });
    }
    return pieces.sort(() => this.random() - 0.5);
  }

  private bigBelow(bound: bigint): bigint {
    const bits = [1, 2, 3, 4].reduce((value) => (value << 32n) | BigInt(this.below(2 ** 32)), 0n);
    return bits % bound;
  }
}
