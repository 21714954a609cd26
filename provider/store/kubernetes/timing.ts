import { setTimeout as setAlarm } from "node:timers";
import { setTimeout } from "node:timers/promises";

/** Time and random numbers come from outside, so that tests can control them. */
export interface Timing {
  /** Milliseconds since some fixed moment. */
  now(): number;
  /** Ends early, without an error, if the signal is aborted. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>;
  /** In [0, 1). */
  random(): number;
  /** A signal that is aborted after this time. It does not keep the process alive. */
  alarm(delayMs: number): AbortSignal;
}

export const systemTiming: Timing = {
  now: () => performance.now(),
  sleep: (delayMs, signal) => setTimeout(delayMs, undefined, signal && { signal }).catch(() => undefined),
  random: () => Math.random(),
  alarm(delayMs) {
    // AbortSignal.timeout does not work here: if only an AbortSignal.any listens to it, it is garbage collected and never fires.
    const controller = new AbortController();
    const ring = () => controller.abort(new DOMException("its time is over", "TimeoutError"));
    setAlarm(ring, Math.max(0, Math.ceil(delayMs))).unref();
    return controller.signal;
  },
};
