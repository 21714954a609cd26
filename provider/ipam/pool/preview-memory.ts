/**
 * What a preview has shown, for the update that follows it. Two new claims of one run whose slots meet get their
 * addresses in the order in which the engine happens to check them, and that order differs between preview and update:
 * the one thing that placement cannot decide by itself. A hint, never a lock: what it says is only proposed. The door
 * remembers it, for it knows what a command of its engine is.
 */
import type { Address } from "../../core/address";
import type { PoolName } from "../pool-name";

export interface Shown {
  readonly address: Address;
  /** Digest of the question that it answered; "" for what was not proposed, but pinned or found. One word. */
  readonly asked: string;
}

export interface Remembered extends Shown {
  /** Shown by this very command: one that updates may preview first. */
  readonly isOwn: boolean;
}

export interface PreviewMemory {
  /** claim → what was recently shown for it, to this stack for this pool (undefined: to all that have no name); what this command has shown goes first. */
  recall(stack: string | undefined, pool: PoolName): ReadonlyMap<string, Remembered>;
  remember(stack: string | undefined, pool: PoolName, claim: string, shown: Shown): void;
  /** They hold what was shown: from now on the store remembers it. */
  forget(stack: string | undefined, pool: PoolName, claims: readonly string[]): void;
}

/** Nothing is shown twice: for processes without a preview, and for tests. */
export const noPreviewMemory: PreviewMemory = {
  recall: () => new Map(),
  remember: () => undefined,
  forget: () => undefined,
};
