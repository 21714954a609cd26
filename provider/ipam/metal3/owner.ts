/** The owners of reservations, and what an owner may touch. */
import type { OwnerReference } from "../../api/meta";
import type { Lock } from "./lock";
import { isOfStack, type Marks, type Origin } from "./marks";

export type OwnerKind = "IPPool" | "PreAllocation" | "PreAllocationSet" | "IPClaim";

/** The resource of a program that declares a claim. */
export interface Declarer extends Origin {
  /** For messages, and because two kinds may have one logical name. */
  readonly kind: OwnerKind;
  /** The logical name. Absent where a door does not know it. */
  readonly resource?: string | undefined;
  /** True for a resource of another process of the run, and so of another provider. */
  readonly isElsewhere?: boolean | undefined;
  /** Takes over what another owner holds for the same claim. */
  readonly adopt: boolean;
}

/** A declarer with the token that its locks carry. */
export interface Owner extends Declarer {
  /** Minted by a create and kept in its outputs. NO_TOKEN for what was imported without one. */
  readonly token: string;
  /** The token of the resource whose address it takes over, because it replaces it. */
  readonly replaces?: string | undefined;
  /** The objects whose end frees the address, where an IPClaim names some. */
  readonly claimOwners?: readonly OwnerReference[] | undefined;
}

/** The token of what was made by hand and then imported. */
export const NO_TOKEN = "";

export type DeclarerName = Pick<Declarer, "kind" | "resource" | "isElsewhere">;

export function declarerText({ kind, ...declarer }: DeclarerName): string {
  return `${kind} ${labelOf(declarer)}`;
}

/** How this program's messages call a resource. Those that a door has no name for look alike. */
export function labelOf({ resource, isElsewhere }: Pick<Declarer, "resource" | "isElsewhere">): string {
  return [resource ?? "(unnamed)", ...(isElsewhere ? ["(of another provider)"] : [])].join(" ");
}

export function isSameDeclarer(a: DeclarerName, b: DeclarerName): boolean {
  return a.kind === b.kind && a.resource === b.resource && (a.isElsewhere ?? false) === (b.isElsewhere ?? false);
}

/** True where the object carries this owner's token, so that the owner may release it. */
export function isHeldBy(owner: Owner): (object: Pick<Lock, "marks">) => boolean {
  return ({ marks }) => (marks.token ?? NO_TOKEN) === owner.token;
}

/** True for what a replacement of this owner has made: a run was killed before state knew of it. */
export function isReplacementOf(owner: Pick<Owner, "token">): (object: Pick<Lock, "marks">) => boolean {
  return ({ marks }) => owner.token !== NO_TOKEN && marks.replaces === owner.token;
}

/** True for the owner's own token, for its stack's marks (an update was killed before state was written), or with `adopt`. */
export function mayTakeOver({ marks }: Pick<Lock, "marks">, owner: Owner): boolean {
  return marks.token === owner.token || isOfStack(marks, owner) || owner.adopt;
}

/** The marks that the owner writes on what it makes. */
export function marksBy(owner: Owner): Pick<Marks, "token" | "stack" | "state" | "resource" | "replaces"> {
  const { token, stack, state, resource, replaces } = owner;
  return { token, stack, state: state?.id, resource, replaces: replaces === NO_TOKEN ? undefined : replaces };
}
