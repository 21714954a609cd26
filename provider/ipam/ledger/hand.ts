/** Who writes, and what is theirs. */
import type { OwnerReference } from "../../api/meta";
import type { Lock } from "./lock";
import { isOfStack, type Marks, type Origin } from "./marks";

/** Who asks for a claim. */
export interface Declarer extends Origin {
  /** For messages, and because two kinds may have one logical name. */
  readonly kind: "IPPool" | "PreAllocation" | "PreAllocationSet" | "IPClaim";
  readonly resource: string;
  /** Take over what another owner holds for the same claim. */
  readonly adopt: boolean;
}

/** Whose hand it is that writes. */
export interface Hand extends Declarer {
  /** Minted by Create and kept in its outputs; NO_TOKEN of what was imported without one. */
  readonly token: string;
  /** The objects whose end frees what it holds, where an IPClaim names some. */
  readonly claimOwners?: readonly OwnerReference[] | undefined;
}

export function declarerText({ kind, resource }: Pick<Declarer, "kind" | "resource">): string {
  return `${kind} ${resource}`;
}

/** Only what carries the hand's token is its to release: for one that was imported without a token, what has none. */
export function isHeldBy(hand: Hand): (object: Pick<Lock, "marks">) => boolean {
  return ({ marks }) => (marks.token ?? NO_TOKEN) === hand.token;
}

/** Of what was made by hand and then imported. */
export const NO_TOKEN = "";

/** Own by token, or by owner for whoever was killed before state was written; another's only with `adopt`. */
export function mayTakeOver({ marks }: Pick<Lock, "marks">, hand: Hand): boolean {
  return marks.token === hand.token || isOfStack(marks, hand) || hand.adopt;
}

/** What the hand writes on what it makes. */
export function marksBy(hand: Hand): Pick<Marks, "token" | "stack" | "state" | "resource"> {
  return { token: hand.token, stack: hand.stack, state: hand.state?.id, resource: hand.resource };
}
