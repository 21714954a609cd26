import { setTimeout } from "node:timers/promises";

/** Time and chance come in from outside, so that tests need neither. */
export interface Timing {
  /** Milliseconds since some fixed moment. */
  now(): number;
  /** Ends early, without an error, when the signal does. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>;
  /** In [0, 1). */
  random(): number;
  /** A signal that comes after this long; it keeps no process alive. */
  alarm(delayMs: number): AbortSignal;
}

export const systemTiming: Timing = {
  now: () => performance.now(),
  sleep: (delayMs, signal) => setTimeout(delayMs, undefined, signal && { signal }).catch(() => undefined),
  random: () => Math.random(),
  alarm: (delayMs) => AbortSignal.timeout(Math.max(0, Math.ceil(delayMs))),
};
