/**
 * What stands while a cluster cannot be asked: whatever a program says as it said it before stands as state has it, with a
 * warning. What it says anew cannot be promised: for that each of these is undefined, and the verb fails.
 */
import { wording } from "../ipam/wording";
import { changedProperties } from "./arguments";
import type * as life from "./handler";
import { isHiddenInput } from "./hidden";

/**
 * `filled`: what checks fill in for a resource of this kind. The engine does not say whether it previews: an update that has
 * nothing to change is warned, like its preview.
 */
export function keptCheck(
  { olds, news }: life.CheckRequest,
  filled: ReadonlySet<string>,
  why: Error,
): life.CheckResponse | undefined {
  if (!olds || !isSaidBefore(news, olds, filled)) return undefined;
  return { inputs: olds, failures: [], warnings: [wording.stateKept(why.message)], drift: [] };
}

/** Beside the program's words a diff looks at what others have taken over: that has to wait. */
export function keptDiff({ olds, news }: life.DiffRequest): life.DiffResponse | undefined {
  const said = Object.keys(news).filter((property) => !isHiddenInput(property));
  if (changedProperties(olds, news, said).length > 0) return undefined;
  return { changed: [], replaces: [], deleteBeforeReplace: false, stables: [] };
}

/** What cannot be asked is not gone. */
export function keptRead({ id, state }: life.ReadRequest, why: Error): life.ReadResponse | undefined {
  if (Object.keys(state).length === 0) return undefined;
  return { id, outputs: state, warnings: [wording.stateKept(why.message)] };
}

/** True where the program says what it said at the last check, which has filled the rest in. */
function isSaidBefore(news: life.Properties, olds: life.Properties, filled: ReadonlySet<string>): boolean {
  const absent = Object.entries(olds).filter(([property]) => filled.has(property) && news[property] === undefined);
  const whole = { ...Object.fromEntries(absent), ...news };
  return changedProperties(olds, whole, Object.keys({ ...olds, ...whole })).length === 0;
}
