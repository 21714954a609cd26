import { type FromWire, toWire, type WireProperties } from "../pulumi/wire";
import type { Properties } from "../resources/handler";
import { HIDDEN_PROPERTIES } from "../resources/hidden";

/** Properties that no program gives and that reveal no secret. */
const NEVER: ReadonlySet<string> = new Set(HIDDEN_PROPERTIES);

/**
 * A result for the engine. A property stays secret if it was received as a secret. A property that was computed from inputs
 * with a secret is secret too.
 */
export function secretly(result: Properties, ...from: readonly FromWire[]): WireProperties {
  const secrets = new Set(from.flatMap((one) => [...one.secrets]));
  const given = new Set(from.flatMap(({ properties }) => Object.keys(properties)));
  const made = secrets.size === 0 ? [] : Object.keys(result).filter((property) => !given.has(property));
  return toWire(result, new Set([...secrets, ...made].filter((property) => !NEVER.has(property))));
}
