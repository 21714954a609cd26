import type { Drift, PropertyPath } from "../ipam/ipam";
import type { Properties } from "./handler";

/** Outputs as they are there, not as they were last set: each place of drift says what it has found instead. */
export function withLive(outputs: Properties, drift: readonly Drift[]): Properties {
  return drift.reduce((live, { path, live: found }) => put(live, path, found) as Properties, outputs);
}

/** undefined takes the member away; of a list it stays, for the others keep their places. */
function put(container: unknown, [step, ...rest]: PropertyPath, found: unknown): unknown {
  if (step === undefined) return found;
  if (Array.isArray(container))
    return container.map((member, index) => (index === step ? put(member, rest, found) : member));
  const members = (container ?? {}) as Record<string, unknown>;
  const { [step]: before, ...others } = members;
  if (before === undefined && found === undefined) return members;
  const member = put(before, rest, found);
  return member === undefined ? others : { ...members, [step]: member };
}
