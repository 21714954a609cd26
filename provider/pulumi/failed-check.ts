import type { CheckFailure } from "../resources/handler";

/**
 * The engine prints the value of the property that a failure names: in plain text even if it is a secret, `null` for a
 * path, and all of a long list. The reason says path and value itself, so the property stays empty.
 */
export function unprinted({ property, reason }: CheckFailure): CheckFailure {
  return { property: "", reason: property === "" ? reason : `${property}: ${reason}` };
}
