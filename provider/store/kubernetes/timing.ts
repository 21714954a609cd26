import { setTimeout as setAlarm } from "node:timers";
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
  alarm(delayMs) {
    // Not AbortSignal.timeout: where only an AbortSignal.any listens to it, garbage collection takes it, and it never comes.
    const controller = new AbortController();
    const ring = () => controller.abort(new DOMException("its time is over", "TimeoutError"));
    setAlarm(ring, Math.max(0, Math.ceil(delayMs))).unref();
    return controller.signal;
  },
};
