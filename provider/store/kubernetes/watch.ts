/** Lists, then watches from there, again and again, until the caller closes it or an error is final. */
import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { z } from "zod";
import { keyText, type ObjectKey } from "../../api/meta";
import { asJson } from "../json";
import { type Stored, StoreError, type Watch, type Watcher } from "../store";
import type { Timing } from "./timing";

/** The source of a watch's events. `list` and `open` throw StoreErrors. */
export interface WatchSource {
  list(signal: AbortSignal): Promise<{ readonly items: readonly Stored[]; readonly resourceVersion: string }>;
  /** Undefined if the version is too old for the server. */
  open(resourceVersion: string, timeoutSeconds: number, signal: AbortSignal): Promise<Readable | undefined>;
  /** The line without the credentials that were sent. */
  hide(line: string): string;
  /** Reads the object of an event. */
  read(object: unknown): Stored;
}

/** Named data around `follow`. Delays have full jitter: up to `baseMs × 2^try`, at most `capMs`. */
export interface WatchPolicy {
  readonly baseMs: number;
  readonly capMs: number;
  /** If the server gives no sign of life for this time, the watch fails. */
  readonly deadlineMs: number;
  /** The server sends a bookmark every minute. A connection that is silent for longer is broken. */
  readonly silenceMs: number;
  /** The server ends a watch after this time, or up to twice as long, so that a thousand clients do not reconnect at once. */
  readonly timeoutSeconds: number;
}

export const API_WATCH: WatchPolicy = {
  baseMs: 50,
  capMs: 5_000,
  deadlineMs: 30_000,
  silenceMs: 90_000,
  timeoutSeconds: 240,
};

/** `metav1.WatchEvent`. */
const watchEvent = z.looseObject({
  type: z.string(),
  object: z.looseObject({
    code: z.number().optional(),
    metadata: z.looseObject({ resourceVersion: z.string().optional() }).optional(),
  }),
});

export function startWatch(
  source: WatchSource,
  watcher: Watcher,
  timing: Timing,
  ending: AbortSignal,
  policy: WatchPolicy = API_WATCH,
): Watch {
  const closing = new AbortController();
  const signal = AbortSignal.any([closing.signal, ending]);
  new Follower(source, watcher, timing, signal, policy).follow().catch((error) => {
    if (!signal.aborted) watcher.failed(error);
  });
  return { close: () => closing.abort() };
}

class Follower {
  readonly #known = new Map<string, ObjectKey>();
  /** Undefined: the next connection begins with a list. */
  #version: string | undefined;
  #tries = 0;
  #lastSignOfLife: number;

  constructor(
    readonly source: WatchSource,
    readonly watcher: Watcher,
    readonly timing: Timing,
    readonly signal: AbortSignal,
    readonly policy: WatchPolicy,
  ) {
    this.#lastSignOfLife = timing.now();
  }

  /** Ends when it is closed. Throws an error that is final. */
  async follow(): Promise<void> {
    const { signal, policy, timing } = this;
    while (!signal.aborted) {
      try {
        await this.#once(signal);
      } catch (error) {
        const isPassing = error instanceof StoreError && error.reason === "Unavailable";
        if (!isPassing || timing.now() - this.#lastSignOfLife >= policy.deadlineMs) throw error;
      }
      const ceilingMs = Math.min(policy.capMs, policy.baseMs * 2 ** Math.min(this.#tries++, 20));
      await timing.sleep(Math.floor(timing.random() * ceilingMs), signal);
    }
  }

  /** Follows one connection to its end. */
  async #once(signal: AbortSignal): Promise<void> {
    if (this.#version === undefined) await this.#list(signal);
    const { timeoutSeconds } = this.policy;
    const seconds = Math.ceil(timeoutSeconds * (1 + this.timing.random()));
    const body = await this.source.open(this.#version ?? "", seconds, signal);
    this.#lastSignOfLife = this.timing.now();
    if (body === undefined) {
      this.#version = undefined;
      return;
    }
    try {
      for await (const line of linesOf(body, () => this.timing.alarm(this.policy.silenceMs))) {
        if (signal.aborted || !this.#tell(this.source.hide(line))) return;
      }
    } finally {
      body.destroy();
    }
  }

  async #list(signal: AbortSignal): Promise<void> {
    const { items, resourceVersion } = await this.source.list(signal);
    if (signal.aborted) return;
    this.#lastSignOfLife = this.timing.now();
    const gone = new Map(this.#known);
    for (const object of items) {
      gone.delete(keyText(object.metadata));
      this.#seen(object);
    }
    for (const key of gone.values()) this.#gone(key);
    this.#version = resourceVersion;
  }

  /** False if this connection will give no more events. */
  #tell(line: string): boolean {
    const read = watchEvent.safeParse(asJson(line));
    if (!read.success) return false;
    const { type, object } = read.data;
    if (type === "ERROR") {
      // 410: the server no longer has the changes since this version. A new list helps after any other error too.
      this.#version = undefined;
      return false;
    }
    this.#lastSignOfLife = this.timing.now();
    this.#tries = 0;
    this.#version = object.metadata?.resourceVersion ?? this.#version;
    if (type === "DELETED") this.#gone(keyOf(this.source.read(object)));
    else if (type !== "BOOKMARK") this.#seen(this.source.read(object));
    return true;
  }

  #seen(object: Stored): void {
    if (this.signal.aborted) return;
    const key = keyOf(object);
    this.#known.set(keyText(key), key);
    this.watcher.seen(object);
  }

  #gone(key: ObjectKey): void {
    if (this.signal.aborted) return;
    this.#known.delete(keyText(key));
    this.watcher.gone(key);
  }
}

function keyOf({ metadata: { namespace, name } }: Stored): ObjectKey {
  return { namespace, name };
}

/** Far more than etcd's limit for one object. A longer line is not an event. */
const MAX_LINE_LENGTH = 16 * 1024 * 1024;

/** The lines of a body until it ends or breaks, a line is too long, or no piece comes before its alarm. */
async function* linesOf(body: Readable, alarm: () => AbortSignal): AsyncGenerator<string> {
  const decoder = new StringDecoder("utf8");
  const pieces: AsyncIterator<Buffer> = body[Symbol.asyncIterator]();
  let rest = "";
  for (;;) {
    const piece = await orSilence(pieces.next(), alarm());
    if (piece === undefined) return;
    const lines = (rest + decoder.write(piece)).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > MAX_LINE_LENGTH) return;
    yield* lines.filter((line) => line !== "");
  }
}

/** Undefined if nothing more will come. A broken connection is not an error here: the watch continues from its last version. */
async function orSilence(next: Promise<IteratorResult<Buffer>>, alarm: AbortSignal): Promise<Buffer | undefined> {
  const silence = new Promise<undefined>((resolve) => {
    alarm.addEventListener("abort", () => resolve(undefined), { once: true });
  });
  const piece = next.then(
    ({ done, value }) => (done ? undefined : value),
    () => undefined,
  );
  return Promise.race([piece, silence]);
}
