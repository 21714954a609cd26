import type { PreviewMemory } from "./ledger/preview-memory";

/** How often a wait looks again. */
export const POLL_MS = 250;

/** Time and chance come in from outside, so that tests need neither. */
export interface Environment {
  /** Milliseconds since the epoch. */
  now(): number;
  sleep(delayMs: number): Promise<void>;
  /** In [0, 1). */
  random(): number;
  /** A new release token: unguessable is not needed, unique is. */
  mintToken(): string;
  /** How long an operation waits for a pool to appear, or for its holders to leave. */
  readonly waitMs: number;
  /** How long an operation waits for Metal3's controller to serve or free a claim, or to let a pool go. */
  readonly controllerWaitMs: number;
  readonly previews: PreviewMemory;
}
