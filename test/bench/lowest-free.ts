/**
 * Bar 5: the lowest free address of a pool whose lowest n addresses are held. One sample is the query and what a reservation
 * changes: the address is taken. It is given back, so that each sample finds the same pool.
 */
import { type Address, formatAddress } from "../../provider/core/address";
import { FreeSpace } from "../../provider/core/free-space";
import { placeConsecutive } from "../../provider/core/placement";
import { compilePool } from "../../provider/core/pool";
import { parseSubnet } from "../../provider/core/range";
import { type Bar, printBars } from "./bar";
import { firstFreeInMetal3 } from "./metal3-loop";
import { inTurns, median, timesText, timeText } from "./turns";

const ROUNDS = 9;
/** A single query of ours is too short for the clock. */
const QUERIES = 20_000;
const HELD_SHARE_OF_16 = 0.99;
const HELD_OF_LARGE = 10_000;
const LIMITS = { scan: 1_000, metal3: 300, size: 5 };

interface Filled {
  readonly subnet: string;
  readonly held: readonly Address[];
  readonly space: FreeSpace;
  /** The lowest free one. */
  readonly expected: Address;
}

function filled(subnet: string, count: (capacity: bigint) => number): Filled {
  const parsed = parseSubnet(subnet);
  if (!parsed.ok) throw new Error(parsed.reason);
  const pool = compilePool({ entries: [{ subnet: parsed.value }] });
  const { first } = pool.offers[0]!.range;
  const at = (index: number): Address => ({ family: first.family, value: first.value + BigInt(index) });
  const held = Array.from({ length: count(pool.capacity) }, (_, index) => at(index));
  return { subnet, held, space: new FreeSpace(pool, held), expected: at(held.length) };
}

/** Milliseconds of one query. The sum of the results is compared, so that no query can be left out. */
function ours({ space, expected }: Filled): number {
  let sum = 0n;
  const began = performance.now();
  for (let query = 0; query < QUERIES; query++) {
    const placed = placeConsecutive(space, 1, "lowest");
    const address = placed.kind === "placed" ? placed.addresses[0]! : expected;
    space.take(address);
    sum += address.value;
    space.give(address);
  }
  const tookMs = performance.now() - began;
  if (sum !== expected.value * BigInt(QUERIES)) throw new Error("another address was found");
  return tookMs / QUERIES;
}

/** A scan of a set of texts, from the pool's first address upwards. */
function scanning({ held, expected }: Filled): () => number {
  const texts = new Set(held.map(formatAddress));
  const scan = expected.family === 4 ? scanIpv4(Number(held[0]!.value)) : scanIpv6(held[0]!.value);
  return () => once(expected, texts, () => scan(texts));
}

function scanIpv4(first: number): (texts: ReadonlySet<string>) => string {
  return (texts) => {
    for (let value = first; ; value++) {
      const text = `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;
      if (!texts.has(text)) return text;
    }
  };
}

function scanIpv6(first: bigint): (texts: ReadonlySet<string>) => string {
  return (texts) => {
    for (let value = first; ; value++) {
      const text = formatAddress({ family: 6, value });
      if (!texts.has(text)) return text;
    }
  };
}

function metal3({ subnet, held, expected }: Filled): () => number {
  const claims = new Map(held.map((address, index) => [formatAddress(address), `node-${index}-net`]));
  const taken = { add: (text: string) => claims.set(text, "next-net"), delete: (text: string) => claims.delete(text) };
  return () => once(expected, taken, () => firstFreeInMetal3([{ subnet }], claims));
}

interface Taken {
  add(text: string): unknown;
  delete(text: string): unknown;
}

function once(expected: Address, taken: Taken, find: () => string | undefined): number {
  const began = performance.now();
  const found = find() ?? "";
  taken.add(found);
  const tookMs = performance.now() - began;
  taken.delete(found);
  if (found !== formatAddress(expected)) throw new Error(`${found} was found`);
  return tookMs;
}

export async function measureLowestFree(): Promise<Bar[]> {
  const pools = {
    "/16": filled("10.0.0.0/16", (capacity) => Math.round(Number(capacity) * HELD_SHARE_OF_16)),
    "/8": filled("10.0.0.0/8", () => HELD_OF_LARGE),
    "/64": filled("fd00::/64", () => HELD_OF_LARGE),
  };
  const names = Object.keys(pools) as (keyof typeof pools)[];
  const sides = Object.fromEntries(
    names.flatMap((name) => [
      [`${name} ours`, () => ours(pools[name])],
      [`${name} scan`, scanning(pools[name])],
      [`${name} metal3`, metal3(pools[name])],
    ]),
  );
  await inTurns(2, sides); // compiled code
  const samples = await inTurns(ROUNDS, sides);
  const took = (name: string, by: "ours" | "scan" | "metal3") => median(samples[`${name} ${by}`]!);
  const beside = (by: "scan" | "metal3", whom: string): Bar => {
    const ratio = took("/16", by) / took("/16", "ours");
    return {
      number: 5,
      what: `lowest free address of a /16 that is 99 % held, beside ${whom}`,
      measured: `${timeText(took("/16", "ours"))} / ${timeText(took("/16", by))}`,
      figure: `${timesText(ratio)} faster`,
      limit: `≥ ${timesText(LIMITS[by])} faster`,
      isMet: ratio >= LIMITS[by],
    };
  };
  const larger = (name: "/8" | "/64"): Bar => {
    const ratio = took(name, "ours") / took("/16", "ours");
    const scans = `a scan ${timeText(took(name, "scan"))}, Metal3's loop ${timeText(took(name, "metal3"))}`;
    return {
      number: 5,
      what: `the same of a ${name} with 10,000 held, beside our /16`,
      measured: `${timeText(took(name, "ours"))} / ${timeText(took("/16", "ours"))} (${scans})`,
      figure: timesText(ratio),
      limit: `≤ ${LIMITS.size} ×`,
      isMet: ratio <= LIMITS.size,
    };
  };
  return [
    beside("scan", "a scan of a set of texts"),
    beside("metal3", "Metal3's loop, in TypeScript"),
    larger("/8"),
    larger("/64"),
  ];
}

if (require.main === module) void printBars(measureLowestFree);
