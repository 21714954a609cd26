/**
 * Tries input after input. They are mutants of the known inputs. An input that runs new code becomes a known one
 * from then on. A read of V8's coverage costs milliseconds. So one read covers many inputs, and if there is new code,
 * each input is run again alone.
 */
import { Coverage } from "./coverage";
import { mutator } from "./mutate";

export interface Target {
  readonly seeds: readonly string[];
  /** Words of the language that it reads. */
  readonly words: readonly string[];
  /** The scripts whose coverage guides, by their addresses. */
  readonly follows: RegExp;
  /** Throws if the code under test does what it must not do. */
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
  /** Each of these runs code that those before it do not. The shortest is first. */
  readonly corpus: readonly string[];
  readonly faults: readonly Fault[];
  /** The longest time of one input. A slow input is tried again, because other processes may have had the machine. */
  readonly longestMs: number;
}

export interface Bounds {
  readonly untilMs?: number | undefined;
  readonly tries?: number | undefined;
  /** It ends after this many. */
  readonly maxFaults: number;
  /** False: only mutants of the seeds. */
  readonly isGuided: boolean;
  readonly random: () => number;
  /** Called before each run. */
  readonly running: (input: Buffer) => void;
}

export const HANG_MS = 1_000;
/** Small while new code is frequent, large when it is rare. */
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
    // If other processes have the machine, time passes without work. The watcher of this thread sees an input that only waits.
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

/** The shortest first, and only those that run code that the ones before them do not. */
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

/** The number of members of the basic prototypes. */
function ownKeys(): number {
  return PROTOTYPES.reduce<number>((count, prototype) => count + Reflect.ownKeys(prototype).length, 0);
}
