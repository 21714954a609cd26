/**
 * The hidden inputs of a dynamic resource. The engine stores them among the inputs and outputs, and a dynamic provider
 * is told nothing else about whom it serves; a handler never sees them. The engine shows no property that begins with
 * `__`, so only `drift`, which is meant to be read, does not.
 */

import { DRIFT_INPUT } from "../pulumi/drift-input";
import { fromWire, toWire, type WireProperties } from "../pulumi/wire";
import { doorWording } from "../pulumi/wording";
import type { Properties, ResourceOwner } from "../resources/handler";
import { isHiddenInput } from "../resources/hidden";

/** Of the envelope, not of the letter. */
const ENVELOPE: ReadonlySet<string> = new Set(["__provider", "__owner", DRIFT_INPUT]);

/** As they came, to be put back; `drift` is written anew by each check. */
export interface Envelope {
  readonly __provider?: unknown;
  readonly __owner?: unknown;
}

export interface Letter {
  readonly envelope: Envelope;
  /** What the last check found: see `handler.ts`, CheckResponse. */
  readonly drift: readonly unknown[];
  readonly content: Properties;
}

/** Takes a letter out of its envelope. */
export function unseal(wire: WireProperties): Letter {
  const { __provider, __owner, drift, ...content } = wire;
  return { envelope: { __provider, __owner }, drift: Array.isArray(drift) ? drift : [], content: fromWire(content) };
}

/** Puts a letter into an envelope that came. */
export function seal(content: Properties, envelope: Envelope): WireProperties {
  return toWire({ ...content, ...envelope });
}

/** True of inputs whose change alone asks for nothing. */
export function isHidden(property: string): boolean {
  return ENVELOPE.has(property) || isHiddenInput(property);
}

/** Who declares the resource. Without an owner two stacks could take each other's addresses for their own. */
export function ownerOf({ __owner: owner }: Envelope): ResourceOwner {
  if (typeof owner === "object" && owner !== null && "stack" in owner && "resource" in owner) {
    const { stack, resource } = owner;
    if (typeof stack === "string" && typeof resource === "string") return { stack, resource };
  }
  throw new Error(doorWording.noOwner);
}
