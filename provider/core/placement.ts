/** Which free address a name gets. Pure decisions over a FreeSpace, which stays as it is; the outcomes are values. */
import { createHash } from "node:crypto";
import type { Address } from "./address";
import type { FreeSpace } from "./free-space";
import type { AddressRange } from "./range";
import { type Walk, walkOf } from "./walk";

/** `total` and `used` count addresses that the pool offers. */
export interface Exhausted {
  readonly kind: "exhausted";
  readonly total: bigint;
  readonly used: bigint;
}

export type Placement = { readonly kind: "placed"; readonly address: Address } | Exhausted;
export type Placements = { readonly kind: "placed"; readonly addresses: readonly Address[] } | Exhausted;

/**
 * Where the first address is looked for. `lowest` is Metal3's sequential rule: entries in order, the lowest free address in
 * each. A name has a slot: the first free address from there on, wrapping in the window, and beyond the window only when
 * that is full. Siblings matter only when their slots meet. Names that differ in a trailing number get neighbouring slots,
 * so give the host's name: a claim's (`<host>-<pool>`) ends in the pool's.
 */
export type SetOrigin = { readonly start: Address } | { readonly name: string } | "lowest";

/**
 * Slots lie among the first 65,536 addresses of the walk: IPv6 addresses stay short, and Metal3 finds a pre-allocated
 * address by stepping through the range.
 */
export const SLOT_WINDOW = 65_536n;

/** 2^64 more than needed: the bias of the modulo is below 2^-64. */
const SPARE_RANDOM_BITS = 64;
const BITS_PER_DRAW = 32;

/**
 * Metal3's `random` strategy (1.14): every free address is as likely as any other. `random` returns numbers in
 * [0, 1), of which 32 bits are used per draw. O(runs of free addresses).
 */
export function placeRandom(free: FreeSpace, random: () => number): Placement {
  if (free.free === 0n) return exhausted(free);
  const address = free.freeAt(randomBelow(free.free, random));
  return address ? { kind: "placed", address } : exhausted(free);
}

/**
 * `count` free addresses, one for a single claim: along the walk from the origin, each next free one, then from the walk's
 * beginning. A start that the pool does not offer means the next offered one of its family, or else the walk's beginning.
 * All or nothing. `count` is a whole number from 0.
 */
export function placeConsecutive(free: FreeSpace, count: number, from: SetOrigin): Placements {
  if (BigInt(count) > free.free) return exhausted(free);
  return { kind: "placed", addresses: firstFree(free, count, rangesFrom(free, walkOf(free.pool), from)) };
}

function exhausted(free: FreeSpace): Exhausted {
  return { kind: "exhausted", total: free.pool.capacity, used: free.used };
}

function rangesFrom(free: FreeSpace, walk: Walk, from: SetOrigin): Iterable<AddressRange> {
  if (from === "lowest") return walk.between(0n, walk.length);
  if ("name" in from) return fromSlot(walk, from.name);
  const start = free.pool.addresses.nextMember(from.start);
  return cycle(walk, (start && walk.positionOf(start)) ?? 0n, walk.length);
}

function* fromSlot(walk: Walk, name: string): Generator<AddressRange> {
  const window = walk.length < SLOT_WINDOW ? walk.length : SLOT_WINDOW;
  if (window === 0n) return;
  yield* cycle(walk, slotOf(name, window), window);
  yield* walk.between(window, walk.length);
}

/**
 *     0 ------------- position ------------- end
 *                     [first part           ]
 *     [second part   ]
 */
function* cycle(walk: Walk, position: bigint, end: bigint): Generator<AddressRange> {
  yield* walk.between(position, end);
  yield* walk.between(0n, position);
}

/** The ranges must be disjoint. */
function firstFree(free: FreeSpace, count: number, ranges: Iterable<AddressRange>): Address[] {
  const found: Address[] = [];
  if (count === 0) return found;
  for (const range of ranges) {
    let next = free.nextFree(range.first, range);
    while (next) {
      found.push(next);
      if (found.length === count) return found;
      next = free.nextFree({ family: next.family, value: next.value + 1n }, range);
    }
  }
  return found;
}

/** (hash of the name without its trailing number + that number) modulo `window`; the number may be of any length. */
function slotOf(name: string, window: bigint): bigint {
  let stemLength = name.length;
  while (stemLength > 0 && isDigit(name.charCodeAt(stemLength - 1))) stemLength--;
  const hash = createHash("sha256").update(name.slice(0, stemLength)).digest().readBigUInt64BE();
  const modulus = Number(window);
  let number = 0;
  for (const digit of name.slice(stemLength)) number = (number * 10 + Number(digit)) % modulus;
  return (hash + BigInt(number)) % window;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** 0 to `bound - 1`, each as likely; never loops on a bad `random`. */
function randomBelow(bound: bigint, random: () => number): bigint {
  let value = 0n;
  for (let bits = bound.toString(2).length + SPARE_RANDOM_BITS; bits > 0; bits -= BITS_PER_DRAW) {
    value = (value << BigInt(BITS_PER_DRAW)) | BigInt(Math.floor(random() * 2 ** BITS_PER_DRAW));
  }
  return value % bound;
}
