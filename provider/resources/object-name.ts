/** The name of an object, which defaults to the logical name of the resource. */
import type { CheckFailure, ResourceOwner } from "./handler";
import { argumentWording } from "./wording";

/** Adds a remedy to faults of a name that came from the logical name. */
export function withNameRemedy(
  failures: readonly CheckFailure[],
  name: unknown,
  { resource }: ResourceOwner,
): CheckFailure[] {
  if (resource === undefined || name !== resource) return [...failures];
  return failures.map((failure) => {
    const isOfName = failure.path.length === 1 && failure.path[0] === "name";
    return isOfName ? { ...failure, reason: `${failure.reason} ${argumentWording.isLogicalName}` } : failure;
  });
}
