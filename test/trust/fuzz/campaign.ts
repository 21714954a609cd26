/** Fuzzes one target in a thread, and ends the thread if one input keeps it busy. */
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { Outcome } from "./fuzz";
import type { Order } from "./thread";

const WATCHED_BYTES = 64 * 1024;
/** Far longer than a hang. On a busy machine the thread tries a slow input again before it calls it a hang. */
const STUCK_MS = 20_000;
/** A thread that compiles TypeScript itself, because it does not inherit the loader. */
const BOOT = `require("tsx/cjs/api").register(); require(${JSON.stringify(join(__dirname, "thread.ts"))})`;

export interface Campaign {
  readonly target: string;
  readonly seed: number;
  readonly untilMs?: number;
  readonly tries?: number;
  readonly isGuided?: boolean;
  readonly maxFaults?: number;
  readonly stuckMs?: number;
}

export async function campaign(campaign: Campaign): Promise<Outcome> {
  const { target, seed, untilMs, tries, isGuided = true, maxFaults = 10, stuckMs = STUCK_MS } = campaign;
  const watched = new SharedArrayBuffer(WATCHED_BYTES);
  const workerData: Order = { target, known: corpusOf(target), seed, isGuided, maxFaults, untilMs, tries, watched };
  const thread = new Worker(BOOT, { eval: true, workerData, resourceLimits: { maxOldGenerationSizeMb: 1024 } });
  const head = new Int32Array(watched, 0, 2);
  let last = { run: 0, since: Number.POSITIVE_INFINITY };
  let stuck = () => {};
  const watching = setInterval(() => {
    if (head[0] !== last.run) last = { run: head[0]!, since: performance.now() };
    else if (performance.now() - last.since > stuckMs) stuck();
  }, 100);
  const failed = (why: string): Outcome => {
    const input = Buffer.from(new Uint8Array(watched, 8, head[1])).toString("latin1");
    return { runs: head[0]!, corpus: [], faults: [{ input, why }], longestMs: 0 };
  };
  try {
    return await Promise.race([
      once(thread, "message").then(
        ([outcome]) => outcome as Outcome,
        (error: Error) => failed(`ended the thread: ${error.stack}`),
      ),
      new Promise<Outcome>((resolve) => {
        stuck = () => resolve(failed(`no end after ${stuckMs} ms`));
      }),
    ]);
  } finally {
    clearInterval(watching);
    await thread.terminate();
  }
}

const fileOf = (target: string) => join(__dirname, "corpus", `${target}.json`);

/** The inputs that earlier campaigns have kept: `latin1`, each character a byte. */
export function corpusOf(target: string): string[] {
  return existsSync(fileOf(target)) ? JSON.parse(readFileSync(fileOf(target), "utf8")) : [];
}

export function keepCorpus(target: string, corpus: readonly string[]): void {
  // Plain ASCII, so that an editor shows every byte.
  const text = JSON.stringify(corpus, null, 2).replace(
    /[\x7f-\xff]/g,
    (byte) => `\\u00${byte.charCodeAt(0).toString(16)}`,
  );
  writeFileSync(fileOf(target), `${text}\n`);
}
