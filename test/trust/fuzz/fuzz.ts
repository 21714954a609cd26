/**
 * Tries input after input: mutants of what is known, and what makes the code run where it has not run before is known
 * from then on. V8's coverage costs milliseconds to look at, so it is looked at once for many inputs, and again one by
 * one where there is news.
 */
import { Coverage } from "./coverage";
import { mutator } from "./mutate";

export interface Target {
  readonly seeds: readonly string[];
  /** Words of the language that it reads. */
  readonly words: readonly string[];
  /** Whose coverage guides: addresses of scripts. */
  readonly follows: RegExp;
  /** Throws where the code under test does what it must not. */
  run(input: Buffer): void | Promise<void>;
  close?(): void | Promise<void>;
}

export interface Fault {
  /** `latin1`, as in the corpus: each character is a byte. */
  readonly input: string;
  readonly why: string;
}

export interface Outcome {
  readonly runs: number;
  /** Each of these runs something that those before it do not; the shortest first. */
  readonly corpus: readonly string[];
  readonly faults: readonly Fault[];
  /** The longest that one input took, tried again where it took long: others may have had the machine. */
  readonly longestMs: number;
}

export interface Bounds {
  readonly untilMs?: number | undefined;
  readonly tries?: number | undefined;
  /** It ends with this many. */
  readonly maxFaults: number;
  /** False: mutants of the seeds alone. */
  readonly isGuided: boolean;
  readonly random: () => number;
  /** Told before each run. */
  readonly running: (input: Buffer) => void;
}

export const HANG_MS = 1_000;
/** Small while there is news, large when it is rare. */
const MAX_BATCH = 256;
const MIN_BATCH = 4;
const PROTOTYPES = [Object.prototype, Array.prototype, String.prototype, Function.prototype];

export async function fuzz(target: Target, known: readonly string[], bounds: Bounds): Promise<Outcome> {
  const {
    untilMs = Number.POSITIVE_INFINITY,
    tries = Number.POSITIVE_INFINITY,
    isGuided,
    maxFaults,
    random,
    running,
  } = bounds;
  const coverage = new Coverage(target.follows);
  const mutate = mutator(target.words, random);
  const faults = new Map<string, Fault>();
  const corpus: Buffer[] = [];
  let runs = 0;
  let longestMs = 0;
  const end = performance.now() + untilMs;
  const goesOn = () => runs < tries && faults.size < maxFaults && performance.now() < end;

  async function runOnce(input: Buffer): Promise<number> {
    running(input);
    runs++;
    const untouched = ownKeys();
    const start = performance.now();
    const before = process.cpuUsage();
    try {
      await target.run(input);
      if (ownKeys() !== untouched) throw new Error("a prototype was changed");
    } catch (error) {
      const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
      const place = why.split("\n").slice(0, 3).join();
      if (!faults.has(place)) faults.set(place, { input: input.toString("latin1"), why });
    }
    const { user, system } = process.cpuUsage(before);
    // Where others have the machine, time passes without work; what only waits is seen by whoever watches this thread.
    return Math.min(performance.now() - start, (user + system) / 1000);
  }

  async function run(input: Buffer): Promise<void> {
    let tookMs = await runOnce(input);
    for (let again = 0; tookMs > HANG_MS && again < 2; again++) tookMs = Math.min(tookMs, await runOnce(input));
    longestMs = Math.max(longestMs, tookMs);
    if (tookMs <= HANG_MS) return;
    const why = `took ${Math.round(tookMs)} ms`;
    faults.set(`slow ${faults.size}`, { input: input.toString("latin1"), why });
  }

  for (const input of [...target.seeds.map((seed) => Buffer.from(seed)), ...known.map(bytes)]) {
    await run(input);
    if (coverage.learn() > 0) corpus.push(input);
  }
  const seeds = corpus.slice();
  const pick = (from: readonly Buffer[]) => from[Math.floor(random() * from.length)]!;
  let size = MIN_BATCH;
  while (goesOn()) {
    const from = isGuided ? corpus : seeds;
    const batch = Array.from({ length: size }, () => mutate(pick(from), pick(from)));
    for (const input of batch) if (goesOn()) await run(input);
    const isNews = isGuided && coverage.hasNew();
    size = isNews ? Math.max(MIN_BATCH, size >> 1) : Math.min(MAX_BATCH, size * 2);
    if (!isNews) continue;
    for (const input of batch) {
      await runOnce(input);
      if (coverage.learn() > 0) corpus.push(input);
    }
  }
  const tried = runs;
  const kept = await minimal(corpus, coverage, runOnce);
  coverage.stop();
  await target.close?.();
  return {
    runs: tried,
    corpus: kept.map((input) => input.toString("latin1")),
    faults: [...faults.values()],
    longestMs,
  };
}

/** The shortest first, and of those only what runs something that the ones before it do not. */
async function minimal(corpus: readonly Buffer[], coverage: Coverage, run: (input: Buffer) => Promise<unknown>) {
  coverage.forget();
  const kept: Buffer[] = [];
  for (const input of corpus.toSorted((a, b) => a.length - b.length)) {
    await run(input);
    if (coverage.learn() > 0) kept.push(input);
  }
  return kept;
}

export function bytes(input: string): Buffer {
  return Buffer.from(input, "latin1");
}

/** How many members the prototypes of everything have. */
function ownKeys(): number {
  return PROTOTYPES.reduce<number>((count, prototype) => count + Reflect.ownKeys(prototype).length, 0);
}
