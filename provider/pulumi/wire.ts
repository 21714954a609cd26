/**
 * Translates properties between the engine's form and the handlers' form. Only this file knows the form of secrets, unknowns
 * and output values on the wire (sdk/go/common/resource: plugin/rpc.go, sig) and the names of hidden inputs there.
 */
import { type Properties, UNKNOWN } from "../resources/handler";
import { HIDDEN_PROPERTIES } from "../resources/hidden";

/** Properties as the engine sends and stores them: JSON values. */
export type WireProperties = Readonly<Record<string, unknown>>;

/**
 * The unknown of a string, which SDKs send for every type. An unknown can appear at any depth, and in place of a list or
 * object.
 */
const UNKNOWN_ON_WIRE = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const UNKNOWNS: ReadonlySet<unknown> = new Set([
  UNKNOWN_ON_WIRE,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7", // bool
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421", // number
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2", // array
  "030794c1-ac77-496b-92df-f27374a8bd58", // asset
  "e48ece36-62e2-4504-bad9-02848725956a", // archive
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff", // object
]);

export function isUnknownOnWire(value: unknown): boolean {
  return UNKNOWNS.has(value);
}

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

/** The engine shows no property that begins with `__`. */
const ON_WIRE = new Map<string, string>(HIDDEN_PROPERTIES.map((property) => [property, `__${property}`]));
const OFF_WIRE = new Map<string, string>(HIDDEN_PROPERTIES.map((property) => [`__${property}`, property]));

export interface FromWire {
  readonly properties: Properties;
  /** The properties that are secret, or contain a secret at any depth. */
  readonly secrets: ReadonlySet<string>;
}

/** From the engine's form to a handler's form, with the secret properties. */
export function openWire(wire: WireProperties): FromWire {
  const properties: Record<string, unknown> = {};
  const secrets = new Set<string>();
  for (const [name, value] of Object.entries(wire)) {
    // A property of a program that has the name of a hidden one is ignored.
    if (ON_WIRE.has(name)) continue;
    const property = OFF_WIRE.get(name) ?? name;
    properties[property] = opened(value, () => secrets.add(property));
  }
  return { properties, secrets };
}

/** All secret values at any depth: texts, numbers, and the lists and objects that contain them. */
export function secretValues(wire: unknown, isSecret = false): unknown[] {
  if (typeof wire !== "object" || wire === null) {
    return isSecret && (typeof wire === "string" || typeof wire === "number") && !UNKNOWNS.has(wire) ? [wire] : [];
  }
  const members = wire as Record<string, unknown>;
  const signature = members[SIGNATURE];
  if (signature === SECRET) return secretValues(members.value, true);
  if (signature === OUTPUT) return secretValues(members.value, isSecret || members.secret === true);
  const within = Object.values(members).flatMap((member) => secretValues(member, isSecret));
  return isSecret ? [wire, ...within] : within;
}

export function fromWire(wire: WireProperties): Properties {
  return openWire(wire).properties;
}

/** From a handler's form to the engine's form. Undefined members are left out, because protobuf's Struct refuses them. */
export function toWire(properties: Properties, secrets: ReadonlySet<string> = NONE): WireProperties {
  const wire: Record<string, unknown> = {};
  for (const [property, value] of Object.entries(properties)) {
    if (value === undefined) continue;
    const name = ON_WIRE.get(property) ?? property;
    const sent = sealed(value);
    wire[name] = secrets.has(property) ? secretOnWire(sent) : sent;
  }
  return wire;
}

export function secretOnWire(value: unknown): unknown {
  return { [SIGNATURE]: SECRET, value };
}

const NONE: ReadonlySet<string> = new Set();

function opened(value: unknown, noteSecret: () => void): unknown {
  if (UNKNOWNS.has(value)) return UNKNOWN;
  if (Array.isArray(value)) return value.map((member) => opened(member, noteSecret));
  if (typeof value !== "object" || value === null) return value;
  const members = value as Record<string, unknown>;
  const signature = members[SIGNATURE];
  const isSecret = signature === SECRET || (signature === OUTPUT && members.secret === true);
  if (isSecret) noteSecret();
  // An output value without a value is not known yet.
  if (signature === OUTPUT && members.value === undefined) return UNKNOWN;
  if (signature === SECRET || signature === OUTPUT) return opened(members.value, noteSecret);
  return mapped(members, (member) => opened(member, noteSecret));
}

function sealed(value: unknown): unknown {
  if (value === UNKNOWN) return UNKNOWN_ON_WIRE;
  if (Array.isArray(value)) return value.map(sealed);
  return typeof value === "object" && value !== null ? mapped(value, sealed) : value;
}

function mapped(members: object, each: (member: unknown) => unknown): object {
  const kept = Object.entries(members).filter(([, member]) => member !== undefined);
  return Object.fromEntries(kept.map(([name, member]) => [name, each(member)]));
}
