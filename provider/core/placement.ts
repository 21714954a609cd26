/** Decides which free address a name gets. The functions are pure: they do not change the FreeSpace, and return values. */
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
 * The place where the search for the first address starts. `lowest` is Metal3's sequential rule: entries in order, the lowest
 * free address in each. A name has a slot, and gets the first free address from there on. The search wraps in the window, and
 * goes beyond the window only if that is full. Two names compete only if they have the same slot. Names that differ in a
 * trailing number get neighbouring slots. So pass the host's name: a claim name (`<host>-<pool>`) ends in the pool's name.
 */
export type SetOrigin = { readonly start: Address } | { readonly name: string } | "lowest";

/**
 * Slots lie among the first 65,536 addresses of the walk. So IPv6 addresses stay short. It also saves time: Metal3 steps
 * through the range to find a pre-allocated address.
 */
export const SLOT_WINDOW = 65_536n;

/** These extra bits keep the bias of the modulo below 2^-64. */
const SPARE_RANDOM_BITS = 64;
const BITS_PER_DRAW = 32;

/**
 * Metal3's `random` strategy (1.14): every free address is equally likely. `random` returns numbers in [0, 1).
 * Each draw uses 32 bits of one. O(runs of free addresses).
 */
export function placeRandom(free: FreeSpace, random: () => number): Placement {
  if (free.free === 0n) return exhausted(free);
  const address = free.freeAt(randomBelow(free.free, random));
  return address ? { kind: "placed", address } : exhausted(free);
}

/**
 * Places `count` addresses (1 for a single claim), or none. It takes each next free address along the walk from the origin, and
 * then goes on from the walk's beginning. If the pool does not offer the start, the search starts at the next offered address
 * of that family, or else at the walk's beginning. `count` is a whole number from 0.
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

/** (hash of the name without its trailing number + that number) modulo `window`. The number may have any length. */
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

/** 0 to `bound - 1`, each equally likely. A bad `random` cannot cause an endless loop. */
function randomBelow(bound: bigint, random: () => number): bigint {
  let value = 0n;
  for (let bits = bound.toString(2).length + SPARE_RANDOM_BITS; bits > 0; bits -= BITS_PER_DRAW) {
    value = (value << BigInt(BITS_PER_DRAW)) | BigInt(Math.floor(random() * 2 ** BITS_PER_DRAW));
  }
  return value % bound;
}
