/** One verb of the store on the wire. Its requests share a deadline, and a name in messages. */
import type { Readable } from "node:stream";
import type { StoreError } from "../store";
import type { Answer, Delivery } from "./delivery";
import type { Link, WireRequest } from "./link";
import { errorAbout, isPassing, isUntouched, refusalOf, type Subject, saidIn } from "./status";
import type { Timing } from "./timing";
import { requestWording } from "./wording";

/** Named data around one function, `Call.#send`. Delays have full jitter: up to `baseMs × 2^try`, at most `capMs`. */
export interface CallPolicy {
  readonly baseMs: number;
  readonly capMs: number;
  /** For the whole call, with all tries and readings back. */
  readonly deadlineMs: number;
  /** For one request with its whole answer. A connection that hangs must leave time for another. */
  readonly attemptMs: number;
  /** Nothing is sent again with less time left, because it would only be cut off. */
  readonly leastMs: number;
  /** How long a server may be silent after the run was cancelled. A healthy server answers in far less. */
  readonly graceMs: number;
  /** The time for each later request to a server that has been silent for `graceMs`: reads, and writes that undo others. */
  readonly lastGraceMs: number;
  /** After this time the user is told why nothing happens. */
  readonly quietMs: number;
}

/** `attemptMs` is more than the server's time for a request (`SERVER_TIMEOUT_S`). So if we give up a write, the server has given it up too. */
export const API_CALL: CallPolicy = {
  baseMs: 50,
  capMs: 2_000,
  deadlineMs: 30_000,
  attemptMs: 12_000,
  leastMs: 1_000,
  graceMs: 1_500,
  lastGraceMs: 200,
  quietMs: 3_000,
};

/** The `timeout` of each request. After it the server stops working on the request, its webhooks included. */
export const SERVER_TIMEOUT_S = 10;

/** The reason with which an alarm ends a request. */
const NO_ANSWER = new DOMException("no answer yet", "TimeoutError");

/** The outcome of a request is not known, and `lost` says why. After a write only the object shows the outcome. */
export interface Lost {
  readonly lost: string;
  readonly retryAfterMs?: number | undefined;
}

export interface Surroundings {
  readonly link: Link;
  readonly timing: Timing;
  readonly policy: CallPolicy;
  /** Ends the call at once. */
  readonly signal: AbortSignal;
  /** The user has cancelled the run. Requests are still sent, so that unfinished work gets finished, but none is sent twice. */
  readonly cancelled?: AbortSignal | undefined;
  /** Tells the user why the call waits for the server. */
  readonly tell?: ((why: string) => void) | undefined;
  readonly outage: Outage;
}

/**
 * Since when the server has given no usable answer, for all calls of a store. The deadline counts from the start of the outage.
 * So a thousand resources, one after another, do not each wait for a dead server.
 */
export interface Outage {
  /** In the time of `Timing`. */
  since: number | undefined;
  /** Since when calls wait without any answer after the run was cancelled. */
  hurriedSince?: number | undefined;
}

export class Call {
  readonly #link: Link;
  readonly #timing: Timing;
  readonly #policy: CallPolicy;
  readonly #signal: AbortSignal;
  readonly #cancelled: AbortSignal | undefined;
  readonly #tell: ((why: string) => void) | undefined;
  readonly #outage: Outage;
  readonly #until: number;
  #pauses = 0;
  #sent = 0;
  #inDoubt = false;
  #isUnreached = false;

  constructor(
    readonly subject: Subject,
    { link, timing, policy, signal, cancelled, tell, outage }: Surroundings,
  ) {
    this.#link = link;
    this.#timing = timing;
    this.#policy = policy;
    this.#signal = signal;
    this.#cancelled = cancelled;
    this.#tell = tell;
    this.#outage = outage;
    this.#until = (outage.since ?? timing.now()) + policy.deadlineMs;
  }

  /** Sends a GET until the server gives a final answer. Throws Unavailable after the deadline. */
  async read(request: WireRequest): Promise<Answer> {
    for (;;) {
      const sent = await this.#send(request);
      if (!("lost" in sent)) return sent;
      await this.pause(sent.lost, sent.retryAfterMs);
    }
  }

  /**
   * Sends a write until the server gives a final answer. It is repeated only if the server has certainly not acted on it.
   * Otherwise the outcome is Lost.
   */
  async write(request: WireRequest): Promise<Answer | Lost> {
    const sent = await this.#send(request);
    this.#inDoubt ||= "lost" in sent;
    return sent;
  }

  /**
   * Opens an endless answer, once: the caller has a policy of its own. Undefined for 410: the server no longer knows the requested
   * version. Throws Unavailable for an error that may pass.
   */
  async stream(request: WireRequest): Promise<Readable | undefined> {
    for (let renewed = false; ; renewed = true) {
      const opened = await this.#link.stream(request, this.#policy.attemptMs, this.#signal);
      if (opened.kind === "opened") return opened.body;
      if (opened.kind !== "answered") throw errorAbout(this.subject, "Unavailable", opened.why);
      const { answer, credential } = opened;
      if (answer.status === 401 && !renewed && this.#link.renew(credential)) continue;
      if (answer.status === 410) return undefined;
      if (!isPassing(answer)) throw refusalOf(answer, this.subject);
      // The wait is here, because the caller does not see answers. It is limited by the deadline.
      await this.#timing.sleep(Math.min(answer.retryAfterMs ?? 0, this.#policy.deadlineMs), this.#signal);
      throw errorAbout(this.subject, "Unavailable", saidIn(answer));
    }
  }

  /** Waits before the next try. Throws Unavailable, with the reason for the wait, if the deadline would pass. */
  async pause(why: string, atLeastMs = 0): Promise<void> {
    const { baseMs, capMs, leastMs, deadlineMs, quietMs } = this.#policy;
    const ceilingMs = Math.min(capMs, baseMs * 2 ** Math.min(this.#pauses++, 20));
    const delayMs = atLeastMs + Math.floor(this.#timing.random() * ceilingMs);
    if (this.#timing.now() + delayMs + leastMs > this.#until) {
      const askedMs = atLeastMs > deadlineMs ? atLeastMs : undefined;
      throw this.#unavailable(requestWording.gaveUp(why, askedMs, this.#deadlineText()));
    }
    const waitedMs = this.#timing.now() - (this.#until - deadlineMs);
    if (waitedMs >= quietMs) this.#tell?.(requestWording.retrying(why, this.#deadlineText()));
    if (!this.#cancelled?.aborted) await this.#timing.sleep(delayMs, this.#either());
    if (this.#cancelled?.aborted) throw this.#unavailable(requestWording.notRetried(why));
  }

  async #send(request: WireRequest): Promise<Answer | Lost> {
    for (let renewed = false; ; ) {
      if (this.#signal.aborted) throw this.#unavailable(requestWording.closed);
      const delivery = await this.#exchange(request, this.#attemptMs());
      this.#isUnreached = delivery.kind === "unsent" && !delivery.isFinal;
      if (delivery.kind === "answered" && !isPassing(delivery.answer)) {
        this.#outage.since = undefined;
        const { answer, credential } = delivery;
        // The server checks credentials first. So after a 401 the request was not processed.
        if (answer.status !== 401 || renewed || !this.#link.renew(credential)) return answer;
        renewed = true;
        continue;
      }
      const isBusy = delivery.kind === "answered" && delivery.answer.status === 429;
      if (!isBusy) this.#outage.since ??= this.#timing.now();
      if (delivery.kind === "lost") return { lost: delivery.why };
      if (delivery.kind === "unsent" && delivery.isFinal) throw this.#unavailable(delivery.why);
      if (delivery.kind === "unsent") {
        await this.pause(delivery.why);
        continue;
      }
      const { retryAfterMs } = delivery.answer;
      const why = saidIn(delivery.answer);
      if (!isUntouched(delivery.answer)) return { lost: why, retryAfterMs };
      await this.pause(why, retryAfterMs);
    }
  }

  /** One request. Meanwhile the run may be cancelled, or the server may be slow. */
  async #exchange(request: WireRequest, attemptMs: number): Promise<Delivery> {
    const { graceMs, lastGraceMs, quietMs } = this.#policy;
    const outage = this.#outage;
    const [cancelled, tell] = [this.#cancelled, this.#tell];
    const over = new AbortController();
    const hurry = () => {
      const now = this.#timing.now();
      outage.hurriedSince ??= now;
      const leftMs = Math.max(lastGraceMs, graceMs - (now - outage.hurriedSince));
      this.#timing.alarm(leftMs).addEventListener("abort", () => over.abort(NO_ANSWER));
    };
    const telling = tell && this.#timing.alarm(quietMs);
    const tellSo = () => tell?.(requestWording.retrying(requestWording.noAnswerYet, this.#deadlineText()));
    telling?.addEventListener("abort", tellSo);
    if (cancelled?.aborted) hurry();
    else cancelled?.addEventListener("abort", hurry, { once: true });
    try {
      const signal = cancelled ? AbortSignal.any([this.#signal, over.signal]) : this.#signal;
      const delivery = await this.#link.exchange(request, attemptMs, signal);
      if (delivery.kind === "answered") outage.hurriedSince = undefined;
      return over.signal.aborted && delivery.kind === "lost"
        ? { kind: "lost", why: requestWording.noAnswerYet }
        : delivery;
    } finally {
      cancelled?.removeEventListener("abort", hurry);
      telling?.removeEventListener("abort", tellSo);
    }
  }

  /** Ends a pause. */
  #either(): AbortSignal {
    return this.#cancelled ? AbortSignal.any([this.#signal, this.#cancelled]) : this.#signal;
  }

  #deadlineText(): string {
    return `${Math.round(this.#policy.deadlineMs / 1000)} s`;
  }

  /** The first try has its full time, even in an outage. */
  #attemptMs(): number {
    const { attemptMs, leastMs } = this.#policy;
    if (this.#sent++ === 0) return attemptMs;
    return Math.min(attemptMs, Math.max(leastMs, this.#until - this.#timing.now()));
  }

  #unavailable(why: string): StoreError {
    const text = this.#inDoubt ? requestWording.inDoubt(why) : why;
    return errorAbout(this.subject, "Unavailable", text, { isUnreached: this.#isUnreached });
  }
}
