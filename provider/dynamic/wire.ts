import { type Properties, UNKNOWN } from "../resources/handler";

/**
 * What any unknown value looks like on the wire, whatever its type: `unknownValue` in @pulumi/pulumi's
 * runtime/rpc.ts. It can stand at any depth, and where an array or object is expected.
 */
const UNKNOWN_ON_WIRE = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Properties as the engine sends and stores them: JSON values. */
export type WireProperties = Readonly<Record<string, unknown>>;

/** The engine's words to a handler's. */
export function fromWire(properties: WireProperties): Properties {
  return mapLeaves(properties, (leaf) => (leaf === UNKNOWN_ON_WIRE ? UNKNOWN : leaf));
}

/** A handler's words to the engine's. Undefined members are left out: protobuf's Struct refuses them. */
export function toWire(properties: Properties): WireProperties {
  return mapLeaves(properties, (leaf) => (leaf === UNKNOWN ? UNKNOWN_ON_WIRE : leaf));
}

function mapLeaves(properties: Properties, leafOf: (leaf: unknown) => unknown): Properties {
  const mapped = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(mapped);
    if (typeof value === "object" && value !== null) return mapLeaves({ ...value }, leafOf);
    return leafOf(value);
  };
  return Object.fromEntries(
    Object.entries(properties)
      .filter(([, value]) => value !== undefined)
      .map(([property, value]) => [property, mapped(value)]),
  );
}
