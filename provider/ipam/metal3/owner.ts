/** The owners of reservations, and their rights. */
import type { ClaimKind } from "../../api/claim";
import type { OwnerReference } from "../../api/meta";
import type { Lock } from "./lock";
import { isOfStack, type Marks, type Origin } from "./marks";

export type OwnerKind = "IPPool" | "PreAllocation" | "PreAllocationSet" | "IPClaim" | "IPAddressClaim";

/** The resource of a program that declares a claim. */
export interface Declarer extends Origin {
  /** Used in messages, and because resources of two kinds may have one logical name. */
  readonly kind: OwnerKind;
  /** The logical name. Absent if a door does not know it. */
  readonly resource?: string | undefined;
  /** True for a resource of another process of the run, and so of another provider. */
  readonly isElsewhere?: boolean | undefined;
  /** Whether it takes over what another owner holds for the same claim. */
  readonly adopt: boolean;
  /** The kind of the claims that will get its addresses. Default: IPClaim. */
  readonly claimKind?: ClaimKind | undefined;
}

export function claimKindBy({ claimKind = "IPClaim" }: Pick<Declarer, "claimKind">): ClaimKind {
  return claimKind;
}

/** A declarer with the token that its locks carry. */
export interface Owner extends Declarer {
  /** A create makes it and keeps it in its outputs. NO_TOKEN for an imported object without a token. */
  readonly token: string;
  /** The token of the resource that this one replaces and whose address it takes over. */
  readonly replaces?: string | undefined;
  /** The owners of an IPClaim, if it names any. The address becomes free when they are deleted. */
  readonly claimOwners?: readonly OwnerReference[] | undefined;
}

/** The token of an object that was made by hand and then imported. */
export const NO_TOKEN = "";

export type DeclarerName = Pick<Declarer, "kind" | "resource" | "isElsewhere">;

export function declarerText({ kind, ...declarer }: DeclarerName): string {
  return `${kind} ${labelOf(declarer)}`;
}

/** The name of a resource in this program's messages. Resources without a known name look alike. */
export function labelOf({ resource, isElsewhere }: Pick<Declarer, "resource" | "isElsewhere">): string {
  return [resource ?? "(unnamed)", ...(isElsewhere ? ["(of another provider)"] : [])].join(" ");
}

export function isSameDeclarer(a: DeclarerName, b: DeclarerName): boolean {
  return a.kind === b.kind && a.resource === b.resource && (a.isElsewhere ?? false) === (b.isElsewhere ?? false);
}

/** True if the object carries this owner's token. Then the owner may release it. */
export function isHeldBy(owner: Owner): (object: Pick<Lock, "marks">) => boolean {
  return ({ marks }) => (marks.token ?? NO_TOKEN) === owner.token;
}

/** True if a replacement of this owner made the object, and the run was killed before state had it. */
export function isReplacementOf(owner: Pick<Owner, "token">): (object: Pick<Lock, "marks">) => boolean {
  return ({ marks }) => owner.token !== NO_TOKEN && marks.replaces === owner.token;
}

/**
 * True for the owner's own token, for its stack's marks (if an update was killed before state was written), or with `adopt`.
 */
export function mayTakeOver({ marks }: Pick<Lock, "marks">, owner: Owner): boolean {
  return marks.token === owner.token || isOfStack(marks, owner) || owner.adopt;
}

/** The marks that the owner writes on its objects. */
export function marksBy(owner: Owner): Pick<Marks, "token" | "stack" | "state" | "resource" | "replaces"> {
  const { token, stack, state, resource, replaces } = owner;
  return { token, stack, state: state?.id, resource, replaces: replaces === NO_TOKEN ? undefined : replaces };
}
