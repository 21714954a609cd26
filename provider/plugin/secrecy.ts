import { type FromWire, toWire, type WireProperties } from "../pulumi/wire";
import type { Properties } from "../resources/handler";
import { HIDDEN_PROPERTIES } from "../resources/hidden";

/** What no program gave and nobody could guess a secret from. */
const NEVER: ReadonlySet<string> = new Set(HIDDEN_PROPERTIES);

/** A result for the engine: what came as a secret goes as one, and so does what was made from inputs with a secret among them. */
export function secretly(result: Properties, ...from: readonly FromWire[]): WireProperties {
  const secrets = new Set(from.flatMap((one) => [...one.secrets]));
  const given = new Set(from.flatMap(({ properties }) => Object.keys(properties)));
  const made = secrets.size === 0 ? [] : Object.keys(result).filter((property) => !given.has(property));
  return toWire(result, new Set([...secrets, ...made].filter((property) => !NEVER.has(property))));
}
