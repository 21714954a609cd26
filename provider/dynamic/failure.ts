/** How a handler's error reaches the user: one line, and no stack trace, for it is about their program or backend. */

import type { WireProperties } from "../pulumi/wire";
import type { Properties } from "../resources/handler";

/**
 * The object exists but is not as asked. An error with these members makes the engine keep it in state; the next update
 * goes on from there. The engine drops `message` then and prints `reasons`.
 */
export interface PartialFailure {
  readonly id: string;
  readonly outputs: Properties;
  readonly reasons?: readonly string[];
}

/** What the dynamic provider host prints and forwards: `message`, and of a PartialFailure the rest. */
export class DoorError extends Error {
  readonly id?: string;
  readonly properties?: WireProperties;
  readonly reasons?: readonly string[];

  /** `sealed` turns the outputs of a PartialFailure into what state keeps. */
  constructor(cause: unknown, sealed?: (outputs: Properties) => WireProperties) {
    const message = cause instanceof Error ? cause.message : String(cause);
    super(message);
    // The host prints `${error}: ${error.stack}`.
    this.name = "metal3-ipam";
    this.stack = message;
    if (sealed !== undefined && isPartialFailure(cause)) {
      this.id = cause.id;
      this.properties = sealed(cause.outputs);
      this.reasons = cause.reasons ?? [message];
    }
  }

  override toString(): string {
    return this.name;
  }
}

function isPartialFailure(error: unknown): error is PartialFailure {
  if (typeof error !== "object" || error === null) return false;
  return "id" in error && typeof error.id === "string" && "outputs" in error && typeof error.outputs === "object";
}
