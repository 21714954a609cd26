/** Inputs that the plugin itself adds to a check's answer and removes from requests. Handlers do not know them. */
import { DRIFT_INPUT } from "../pulumi/drift-input";
import type { FromWire, WireProperties } from "../pulumi/wire";
import { canonicalJson, without } from "../resources/arguments";
import { type CheckResponse, linesOf } from "../resources/handler";
import { PROVIDERS_INPUT } from "./known-state";

const OWN_INPUTS = [DRIFT_INPUT, PROVIDERS_INPUT];

/** Only the pool's own resource shows that the pool is gone. When the update asks for the others, it may exist again. */
export function driftLines(drift: CheckResponse["drift"]): string[] {
  return linesOf(drift.filter(({ isOfPool }) => !isOfPool));
}

/** Inputs with the drift, for state and `--diff`. */
export function withDrift(inputs: WireProperties, lines: readonly string[]): WireProperties {
  return lines.length === 0 ? inputs : { ...inputs, [DRIFT_INPUT]: lines };
}

/** A received bag without the inputs that an earlier check has added. */
export function withoutOwn({ properties, secrets }: FromWire): FromWire {
  return { properties: without(properties, OWN_INPUTS), secrets };
}

/**
 * The news of the program. If it ignores changes of everything, the engine inserts the old inputs, which this function
 * removes.
 */
export function withoutOldOwn({ properties, secrets }: FromWire, olds: FromWire): FromWire {
  const isOld = (name: string) => canonicalJson(properties[name]) === canonicalJson(olds.properties[name]);
  return { properties: without(properties, OWN_INPUTS.filter(isOld)), secrets };
}
