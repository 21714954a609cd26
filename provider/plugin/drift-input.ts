import { DRIFT_INPUT } from "../pulumi/drift-input";
import type { FromWire, WireProperties } from "../pulumi/wire";
import { canonicalJson, without } from "../resources/arguments";
import { type CheckResponse, linesOf } from "../resources/handler";

/** A pool that is gone is shown by its own resource: by the time the update asks for the others, it may be there again. */
export function driftLines(drift: CheckResponse["drift"]): string[] {
  return linesOf(drift.filter(({ isOfPool }) => !isOfPool));
}

/** Inputs as state keeps them and `--diff` shows them. */
export function withDrift(inputs: WireProperties, lines: readonly string[]): WireProperties {
  return lines.length === 0 ? inputs : { ...inputs, [DRIFT_INPUT]: lines };
}

/** A bag that came, without what an earlier check has added. */
export function withoutDrift({ properties, secrets }: FromWire): FromWire {
  return { properties: without(properties, [DRIFT_INPUT]), secrets };
}

/** News as the program gives them. Where it ignores changes of everything, the engine puts in what state has. */
export function withoutOldDrift(news: FromWire, olds: FromWire): FromWire {
  const [now, before] = [news, olds].map(({ properties }) => canonicalJson(properties[DRIFT_INPUT]));
  return now === before ? withoutDrift(news) : news;
}
