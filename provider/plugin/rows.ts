/** Finds rows of the registry by the engine's tokens. */
import { tokenOf } from "../pulumi/tokens";
import { doorWording } from "../pulumi/wording";
import { Refused } from "./refused";

/**
 * The name of a row in the registry, and the row. Refuses an unknown token. `what`: the kind of row for the message, for
 * example `resource`.
 */
export function rowOf<Rows extends { readonly [name in keyof Rows]: { readonly kind: string } }>(
  rows: Rows,
  token: string,
  { what, others = "" }: { what: string; others?: string },
): [name: keyof Rows & string, row: Rows[keyof Rows]] {
  const entries = Object.entries(rows) as [keyof Rows & string, Rows[keyof Rows]][];
  const found = entries.find(([, { kind }]) => tokenOf(kind) === token);
  if (found) return found;
  const known = entries.map(([, { kind }]) => tokenOf(kind));
  throw new Refused("NOT_FOUND", doorWording.noRow(what, token, others + known.join(", ")));
}
