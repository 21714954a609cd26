/** One verb of the store on the wire: its requests share a deadline, and a name in messages. */
import type { Readable } from "node:stream";
import type { StoreError } from "../store";
import type { Answer, Delivery } from "./delivery";
import type { Link, WireRequest } from "./link";
import { errorAbout, isPassing, isUntouched, refusalOf, type Subject, saidIn } from "./status";
import type { Timing } from "./timing";

/** Named data around one function, `Call.#send`. Delays have full jitter: up to `baseMs × 2^try`, at most `capMs`. */
export interface CallPolicy {
  readonly baseMs: number;
  readonly capMs: number;
  /** Overall, with all tries and readings back. */
  readonly deadlineMs: number;
  /** One request with its whole answer. A hung connection must leave time for another. */
  readonly attemptMs: number;
  /** With less time than this left, nothing is sent again: it would only be cut off. */
  readonly leastMs: number;
  /** How long a server may still be silent when the run is cancelled: one that is well answers in far less. */
  readonly graceMs: number;
  /** What each request gets that is sent to a server which has been silent for as long: looks, and what is to be undone. */
  readonly lastGraceMs: number;
  /** Whoever looks on is told why nothing happens after this long. */
  readonly quietMs: number;
}

/** `attemptMs` exceeds what a server gives a request (`SERVER_TIMEOUT_S`): a write that we gave up it has given up too. */
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

/** `timeout` of each request: the server stops working on it, its webhooks included. */
export const SERVER_TIMEOUT_S = 10;

/** As an alarm ends a request. */
const NO_ANSWER = new DOMException("no answer yet", "TimeoutError");

/** What became of a request is not known; `lost` says why. Of a write only the object can tell. */
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
  /** The user has had enough: requests are sent, for what is half done is to become whole, and none is sent twice. */
  readonly cancelled?: AbortSignal | undefined;
  /** Tells whoever looks on why the server is waited for. */
  readonly tell?: ((why: string) => void) | undefined;
  readonly outage: Outage;
}

/**
 * Since when a server gives no answer that counts, for all calls of a store: the deadline is that of the outage, so that
 * a thousand resources, one after another, do not wait for a dead server as often.
 */
export interface Outage {
  /** In the time of `Timing`. */
  since: number | undefined;
  /** Since when it is waited for, after the run was cancelled, without any answer. */
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

  /** Sends a GET until the server has said something that will not pass. Throws Unavailable after the deadline. */
  async read(request: WireRequest): Promise<Answer> {
    for (;;) {
      const sent = await this.#send(request);
      if (!("lost" in sent)) return sent;
      await this.pause(sent.lost, sent.retryAfterMs);
    }
  }

  /**
   * Sends a write until the server has said something that will not pass. It is repeated only where the server has not
   * acted on it for sure; otherwise what became of it is lost.
   */
  async write(request: WireRequest): Promise<Answer | Lost> {
    const sent = await this.#send(request);
    this.#inDoubt ||= "lost" in sent;
    return sent;
  }

  /**
   * Opens an answer without end, once: the caller has a policy of its own. Undefined: 410, the server does not know any
   * more what is asked for. Throws Unavailable for what may pass.
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
      // Here, for the caller knows nothing of answers; not for longer than anything is waited for.
      await this.#timing.sleep(Math.min(answer.retryAfterMs ?? 0, this.#policy.deadlineMs), this.#signal);
      throw errorAbout(this.subject, "Unavailable", saidIn(answer));
    }
  }

  /** Waits before the next try. Throws Unavailable, with the reason for the wait, when it would be too late then. */
  async pause(why: string, atLeastMs = 0): Promise<void> {
    const { baseMs, capMs, leastMs, deadlineMs, quietMs } = this.#policy;
    const ceilingMs = Math.min(capMs, baseMs * 2 ** Math.min(this.#pauses++, 20));
    const delayMs = atLeastMs + Math.floor(this.#timing.random() * ceilingMs);
    if (this.#timing.now() + delayMs + leastMs > this.#until) {
      const asked = atLeastMs > deadlineMs ? ` and asks for ${atLeastMs / 1000} s of patience` : "";
      throw this.#unavailable(`${why}${asked}; given up after ${this.#deadlineText()}`);
    }
    const waitedMs = this.#timing.now() - (this.#until - deadlineMs);
    if (waitedMs >= quietMs) this.#tell?.(`${why}; tried again until ${this.#deadlineText()} are over`);
    if (!this.#cancelled?.aborted) await this.#timing.sleep(delayMs, this.#either());
    if (this.#cancelled?.aborted) throw this.#unavailable(`${why}; not tried again, for this run was cancelled`);
  }

  async #send(request: WireRequest): Promise<Answer | Lost> {
    for (let renewed = false; ; ) {
      if (this.#signal.aborted) throw this.#unavailable("the store was closed");
      const delivery = await this.#exchange(request, this.#attemptMs());
      this.#isUnreached = delivery.kind === "unsent" && !delivery.isFinal;
      if (delivery.kind === "answered" && !isPassing(delivery.answer)) {
        this.#outage.since = undefined;
        const { answer, credential } = delivery;
        // 401 comes before anything else is looked at: the request was not processed.
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

  /** One request; what it was sent for may be cancelled, or take long, meanwhile. */
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
    const tellSo = () => tell?.(`no answer yet; tried again until ${this.#deadlineText()} are over`);
    telling?.addEventListener("abort", tellSo);
    if (cancelled?.aborted) hurry();
    else cancelled?.addEventListener("abort", hurry, { once: true });
    try {
      const signal = cancelled ? AbortSignal.any([this.#signal, over.signal]) : this.#signal;
      const delivery = await this.#link.exchange(request, attemptMs, signal);
      if (delivery.kind === "answered") outage.hurriedSince = undefined;
      return over.signal.aborted && delivery.kind === "lost" ? { kind: "lost", why: "no answer yet" } : delivery;
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
    const doubt = this.#inDoubt ? "; whether it was done is not known, look at the object" : "";
    return errorAbout(this.subject, "Unavailable", why + doubt, { isUnreached: this.#isUnreached });
  }
}
