/** The parts of the code that have run, as V8 counts them: precise block coverage of this thread, for each source text. */
import { type Profiler, Session } from "node:inspector";

export class Coverage {
  readonly #session = new Session();
  /** For each function that has run, the characters that ran. */
  #covered = new Map<string, Uint8Array>();
  /** The runs of functions that brought nothing new. Most functions run in the same ways again and again. */
  #usual = new Set<string>();

  /** `follows` names the scripts that count, by their address. */
  constructor(readonly follows: RegExp) {
    this.#session.connect();
    this.#session.post("Profiler.enable");
    this.#session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  }

  /** From now on everything is new again. */
  forget(): void {
    this.#take();
    this.#covered = new Map();
    this.#usual = new Set();
  }

  /** Whether anything ran for the first time since the last look. It stays new. */
  hasNew(): boolean {
    return this.#take().some(([key, ranges]) => {
      const isNew = fresh(this.#covered.get(key), ranges).count > 0;
      if (!isNew) this.#usual.add(wayOf(key, ranges));
      return isNew;
    });
  }

  /** How many characters of code ran for the first time since the last look. */
  learn(): number {
    let learnt = 0;
    for (const [key, ranges] of this.#take()) {
      const { count, covered } = fresh(this.#covered.get(key), ranges);
      learnt += count;
      this.#covered.set(key, covered);
      this.#usual.add(wayOf(key, ranges));
    }
    return learnt;
  }

  stop(): void {
    this.#session.disconnect();
  }

  #take(): [string, Profiler.CoverageRange[]][] {
    const taken: [string, Profiler.CoverageRange[]][] = [];
    // Answered before `post` returns.
    this.#session.post("Profiler.takePreciseCoverage", (_error, { result }) => {
      for (const { url, functions } of result) {
        if (!this.follows.test(url)) continue;
        for (const { ranges } of functions) {
          const key = `${url}:${ranges[0]!.startOffset}`;
          if (!this.#usual.has(wayOf(key, ranges))) taken.push([key, ranges]);
        }
      }
    });
    return taken;
  }
}

function wayOf(key: string, ranges: readonly Profiler.CoverageRange[]): string {
  let way = key;
  for (const { startOffset, endOffset, count } of ranges) way += ` ${startOffset}-${endOffset}${count > 0 ? "+" : ""}`;
  return way;
}

/** Ranges come outermost first. An inner one has the count of its own part. */
function fresh(before: Uint8Array | undefined, ranges: readonly Profiler.CoverageRange[]) {
  const { startOffset: start, endOffset: end } = ranges[0]!;
  const ran = new Uint8Array(end - start);
  for (const { startOffset, endOffset, count } of ranges) {
    ran.fill(count > 0 ? 1 : 0, startOffset - start, endOffset - start);
  }
  let count = 0;
  for (let place = 0; place < ran.length; place++) {
    if (before?.[place] === 1) ran[place] = 1;
    else if (ran[place] === 1) count++;
  }
  return { count, covered: ran };
}
