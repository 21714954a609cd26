/**
 * Which properties a resource fills in by itself. This follows from the shapes of its inputs and outputs, so no list has to
 * be kept in step with them.
 */
import { z } from "zod";
import { HIDDEN_PROPERTIES } from "./hidden";

export interface Shapes {
  readonly inputs: z.ZodRawShape;
  readonly outputs: z.ZodRawShape;
}

/** Outputs that a program cannot set, such as `capacity` of a pool. */
export function computedProperties({ inputs, outputs }: Shapes): string[] {
  return Object.keys(outputs).filter((property) => !Object.hasOwn(inputs, property));
}

/** All properties that state has and a program may leave out: computed ones, defaults of inputs, and hidden ones. */
export function filledProperties(shapes: Shapes): ReadonlySet<string> {
  return new Set([...HIDDEN_PROPERTIES, ...computedProperties(shapes), ...defaultedInputs(shapes)]);
}

/** Inputs that a program may leave out, and that have a default all the same: `namespace`. */
function defaultedInputs({ inputs, outputs }: Shapes): string[] {
  return Object.keys(inputs).filter((property) => isOptional(inputs[property]) && !isOptional(outputs[property]));
}

/** A property that a shape does not have may also be absent. */
function isOptional(schema: z.core.$ZodType | undefined): boolean {
  return schema === undefined || z.safeParse(schema, undefined).success;
}
