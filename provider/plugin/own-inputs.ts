/** Inputs that the plugin itself adds to a check's answer, and takes off what comes: no handler knows them. */
import { DRIFT_INPUT } from "../pulumi/drift-input";
import type { FromWire, WireProperties } from "../pulumi/wire";
import { canonicalJson, without } from "../resources/arguments";
import { type CheckResponse, linesOf } from "../resources/handler";

/** See known-state.ts. The engine does not show it. */
export const PROVIDERS_INPUT = "providers";
const OWN_INPUTS = [DRIFT_INPUT, PROVIDERS_INPUT];

/** A pool that is gone is shown by its own resource: by the time the update asks for the others, it may be there again. */
export function driftLines(drift: CheckResponse["drift"]): string[] {
  return linesOf(drift.filter(({ isOfPool }) => !isOfPool));
}

/** Inputs as state keeps them and `--diff` shows them. */
export function withDrift(inputs: WireProperties, lines: readonly string[]): WireProperties {
  return lines.length === 0 ? inputs : { ...inputs, [DRIFT_INPUT]: lines };
}

/** A bag that came, without what an earlier check has added. */
export function withoutOwn({ properties, secrets }: FromWire): FromWire {
  return { properties: without(properties, OWN_INPUTS), secrets };
}

/** News as the program gives them. Where it ignores changes of everything, the engine puts in what state has. */
export function withoutOldOwn({ properties, secrets }: FromWire, olds: FromWire): FromWire {
  const isOld = (name: string) => canonicalJson(properties[name]) === canonicalJson(olds.properties[name]);
  return { properties: without(properties, OWN_INPUTS.filter(isOld)), secrets };
}
