/** The name of an object, where a program may leave it out and the logical name stands in for it. */
import type { CheckFailure, ResourceOwner } from "./handler";
import { argumentWording } from "./wording";

/** What is wrong with a name that is the logical name says what sets another one. */
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
