import type { Drift, PropertyPath } from "../ipam/ipam";
import type { Properties } from "./handler";

/** The outputs as found, not as last set: each place of drift replaces a value by the one that was found. */
export function withLive(outputs: Properties, drift: readonly Drift[]): Properties {
  return drift.reduce((live, { path, live: found }) => put(live, path, found) as Properties, outputs);
}

/** undefined removes a member of an object. In a list it stays, so that the others keep their places. */
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
