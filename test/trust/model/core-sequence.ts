/** Runs operations on one pool, on the core and on the oracle, and compares each step's outcome and the free space. */
import assert from "node:assert/strict";
import type { Address } from "../../../provider/core/address";
import { FreeSpace } from "../../../provider/core/free-space";
import { type Placements, placeConsecutive, placeRandom } from "../../../provider/core/placement";
import { compilePool, withoutAddresses } from "../../../provider/core/pool";
import { RangeSet } from "../../../provider/core/range-set";
import { placeByName, placeLowest } from "../../core/placed";
import { poolSpec } from "../../core/written";
import { PlainPool, type Stretch } from "./plain-pool";
import { type Entry, Pools } from "./pools";

export interface Tampering {
  /** Replaces the core's: a seeded bug. */
  readonly lowest?: typeof placeLowest;
}

export class CoreSequence {
  readonly steps: string[] = [];
  private readonly pools: Pools;
  private readonly held = new Map<string, bigint>();
  private entries: Entry[];
  private excludes: Stretch[] = [];
  private oracle!: PlainPool;
  private space!: FreeSpace;
  private named = 0;

  constructor(
    private readonly random: () => number,
    private readonly tampering: Tampering = {},
  ) {
    this.pools = new Pools(random() < 0.5 ? 4 : 6, random);
    this.entries = this.pools.entries();
    this.rebuild();
  }

  step(): void {
    const ways = [
      this.reserve,
      this.reserve,
      this.reserveSet,
      this.reserveSet,
      this.pin,
      this.release,
      this.release,
      this.change,
      this.grow,
      this.shrink,
      this.exclude,
      this.include,
    ];
    ways[this.pools.below(ways.length)]!.call(this);
    this.compare();
  }

  private reserve(): void {
    const name = `${["cp", "w", "rack-1-w", "7", ""][this.pools.below(5)]}-${this.pools.below(30)}`;
    const how = this.pools.below(3);
    this.steps.push(`reserve ${["lowest", "byName", "random"][how]} ${name}`);
    const { lowest = placeLowest } = this.tampering;
    const placed =
      how === 0 ? lowest(this.space) : how === 1 ? placeByName(this.space, name) : placeRandom(this.space, this.random);
    const expected = how === 1 ? this.oracle.byName(name) : this.oracle.free(1, 0n);
    if (expected === undefined || placed.kind === "exhausted") {
      this.assertExhausted(placed);
      return;
    }
    const { value } = placed.address;
    if (how === 2) assert.ok(this.oracle.offers(value) && !this.oracle.isHeld(value), `${value}`);
    else assert.deepEqual([value], expected);
    this.take(value);
  }

  private reserveSet(): void {
    const count = this.pools.below(6);
    const how = this.pools.below(3);
    const start = this.pools.value();
    const from =
      how === 0 ? ("lowest" as const) : how === 1 ? { name: `set-${start % 9n}` } : { start: this.at(start) };
    this.steps.push(`set of ${count} from ${typeof from === "object" ? Object.keys(from) : from} ${start}`);
    const placed = placeConsecutive(this.space, count, from);
    const expected =
      how === 0
        ? this.oracle.free(count, 0n)
        : how === 1
          ? this.oracle.byName(`set-${start % 9n}`, count)
          : this.oracle.after(start, count);
    if (expected === undefined || placed.kind === "exhausted") {
      this.assertExhausted(placed);
      return;
    }
    assert.deepEqual(
      placed.addresses.map(({ value }) => value),
      expected,
    );
    for (const value of expected) this.take(value);
  }

  private pin(): void {
    const value = this.pools.value();
    this.steps.push(`pin ${this.pools.text(value)}`);
    assert.equal(this.space.isFree(this.at(value)), this.oracle.offers(value) && !this.oracle.isHeld(value));
    assert.equal(this.space.take(this.at(value)), !this.oracle.isHeld(value));
    if (!this.oracle.isHeld(value)) this.held.set(`pin-${this.named++}`, value);
  }

  private release(): void {
    const [name, value] = [...this.held][this.pools.below(this.held.size)] ?? ["nobody", this.pools.value()];
    this.steps.push(`release ${this.pools.text(value)}`);
    if (name === "nobody" && this.oracle.isHeld(value)) return;
    this.held.delete(name);
    this.space.give(this.at(value));
    assert.equal(this.space.isFree(this.at(value)), this.oracle.offers(value));
  }

  private change(): void {
    this.release();
    this.pin();
  }

  private grow(): void {
    this.entries = [...this.entries, this.pools.entry()].slice(-16);
    this.rebuild("grow");
  }

  private shrink(): void {
    const gone = this.pools.below(this.entries.length);
    if (this.entries.length > 1) this.entries = this.entries.filter((_, index) => index !== gone);
    this.rebuild("shrink");
  }

  private exclude(): void {
    this.excludes = [...this.excludes, this.pools.stretch()].slice(-6);
    this.rebuild("exclude");
  }

  private include(): void {
    this.excludes = this.excludes.slice(1);
    this.rebuild("include");
  }

  private rebuild(why = "pool"): void {
    const pools = this.entries.map(({ written }) => written);
    const excludes = this.excludes.map((one) => ({ first: this.at(one.first), last: this.at(one.last) }));
    this.steps.push(`${why} ${JSON.stringify(pools)} without ${this.excludes.map((one) => this.pools.rangeText(one))}`);
    const pool = compilePool(withoutAddresses(poolSpec({ pools }), RangeSet.of(excludes)));
    this.space = new FreeSpace(
      pool,
      [...this.held.values()].map((value) => this.at(value)),
    );
    const gives = this.entries.flatMap((entry) => entry.gives ?? []);
    this.oracle = new PlainPool(gives, this.excludes, this.held);
  }

  private compare(): void {
    const { capacity, used } = this.oracle;
    assert.deepEqual([this.space.pool.capacity, this.space.used, this.space.free], [capacity, used, capacity - used]);
    const value = this.pools.value();
    assert.equal(this.space.offers(this.at(value)), this.oracle.offers(value));
    assert.equal(this.space.isFree(this.at(value)), this.oracle.offers(value) && !this.oracle.isHeld(value));
    if (capacity === used) return;
    const rank = BigInt(this.pools.below(Number(capacity - used > 1_000n ? 1_000n : capacity - used)));
    for (const one of [rank, capacity - used - 1n])
      assert.equal(this.space.freeAt(one)?.value, this.oracle.freeAt(one));
  }

  private take(value: bigint): void {
    assert.ok(this.space.take(this.at(value)), "was taken already");
    this.held.set(`held-${this.named++}`, value);
  }

  private assertExhausted(placed: Placements | ReturnType<typeof placeLowest>): void {
    const { capacity, used } = this.oracle;
    assert.ok(capacity - used < 6n, "there is room");
    assert.deepEqual(placed, { kind: "exhausted", total: capacity, used });
  }

  private at(value: bigint): Address {
    return this.pools.address(value);
  }
}
