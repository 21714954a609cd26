/**
 * The responses while a cluster is unreachable. Unchanged inputs keep what state has, with a warning. New or changed inputs
 * cannot be promised an address, so these functions return undefined and the verb fails.
 */
import { wording } from "../ipam/wording";
import { changedProperties } from "./arguments";
import type * as life from "./handler";
import { isHiddenInput } from "./hidden";

/**
 * `filled`: the properties that checks fill in for this kind of resource. The engine does not say whether it previews, so an
 * update that has nothing to change gets the same warning as its preview.
 */
export function keptCheck(
  { olds, news }: life.CheckRequest,
  filled: ReadonlySet<string>,
  why: Error,
): life.CheckResponse | undefined {
  if (!olds || !isSaidBefore(news, olds, filled)) return undefined;
  return { inputs: olds, failures: [], warnings: [wording.stateKept(why.message)], drift: [] };
}

/** A diff also looks for claims that others have taken over. That has to wait. */
export function keptDiff({ olds, news }: life.DiffRequest): life.DiffResponse | undefined {
  const said = Object.keys(news).filter((property) => !isHiddenInput(property));
  if (changedProperties(olds, news, said).length > 0) return undefined;
  return { changed: [], replaces: [], deleteBeforeReplace: false, stables: [] };
}

/** An unreachable resource is not gone. */
export function keptRead({ id, state }: life.ReadRequest, why: Error): life.ReadResponse | undefined {
  if (Object.keys(state).length === 0) return undefined;
  return { id, outputs: state, warnings: [wording.stateKept(why.message)] };
}

/** True if the program is unchanged since the last check, which filled in the rest. */
function isSaidBefore(news: life.Properties, olds: life.Properties, filled: ReadonlySet<string>): boolean {
  const absent = Object.entries(olds).filter(([property]) => filled.has(property) && news[property] === undefined);
  const whole = { ...Object.fromEntries(absent), ...news };
  return changedProperties(olds, whole, Object.keys({ ...olds, ...whole })).length === 0;
}
