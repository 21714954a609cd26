/**
 * Translates zod shapes into Pulumi's schema. zod itself writes JSON Schema, and this code translates the rest. Pulumi needs
 * a name for every object and every choice of words (`.meta({ id })`), and has no patterns and limits.
 */
import { z } from "zod";
import type { EnumSpec, ObjectSpec, PropertySpec, TypeSpec } from "./format";

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** The named types that the shapes use, by token. */
export class NamedTypes {
  readonly specs: Record<string, ObjectSpec | EnumSpec> = {};

  constructor(private readonly packageName: string) {}

  /** The properties of a shape, as inputs of a program. Named types in it are added to `specs`. */
  object(shape: z.ZodRawShape): ObjectSpec {
    const { $defs = {}, ...json } = z.toJSONSchema(z.object(shape), { io: "input" });
    for (const [name, definition] of Object.entries($defs)) this.add(this.token(name), definition);
    return this.objectSpec(json);
  }

  private add(token: string, definition: JsonSchema): void {
    const spec = definition.enum ? enumSpec(definition) : this.objectSpec(definition);
    const known = this.specs[token];
    if (known && JSON.stringify(known) !== JSON.stringify(spec)) throw new Error(`two types are called ${token}`);
    this.specs[token] = spec;
  }

  private objectSpec({ description, properties = {}, required = [] }: JsonSchema): ObjectSpec {
    const specs = Object.entries(properties).map(([name, property]) => [name, this.property(name, property)]);
    return { ...text({ description }), type: "object", properties: Object.fromEntries(specs), required };
  }

  private property(name: string, schema: JsonSchema | boolean): PropertySpec {
    const { description, deprecationMessage, secret } = schemaOf(schema);
    const type = this.type(name, schema);
    return { ...type, ...text({ description, deprecationMessage }), ...(secret === true && { secret }) };
  }

  /** `path`: for the error about a type that Pulumi does not have. */
  private type(path: string, schema: JsonSchema | boolean): TypeSpec {
    const { $ref, type, items, additionalProperties, properties, anyOf, enum: words } = schemaOf(schema);
    if ($ref !== undefined) return { $ref: `#/types/${this.token($ref.replace("#/$defs/", ""))}` };
    if (properties || words) throw new Error(`${path} is an object or a choice without a name: give it .meta({ id })`);
    if (anyOf) return { oneOf: anyOf.map((one) => this.type(path, one)) };
    // JSON Schema's short form of a union of plain types.
    if (Array.isArray(type)) return { oneOf: type.map((one: string) => ({ type: one })) };
    if (type === "array" && items && !Array.isArray(items)) return { type, items: this.type(`${path}[]`, items) };
    if (type === "object" && additionalProperties) {
      return { type, additionalProperties: this.type(`${path}{}`, additionalProperties) };
    }
    if (type === "string" || type === "boolean" || type === "integer" || type === "number") return { type };
    throw new Error(`${path}: Pulumi has no word for ${JSON.stringify(schema)}`);
  }

  private token(name: string): string {
    return `${this.packageName}:index:${name}`;
  }
}

/** `words`: the meaning of each value. zod passes it on from `.meta()`. */
function enumSpec({ description, enum: values = [], words }: JsonSchema): EnumSpec {
  const meanings = (words ?? {}) as Readonly<Record<string, string>>;
  return {
    ...text({ description }),
    type: "string",
    enum: values.map((value) => ({ value: String(value), ...text({ description: meanings[String(value)] }) })),
  };
}

function schemaOf(schema: JsonSchema | boolean): JsonSchema {
  return typeof schema === "boolean" ? {} : schema;
}

/** The texts that are given. */
function text<Name extends string>(texts: Record<Name, unknown>): Partial<Record<Name, string>> {
  return Object.fromEntries(Object.entries(texts).filter(([, value]) => typeof value === "string")) as Partial<
    Record<Name, string>
  >;
}
