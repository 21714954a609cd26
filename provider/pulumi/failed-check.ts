import { pathText } from "../api/property-path";
import type { CheckFailure } from "../resources/handler";

/** A fault as the engine takes it. */
export interface PrintedFailure {
  readonly property: string;
  readonly reason: string;
}

/**
 * The engine prints the value of the property that a failure names: in plain text even if it is a secret, `null` for a
 * path, and all of a long list. The reason says path and value itself, so the property stays empty.
 */
export function unprinted(failure: CheckFailure): PrintedFailure {
  return { property: "", reason: faultText(failure) };
}

/** A function's fault: its arguments are not printed, so the property is named. */
export function printed({ path, reason }: CheckFailure): PrintedFailure {
  return { property: pathText(path), reason };
}

/** `pools[0].start: "..." is no address`, or the reason alone where the fault is about the whole. */
export function faultText({ path, reason }: CheckFailure): string {
  return path.length === 0 ? reason : `${pathText(path)}: ${reason}`;
}
