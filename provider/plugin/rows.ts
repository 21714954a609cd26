/** The rows of the registry by the tokens that an engine asks for. */
import { tokenOf } from "../pulumi/tokens";
import { doorWording } from "../pulumi/wording";
import { Refused } from "./refused";

/** What a row is called in the registry, and the row. Refuses a token without one: `what` is `resource`, say. */
export function rowOf<Rows extends { readonly [name in keyof Rows]: { readonly kind: string } }>(
  rows: Rows,
  token: string,
  { what }: { what: string },
): [name: keyof Rows & string, row: Rows[keyof Rows]] {
  const entries = Object.entries(rows) as [keyof Rows & string, Rows[keyof Rows]][];
  const found = entries.find(([, { kind }]) => tokenOf(kind) === token);
  if (found) return found;
  const known = entries.map(([, { kind }]) => tokenOf(kind));
  throw new Refused("NOT_FOUND", doorWording.noRow(what, token, known));
}
