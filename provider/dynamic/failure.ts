/** A handler's error for the user: one line without a stack trace, because the error is about their program or backend. */

import type { WireProperties } from "../pulumi/wire";
import type { Properties } from "../resources/handler";

/**
 * The object exists but differs from the request. An error with these members makes the engine keep it in state, and the
 * next update completes it. Then the engine drops `message` and prints `reasons`.
 */
export interface PartialFailure {
  readonly id: string;
  readonly outputs: Properties;
  readonly reasons?: readonly string[];
}

/** The error that the dynamic provider host prints and forwards: `message`, and for a PartialFailure the other members. */
export class DoorError extends Error {
  readonly id?: string;
  readonly properties?: WireProperties;
  readonly reasons?: readonly string[];

  /** `sealed` converts the outputs of a PartialFailure to the form of state. */
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
