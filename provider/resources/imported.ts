/**
 * Imports, and lookups (`.get`).
 *
 * An import writes nothing. State gets the token of the object. An object that was made by hand has none. A delete then
 * releases only what still has no token, and nothing that others have taken in the meantime.
 *
 * An object that another stack has marked is not imported. Both states would have one token, so each stack could release and
 * change what the other holds. A delete must release only what its own create or adoption has marked. `adopt: true` is made
 * for this case. It writes a new token, so deletes of the former stack release nothing, and its updates fail. A stack whose
 * state was lost has the same name, so it can import its own objects.
 */
import { isObjectName, namespaceName } from "../api/names";
import { IpamError } from "../ipam/errors";
import { type Marks, ownerText, type PoolView } from "../ipam/ipam";
import { wording } from "../ipam/wording";
import type { Properties, ReadRequest } from "./handler";

/** The ids that an import of one kind takes. */
export interface ImportId {
  readonly kind: string;
  /** The form that messages show: `<namespace>/<name>`. */
  readonly form: string;
  /** The number of names in the id. The namespace comes first. */
  readonly parts: number;
  /** The id that imports what state's inputs describe. Absent if it is the id of the resource. */
  readonly ofInputs?: (inputs: Properties) => string | undefined;
}

/** The names in an id that a user wrote. `path`: the part of the id that has them. Throws `malformedId`. */
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

/** Throws `held` if another stack has marked the object. */
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
 * Hidden input of an import: the claims that are still as they were made by hand. They have no mirror. That is not drift,
 * because this provider has not written one. An update marks the claim and ends this.
 */
export function stillByHand(view: PoolView, olds: Properties | undefined): readonly string[] | undefined {
  const imported = Array.isArray(olds?.byHand) ? (olds.byHand as string[]) : [];
  return unmarked(view, imported);
}

/** The claims without a lock of any stack. Undefined if there are none. */
export function unmarked(view: PoolView, claims: readonly string[]): readonly string[] | undefined {
  const left = claims.filter((claim) => view.locksOf(claim).every(({ marks }) => marks.token === undefined));
  return left.length > 0 ? left : undefined;
}
