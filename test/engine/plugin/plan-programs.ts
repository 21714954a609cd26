/** YAML programs whose new claims compete for the same addresses, drawn by a seed. */
import { stringify } from "yaml";
import { placeByName, shown, space } from "../../core/placed";

/** 64 addresses. */
export const RANGE = { start: "10.0.0.128", end: "10.0.0.191" };

/** A resource of a YAML program. */
interface Declared {
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

export type Resources = Readonly<Record<string, Declared>>;

/** How a YAML program refers to the pool that it declares as `net`. */
const MADE_HERE = "$" + "{net.name}";

/** The parts of a program with forty new claims. `pool`: its name, or a reference to it. */
const crowds = {
  "40 PreAllocations": (words: readonly string[], pool: string) => each(words, (word) => preAllocation(word, pool)),
  "two sets of 20": (words: readonly string[], pool: string) => sets(pool, words.slice(0, 20), words.slice(20)),
  "40 IPClaims": (words: readonly string[], pool: string) => each(words, () => ipClaim(pool)),
  "12 PreAllocations, 12 IPClaims and two sets of 8": (words: readonly string[], pool: string) => ({
    ...each(words.slice(0, 12), (word) => preAllocation(word, pool)),
    ...each(words.slice(12, 24), () => ipClaim(pool)),
    ...sets(pool, words.slice(24, 32), words.slice(32)),
  }),
};

export type Crowd = keyof typeof crowds;
export const CROWDS = Object.keys(crowds) as Crowd[];

/** In an existing pool. */
export function crowdIn(what: Crowd, words: readonly string[]): Resources {
  return crowds[what](words, "net");
}

/** Declares the pool, too. */
export function crowdWithPool(what: Crowd, words: readonly string[]): Resources {
  return { net: ipPool(), ...crowds[what](words, MADE_HERE) };
}

export function ipPool(more: object = {}): Declared {
  return { type: "metal3-ipam:IPPool", properties: { name: "net", pools: [RANGE], prefix: 24, ...more } };
}

export function preAllocation(host: string, pool = MADE_HERE, more: object = {}): Declared {
  return { type: "metal3-ipam:PreAllocation", properties: { pool, host, ...more } };
}

export function ipClaim(pool = MADE_HERE, more: object = {}): Declared {
  return { type: "metal3-ipam:IPClaim", properties: { pool, ...more } };
}

export function preAllocationSet(hosts: readonly string[], pool = MADE_HERE, more: object = {}): Declared {
  return { type: "metal3-ipam:PreAllocationSet", properties: { pool, hosts, ...more } };
}

/** Two names with one slot. They differ only in a leading zero. */
function sets(pool: string, first: readonly string[], second: readonly string[]): Resources {
  const name = first[0] ?? "";
  return { [`${name}-1`]: preAllocationSet(first, pool), [`${name}-01`]: preAllocationSet(second, pool) };
}

function each(words: readonly string[], declare: (word: string) => Declared): Resources {
  return Object.fromEntries(words.map((word) => [word, declare(word)]));
}

export function yaml(resources: Resources): string {
  return stringify({ resources });
}

/** Forty random words. At least ten have the slot of another one. */
export function rivals(seed: number): string[] {
  const random = randomOf(seed);
  for (;;) {
    const words = new Set<string>();
    while (words.size < 40) words.add(wordOf(random));
    if (contested([...words]) >= 10) return [...words];
  }
}

/** How many of the words have the slot of another one. */
export function contested(words: readonly string[]): number {
  const slots = words.map((word) => shown(placeByName(space([RANGE]), word)));
  return slots.filter((slot) => slots.indexOf(slot) !== slots.lastIndexOf(slot)).length;
}

function wordOf(random: () => number): string {
  const pick = (letters: string) => letters[Math.floor(random() * letters.length)]!;
  const syllables = Array.from({ length: 2 + Math.floor(random() * 2) }, () => pick("bdfgklmnprstvz") + pick("aeiou"));
  return syllables.join("");
}

/** Marsaglia's xorshift32: the same numbers in [0, 1) for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
