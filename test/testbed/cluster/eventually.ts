import { setTimeout as delay } from "node:timers/promises";
import { HANG_MS } from "../run";

const pollMs = 50;

/**
 * Waits until `condition` gives a value, and returns it. undefined, null, false and a throw mean "not yet". The error
 * after `timeoutMs` names the condition and the last thrown error.
 */
export async function eventually<T>(
  what: string,
  condition: () => Promise<T | undefined | null | false> | T | undefined | null | false,
  timeoutMs = HANG_MS,
): Promise<T> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    let reason = "";
    try {
      const value = await condition();
      if (value !== undefined && value !== null && value !== false) return value;
    } catch (error) {
      reason = `: ${(error as Error).message}`;
    }
    if (Date.now() > end) throw new Error(`Waited ${timeoutMs / 1000} s in vain until ${what}${reason}`);
    await delay(pollMs);
  }
}
