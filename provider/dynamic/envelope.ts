/**
 * The hidden inputs of a dynamic resource. The engine stores them among the inputs and outputs, and a dynamic provider gets
 * no other information about its caller. A handler never sees them. The engine shows no property that begins with `__`.
 * `drift` is for the user, so it has no such name.
 */

import { DRIFT_INPUT } from "../pulumi/drift-input";
import { fromWire, toWire, type WireProperties } from "../pulumi/wire";
import { doorWording } from "../pulumi/wording";
import type { Properties, ResourceOwner } from "../resources/handler";
import { isHiddenInput } from "../resources/hidden";

/** Properties of the envelope, not of the letter. */
const ENVELOPE: ReadonlySet<string> = new Set(["__provider", "__owner", DRIFT_INPUT]);

/** The properties as received, to be returned. Each check writes `drift` again. */
export interface Envelope {
  readonly __provider?: unknown;
  readonly __owner?: unknown;
}

export interface Letter {
  readonly envelope: Envelope;
  /** The drift that the last check found: see `handler.ts`, CheckResponse. */
  readonly drift: readonly unknown[];
  readonly content: Properties;
}

/** Separates a letter from its envelope. */
export function unseal(wire: WireProperties): Letter {
  const { __provider, __owner, drift, ...content } = wire;
  return { envelope: { __provider, __owner }, drift: Array.isArray(drift) ? drift : [], content: fromWire(content) };
}

/** Puts a letter into a received envelope. */
export function seal(content: Properties, envelope: Envelope): WireProperties {
  return toWire({ ...content, ...envelope });
}

/** True for inputs whose change alone needs no update. */
export function isHidden(property: string): boolean {
  return ENVELOPE.has(property) || isHiddenInput(property);
}

/** The declarer of the resource. Without an owner, two stacks could each treat the other's addresses as their own. */
export function ownerOf({ __owner: owner }: Envelope): ResourceOwner {
  if (typeof owner === "object" && owner !== null && "stack" in owner && "resource" in owner) {
    const { stack, resource } = owner;
    if (typeof stack === "string" && typeof resource === "string") return { stack, resource };
  }
  throw new Error(doorWording.noOwner);
}
