import type { z } from "zod";
import { quoted } from "../core/address";
import { type PropertyPath, pathText } from "./property-path";

/** What is wrong at one place of an input or a manifest. */
export interface Fault {
  /** `["spec", "pools", 0, "start"]`; empty for the whole. */
  readonly path: PropertyPath;
  /** One line: the value, what is wrong with it, what to do. */
  readonly reason: string;
}

/** The faults that are new, and those that were there before: these are told, and not held against who only keeps them. */
export function sinceBefore<F extends Fault>(
  faults: readonly F[],
  before: readonly Fault[],
): { fresh: F[]; kept: F[] } {
  const textOf = ({ path, reason }: Fault) => `${pathText(path)}: ${reason}`;
  const known = new Set(before.map(textOf));
  const isKept = (fault: F) => known.has(textOf(fault));
  return { fresh: faults.filter((fault) => !isKept(fault)), kept: faults.filter(isKept) };
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
        reason: "no such property; correct its spelling, or remove it",
      }));
    }),
  };
}

/** `params` of an issue whose message names the value itself, so that there is nothing to put before it. */
export const WHOLE = { isWhole: true } as const;

/** A missing key that is there in other letters: an API server drops such a key silently. */
function required(root: unknown, path: PropertyPath): string {
  const key = String(path.at(-1));
  const beside = valueAt(root, path.slice(0, -1));
  const other = typeof beside === "object" && beside !== null && keyLike(Object.keys(beside), key);
  return other ? `is required; "${other}" is another key: write "${key}"` : "is required";
}

/** The one of `keys` that differs from this one in case alone. */
export function keyLike(keys: readonly string[], key: string): string | undefined {
  return keys.find((one) => one !== key && one.toLowerCase() === key.toLowerCase());
}

/** The value, and what is wanted instead. Zod's own sentence for what it says well. */
function reasonOf(issue: z.core.$ZodIssue, value: unknown): string {
  if (issue.code === "custom" && issue.params?.isWhole === true) return issue.message;
  const shown = shownValue(value);
  switch (issue.code) {
    case "invalid_type":
      if (value === null)
        return `is null, but ${WANTED[issue.expected] ?? issue.expected} is wanted; leave it out where nothing is meant`;
      return `${shown} is ${kindOf(value)}, but ${WANTED[issue.expected] ?? issue.expected} is wanted${nameIn(issue, value)}`;
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

/** Metal3 writes a reference as an object, `{name: pool1}`. */
function nameIn({ expected }: { readonly expected: string }, value: unknown): string {
  if (expected !== "string" || typeof value !== "object" || value === null) return "";
  const [[key, name] = ["", undefined], ...others] = Object.entries(value);
  const isName = key.toLowerCase() === "name" && typeof name === "string" && others.length === 0;
  return isName ? `: write ${quoted(name)} alone` : "";
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
