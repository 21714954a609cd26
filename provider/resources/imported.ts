/**
 * Taking what is there into state (an import), and looking at it (`.get`).
 *
 * An import writes nothing: state gets the token that the thing carries, or none where it was made by hand; its delete
 * then frees what has no token, and nothing that anybody has taken meanwhile. What another stack has marked is not
 * imported. Both states would have one token, and each stack would free and change what the other believes its own:
 * the promise that a delete frees only what its own create or adoption has marked would be void, silently. `adopt: true`
 * is for that: it writes a new token, so that the former stack's deletes free nothing and its updates are refused. A stack
 * whose state was lost has the same name, and gets back what is its own.
 */
import { isObjectName, namespaceName } from "../api/names";
import { IpamError } from "../ipam/errors";
import { type Marks, ownerText, type PoolView } from "../ipam/ipam";
import { wording } from "../ipam/wording";
import type { Properties, ReadRequest } from "./handler";

/** The ids that an import of one kind takes. */
export interface ImportId {
  readonly kind: string;
  /** What a user is told to write: `<namespace>/<name>`. */
  readonly form: string;
  /** How many names there are in it, the namespace first. */
  readonly parts: number;
  /** The id that would import what state's inputs describe. Absent where it is the resource's own. */
  readonly ofInputs?: (inputs: Properties) => string | undefined;
}

/** The names in an id that a user wrote; `path` is the part that has them. Throws `malformedId`. */
export function idParts(importId: ImportId, id: string, path = id): string[] {
  const parts = path.split("/");
  const [namespace, ...names] = parts;
  const isWhole = parts.length === importId.parts;
  if (isWhole && namespaceName.safeParse(namespace).success && names.every(isObjectName)) return parts;
  throw malformedId(importId, id);
}

export function malformedId({ kind, form }: ImportId, id: string): IpamError {
  return new IpamError("malformedId", wording.malformedId(kind, id, form));
}

/** Throws `held` where another stack has marked what an import is to take. */
export function refuseAnotherStacks(
  { owner, isLookup }: Pick<ReadRequest, "owner" | "isLookup">,
  what: string,
  marks: Marks,
  adoptable = true,
): void {
  if (isLookup || !owner || marks.token === undefined || marks.stack === owner.stack) return;
  throw new IpamError("held", wording.notImported(what, ownerText(marks), marks.stack, adoptable));
}

/**
 * Hidden input of what was imported: the claims that still are as somebody made them by hand. They have no mirror, and that
 * is no drift, because this provider has not written one. An update marks the claim and ends this.
 */
export function stillByHand(view: PoolView, olds: Properties | undefined): readonly string[] | undefined {
  const imported = Array.isArray(olds?.byHand) ? (olds.byHand as string[]) : [];
  return unmarked(view, imported);
}

/** The claims that no stack has a lock for; undefined for none. */
export function unmarked(view: PoolView, claims: readonly string[]): readonly string[] | undefined {
  const left = claims.filter((claim) => view.locksOf(claim).every(({ marks }) => marks.token === undefined));
  return left.length > 0 ? left : undefined;
}
