/**
 * Which properties a resource fills in by itself. The shapes of what goes in and comes out say it already, so there is no
 * list to keep beside them.
 */
import { z } from "zod";
import { HIDDEN_PROPERTIES } from "./hidden";

export interface Shapes {
  readonly inputs: z.ZodRawShape;
  readonly outputs: z.ZodRawShape;
}

/** Outputs that no program can say: `capacity` of a pool. */
export function computedProperties({ inputs, outputs }: Shapes): string[] {
  return Object.keys(outputs).filter((property) => !Object.hasOwn(inputs, property));
}

/** All that state has and a program may leave out: what is computed, the defaults of inputs, and what is hidden. */
export function filledProperties(shapes: Shapes): ReadonlySet<string> {
  return new Set([...HIDDEN_PROPERTIES, ...computedProperties(shapes), ...defaultedInputs(shapes)]);
}

/** Inputs that a program may leave out, and that are there all the same: `namespace`. */
function defaultedInputs({ inputs, outputs }: Shapes): string[] {
  return Object.keys(inputs).filter((property) => isOptional(inputs[property]) && !isOptional(outputs[property]));
}

/** What a shape does not have at all may be absent too. */
function isOptional(schema: z.core.$ZodType | undefined): boolean {
  return schema === undefined || z.safeParse(schema, undefined).success;
}
