/**
 * The canonical form of a program's inputs, for state and the backend. Each address, subnet and range has one spelling. A
 * number replaces a text that says one. `null` becomes absent, and so does an empty text or map if the property is optional.
 * A text that cannot be read stays as it is, because its fault quotes it.
 *
 * The schemas know all of this, so the code walks the inputs along them.
 */
import { z } from "zod";
import { canonicalText } from "../api/address-text";
import type { Properties } from "./handler";

/** Canonical values for the properties of a shape. Others stay, unless they are null. */
export function canonicalWords(shape: z.core.$ZodShape, said: Properties): Properties {
  return members(said, (name, value) => (Object.hasOwn(shape, name) ? canonical(shape[name]!, value) : value));
}

type Walk = (schema: z.core.$ZodType, value: unknown) => unknown;

const canonical: Walk = (schema, value) => {
  if (schema instanceof z.core.$ZodOptional) {
    const { innerType } = schema._zod.def;
    const said = value === null || value === "" ? undefined : canonical(innerType, value);
    return innerType instanceof z.core.$ZodRecord && hasNoMembers(said) ? undefined : said;
  }
  if (typeof value === "string") return canonicalText(schema, value) ?? numberIn(schema, value) ?? value;
  if (Array.isArray(value)) {
    return schema instanceof z.core.$ZodArray ? value.map((one) => canonical(schema._zod.def.element, one)) : value;
  }
  if (typeof value !== "object" || value === null) return value;
  if (schema instanceof z.core.$ZodObject) return canonicalWords(schema._zod.def.shape, value as Properties);
  if (!(schema instanceof z.core.$ZodRecord)) return value;
  const { valueType } = schema._zod.def;
  return members(value, (_, member) => canonical(valueType, member));
};

/** The members that have a value. */
function members(of: object, each: (name: string, value: unknown) => unknown): Properties {
  const said = Object.entries(of).map(
    ([name, value]) => [name, value === null ? undefined : each(name, value)] as const,
  );
  return Object.fromEntries(said.filter(([, value]) => value !== undefined));
}

function hasNoMembers(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;
}

/** `"24"` for 24, because configuration and the environment have texts. A leading zero may mean octal. */
function numberIn(schema: z.core.$ZodType, text: string): number | undefined {
  return schema instanceof z.core.$ZodNumber && /^(0|[1-9][0-9]{0,8})$/.test(text) ? Number(text) : undefined;
}
