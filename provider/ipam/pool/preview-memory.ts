/**
 * The addresses that a preview has shown, for the update that follows. If two new claims of one run compete for one slot,
 * they get their addresses in the order in which the engine checks them. That order differs between preview and update, so
 * placement alone cannot decide it. The memory is a hint, not a lock: it only leads to proposals. The door keeps it, because
 * the door knows the commands of its engine.
 */
import type { Address } from "../../core/address";
import type { PoolName } from "../pool-name";

export interface Shown {
  readonly address: Address;
  /** Digest of the question that the address answers, one word. "" if the address was pinned or found, not proposed. */
  readonly asked: string;
}

export interface Remembered extends Shown {
  /** Shown by this very command, because an update may preview first. */
  readonly isOwn: boolean;
}

export interface PreviewMemory {
  /**
   * claim → address that was recently shown for it in this pool, to this stack. `stack` undefined: to all stacks without a
   * name. Addresses that this command has shown have priority.
   */
  recall(stack: string | undefined, pool: PoolName): ReadonlyMap<string, Remembered>;
  remember(stack: string | undefined, pool: PoolName, claim: string, shown: Shown): void;
  /** Called when the claims hold what was shown. From now on the store has it. */
  forget(stack: string | undefined, pool: PoolName, claims: readonly string[]): void;
}

/** For processes without a preview, and for tests. */
export const noPreviewMemory: PreviewMemory = {
  recall: () => new Map(),
  remember: () => undefined,
  forget: () => undefined,
};
