/**
 * Taking what is there into state (an import), and looking at it (`.get`).
 *
 * An import writes nothing: state gets the token that the thing carries, or none where it was made by hand; its delete
import type { PoolSession } from "../ipam/session";
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

const FORMS = {
  IPPool: "<namespace>/<name>",
  IPClaim: "<namespace>/<name>",
  PreAllocation: "<namespace>/<pool>/<host or claim>",
  PreAllocationSet: "<namespace>/<pool> for all its entries, or <namespace>/<pool>?<host>,<host>",
} as const;

/** The names in an id that a user wrote, `count` of them, the namespace first. Throws `malformedId`. */
export function idParts(kind: keyof typeof FORMS, id: string, count: number, path = id): string[] {
  const parts = path.split("/");
  const [namespace, ...names] = parts;
  if (parts.length === count && namespaceName.safeParse(namespace).success && names.every(isObjectName)) return parts;
  throw malformedId(kind, id);
}

export function malformedId(kind: keyof typeof FORMS, id: string): IpamError {
  return new IpamError("malformedId", wording.malformedId(kind, id, FORMS[kind]));
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
