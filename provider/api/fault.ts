import type { z } from "zod";
import { quoted } from "../core/address";
import { type PropertyPath, pathText } from "./property-path";

/** One fault at one place of an input or a manifest. */
export interface Fault {
  /** `["spec", "pools", 0, "start"]`. Empty for the whole value. */
  readonly path: PropertyPath;
  /** One line that follows the path: the value, what is wrong with it, what to do. It ends with a full stop. */
  readonly reason: string;
}

/** Separates new faults from faults that were there before. The old ones are reported, but do not refuse an unchanged value. */
export function sinceBefore<F extends Fault>(
  faults: readonly F[],
  before: readonly Fault[],
): { fresh: F[]; kept: F[] } {
  const known = new Set(before.map(faultLine));
  const isKept = (fault: F) => known.has(faultLine(fault));
  return { fresh: faults.filter((fault) => !isKept(fault)), kept: faults.filter(isKept) };
}

/** `pools[0].start: "10.0.0" is not an IP address.` */
export function faultLine({ path, reason }: Fault): string {
  return `${pathText(path)}: ${reason}`;
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
      if (issue.code !== "unrecognized_keys") {
        const at = valueAt(value, issue.path);
        return [{ path, reason: at === undefined ? required(value, path) : reasonOf(issue, at) }];
      }
      return issue.keys.map((key) => ({
        path: [...path, key],
        reason: "is not a property. Correct its spelling, or remove it.",
      }));
    }),
  };
}

/** `params` of an issue whose message already names the value. Nothing is put in front of such a message. */
export const WHOLE = { isWhole: true } as const;

/** Names a key that differs from the missing one in case alone: an API server drops such a key silently. */
function required(root: unknown, path: PropertyPath): string {
  const key = String(path.at(-1));
  const beside = valueAt(root, path.slice(0, -1));
  const other = typeof beside === "object" && beside !== null && keyLike(Object.keys(beside), key);
  return other ? `is required. "${other}" is another key. Write "${key}".` : "is required.";
}

/** The one of `keys` that differs from `key` in case alone. */
export function keyLike(keys: readonly string[], key: string): string | undefined {
  return keys.find((one) => one !== key && one.toLowerCase() === key.toLowerCase());
}

/** Names the value and what is expected instead. Zod's own sentence is used where it is good enough. */
function reasonOf(issue: z.core.$ZodIssue, value: unknown): string {
  if (issue.code === "custom" && issue.params?.isWhole === true) return issue.message;
  const shown = shownValue(value);
  switch (issue.code) {
    case "invalid_type":
      if (value === null)
        return `is null, but must be ${WANTED[issue.expected] ?? issue.expected}. Leave it out to set no value.`;
      return `${shown} is ${kindOf(value)}, but must be ${WANTED[issue.expected] ?? issue.expected}.${nameIn(issue, value)}`;
    case "invalid_value":
      return `${shown} is not one of ${issue.values.map((one) => JSON.stringify(one)).join(", ")}.`;
    case "too_small":
      if (issue.origin === "array") return `needs ${issue.minimum} or more items.`;
      return issue.origin === "string"
        ? "is empty. Give it a value, or leave it out."
        : `${shown} is less than ${issue.minimum}.`;
    case "too_big":
      return `${shown} is more than ${issue.maximum}.`;
    case "invalid_key":
      return ended(`the key ${issue.issues.map((inner) => inner.message).join(", ")}`);
    case "custom":
      return ended(`${shown} ${issue.message}`);
    default:
      return ended(`${shown}: ${issue.message}`);
  }
}

/** The text with a full stop at its end. */
export function ended(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** Metal3 writes a reference as an object, `{name: pool1}`. */
function nameIn({ expected }: { readonly expected: string }, value: unknown): string {
  if (expected !== "string" || typeof value !== "object" || value === null) return "";
  const [[key, name] = ["", undefined], ...others] = Object.entries(value);
  const isName = key.toLowerCase() === "name" && typeof name === "string" && others.length === 0;
  return isName ? ` Write only ${quoted(name)}.` : "";
}

/** A value as messages show it. A long value is cut short. */
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

/** The names of zod's types in a user's words. */
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
