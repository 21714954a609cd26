import { StoreError } from "../store/store";
import type { Environment } from "./environment";

/** Named data around one function. Delays have full jitter: up to `baseMs × 2^try`, at most `capMs`. */
export interface RetryPolicy {
  readonly baseMs: number;
  readonly capMs: number;
  /** Overall, from the first try. A count of tries would give up early under load and late without. */
  readonly deadlineMs: number;
}

/**
 * For writes that lost to another writer of the same object: the winner is done, so try again at once. Every loss is
 * another's progress, so that many writers of one pool get through in the end: sixteen with 128 hosts each have been seen
 * to take more than 30 s on two cores.
 */
export const ON_CONFLICT: RetryPolicy = { baseMs: 5, capMs: 500, deadlineMs: 120_000 };

/**
 * Runs `once` until it does not end in Conflict. `once` must read again what it compares with.
 * Throws the last Conflict after the deadline, and everything else at once.
 */
export async function retryOnConflict<T>(
  environment: Environment,
  once: () => Promise<T>,
  policy: RetryPolicy = ON_CONFLICT,
): Promise<T> {
  const started = environment.now();
  for (let tries = 0; ; tries++) {
    try {
      return await once();
    } catch (error) {
      const lost = error instanceof StoreError && error.reason === "Conflict";
      if (!lost || environment.now() - started >= policy.deadlineMs) throw error;
    }
    const ceilingMs = Math.min(policy.capMs, policy.baseMs * 2 ** Math.min(tries, 20));
    await environment.sleep(Math.floor(environment.random() * ceilingMs));
  }
}
