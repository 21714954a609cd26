import { pathText } from "../api/property-path";
import type { CheckFailure } from "../resources/handler";

/** A fault in the engine's form. */
export interface PrintedFailure {
  readonly property: string;
  readonly reason: string;
}

/**
 * The engine prints the value of the property that a failure names. It prints a secret in plain text, `null` for a path, and
 * all of a long list. The reason already has the path and the value, so the property stays empty.
 */
export function unprinted(failure: CheckFailure): PrintedFailure {
  return { property: "", reason: faultText(failure) };
}

/** A function's fault. The engine does not print its arguments, so the fault names the property. */
export function printed({ path, reason }: CheckFailure): PrintedFailure {
  return { property: pathText(path), reason };
}

/** `pools[0].start: "..." is no address`, or only the reason if the fault has no path. */
export function faultText({ path, reason }: CheckFailure): string {
  return path.length === 0 ? reason : `${pathText(path)}: ${reason}`;
}
