/** One verb of the store on the wire: its requests share a deadline, and a name in messages. */
import type { StoreError } from "../store";
import type { Answer, Link, WireRequest } from "./link";
import { isPassing, isUntouched, type Subject, unavailable } from "./status";
import type { Timing } from "./timing";

/** Named data around one function, `Call.send`. Delays have full jitter: up to `baseMs × 2^try`, at most `capMs`. */
export interface CallPolicy {
  readonly baseMs: number;
  readonly capMs: number;
  /** Overall, with all tries and readings back. */
  readonly deadlineMs: number;
  /** One request with its whole answer. A hung connection must leave time for another. */
  readonly attemptMs: number;
}

/** `attemptMs` exceeds what a server gives a request (`SERVER_TIMEOUT_S`): a write that we gave up it has given up too. */
export const API_CALL: CallPolicy = { baseMs: 50, capMs: 2_000, deadlineMs: 30_000, attemptMs: 12_000 };

/** `timeout` of each request: the server stops working on it, its webhooks included. */
export const SERVER_TIMEOUT_S = 10;

/** A write may have been done: only the object can tell. */
export interface Lost {
  readonly lost: string;
}

export class Call {
  readonly #link: Link;
  readonly #timing: Timing;
  readonly #policy: CallPolicy;
  readonly #until: number;
  #tries = 0;

  constructor(
    readonly subject: Subject,
    { link, timing, policy = API_CALL }: { link: Link; timing: Timing; policy?: CallPolicy | undefined },
  ) {
    this.#link = link;
    this.#timing = timing;
    this.#policy = policy;
    this.#until = timing.now() + policy.deadlineMs;
  }

  /** Sends a GET until the server has said something that will not pass. Throws Unavailable after the deadline. */
  async read(request: WireRequest): Promise<Answer> {
    for (;;) {
      const sent = await this.#send(request);
      if (!("lost" in sent)) return sent;
      await this.pause(sent.lost);
    }
  }

  /**
   * Sends a write until the server has said something that will not pass. It is repeated only where the server has not
   * acted on it for sure; otherwise what became of it is lost.
   */
  async write(request: WireRequest): Promise<Answer | Lost> {
    return this.#send(request);
  }

  /** Waits before the next try. Throws Unavailable, with the reason for the wait, when it would be too late then. */
  async pause(why: string, atLeastMs = 0): Promise<void> {
    const { baseMs, capMs } = this.#policy;
    const ceilingMs = Math.min(capMs, baseMs * 2 ** Math.min(this.#tries++, 20));
    const delayMs = atLeastMs + Math.floor(this.#timing.random() * ceilingMs);
    if (this.#timing.now() + delayMs >= this.#until) throw this.unavailable(why);
    await this.#timing.sleep(delayMs);
  }

  unavailable(why: string): StoreError {
    return unavailable(`${why}; gave up after ${Math.round(this.#policy.deadlineMs / 1000)} s`, this.subject);
  }

  async #send(request: WireRequest): Promise<Answer | Lost> {
    let renewed = false;
    for (;;) {
      const leftMs = this.#until - this.#timing.now();
      const delivery = await this.#link.exchange(request, Math.max(1, Math.min(this.#policy.attemptMs, leftMs)));
      if (delivery.kind === "lost") return { lost: delivery.why };
      if (delivery.kind === "unsent") {
        if (delivery.final) throw unavailable(delivery.why, this.subject);
        await this.pause(delivery.why);
        continue;
      }
      const { answer, credential } = delivery;
      // 401 comes before anything else is looked at: the request was not processed.
      if (answer.status === 401 && !renewed && this.#link.renew(credential)) {
        renewed = true;
        continue;
      }
      if (!isPassing(answer)) return answer;
      const why = `it answers ${answer.status}`;
      if (!isUntouched(answer)) return { lost: why };
      await this.pause(why, answer.retryAfterMs);
    }
  }
}
