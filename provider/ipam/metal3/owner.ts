/** Who writes, and what is theirs. */
import type { OwnerReference } from "../../api/meta";
import type { Lock } from "./lock";
import { isOfStack, type Marks, type Origin } from "./marks";

/** Who asks for a claim. */
export interface Declarer extends Origin {
  /** For messages, and because two kinds may have one logical name. */
  readonly kind: "IPPool" | "PreAllocation" | "PreAllocationSet" | "IPClaim";
  readonly resource?: string | undefined;
  /** Take over what another owner holds for the same claim. */
  readonly adopt: boolean;
}

/** Whose hand it is that writes. */
export interface Owner extends Declarer {
  /** Minted by Create and kept in its outputs; NO_TOKEN of what was imported without one. */
  readonly token: string;
  /** The objects whose end frees what it holds, where an IPClaim names some. */
  readonly claimOwners?: readonly OwnerReference[] | undefined;
}

export function declarerText({ kind, ...declarer }: Pick<Declarer, "kind" | "resource">): string {
  return `${kind} ${labelOf(declarer)}`;
}

/** How this program's messages call a resource. Those that a door has no name for look alike. */
export function labelOf({ resource }: Pick<Declarer, "resource">): string {
  return resource ?? "(unnamed)";
}

/** Only what carries the hand's token is its to release: for one that was imported without a token, what has none. */
export function isHeldByOwner(owner: Owner): (object: Pick<Lock, "marks">) => boolean {
  return ({ marks }) => (marks.token ?? NO_TOKEN) === owner.token;
}

/** Of what was made by hand and then imported. */
export const NO_TOKEN = "";

/** Own by token, or by owner for whoever was killed before state was written; another's only with `adopt`. */
export function mayTakeOver({ marks }: Pick<Lock, "marks">, owner: Owner): boolean {
  return marks.token === owner.token || isOfStack(marks, owner) || owner.adopt;
}

/** What the hand writes on what it makes. */
export function marksBy(owner: Owner): Pick<Marks, "token" | "stack" | "state" | "resource"> {
  return { token: owner.token, stack: owner.stack, state: owner.state?.id, resource: owner.resource };
}
