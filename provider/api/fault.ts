import type { z } from "zod";
import { quoted } from "../core/address";
import type { PropertyPath } from "./property-path";

/** What is wrong at one place of an input or a manifest. */
export interface Fault {
  /** `["spec", "pools", 0, "start"]`; empty for the whole. */
  readonly path: PropertyPath;
  /** One line: the value, what is wrong with it, what to do. */
  readonly reason: string;
}

export type Read<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/** Every fault of a value against a schema, each at its path. */
export function readWith<T>(schema: z.ZodType<T>, value: unknown): Read<T> {
  const result = schema.safeParse(value);
  if (result.success) return { ok: true, value: result.data };
  return {
    ok: false,
    faults: result.error.issues.flatMap((issue): Fault[] => {
      const path = issue.path.map((step) => (typeof step === "number" ? step : String(step)));
      if (issue.code !== "unrecognized_keys") return [{ path, reason: reasonOf(issue, valueAt(value, issue.path)) }];
      return issue.keys.map((key) => ({
        path: [...path, key],
        reason: "no such property; correct its spelling, or remove it",
      }));
    }),
  };
}

/** `params` of an issue whose message names the value itself, so that there is nothing to put before it. */
export const WHOLE = { isWhole: true } as const;

/** The value, and what is wanted instead; undefined reads as "is required". Zod's own sentence for what it says well. */
function reasonOf(issue: z.core.$ZodIssue, value: unknown): string {
  if (value === undefined) return "is required";
  if (issue.code === "custom" && issue.params?.isWhole === true) return issue.message;
  const shown = shownValue(value);
  switch (issue.code) {
    case "invalid_type":
      if (value === null)
        return `is null, but ${WANTED[issue.expected] ?? issue.expected} is wanted; leave it out where nothing is meant`;
      return `${shown} is ${kindOf(value)}, but ${WANTED[issue.expected] ?? issue.expected} is wanted`;
    case "invalid_value":
      return `${shown} is not one of ${issue.values.map((one) => JSON.stringify(one)).join(", ")}`;
    case "too_small":
      if (issue.origin === "array") return `needs ${issue.minimum} or more items`;
      return issue.origin === "string"
        ? "is empty; write it, or leave it out"
        : `${shown} is less than ${issue.minimum}`;
    case "too_big":
      return `${shown} is more than ${issue.maximum}`;
    case "invalid_key":
      return `the key ${issue.issues.map((inner) => inner.message).join(", ")}`;
    default:
      return `${shown}: ${issue.message}`;
  }
}

/** A value as messages show it: a long one by its beginning. */
export function shownValue(value: unknown): string {
  if (typeof value === "string") return quoted(value);
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "number") return Number.isInteger(value) ? "a number" : "a fraction";
  if (typeof value === "string") return "text";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

/** Zod's words for types, in the words of a program's author. */
const WANTED: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
};

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root;
  for (const part of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[part];
  }
  return value;
}
