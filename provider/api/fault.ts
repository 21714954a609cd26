import type { z } from "zod";

/** What is wrong at one place of an input or a manifest. */
export interface Fault {
  /** `spec.pools[0].start`; "" for the whole. */
  readonly path: string;
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
      const path = pathText(issue.path);
      if (issue.code !== "unrecognized_keys") return [{ path, reason: reasonOf(issue, valueAt(value, issue.path)) }];
      return issue.keys.map((key) => ({ path: pathText([...issue.path, key]), reason: "no such property" }));
    }),
  };
}

/** `["pools", 0, "start"]` → `pools[0].start`; keys that are no plain words are quoted. */
export function pathText(path: readonly PropertyKey[]): string {
  let text = "";
  for (const part of path) {
    if (typeof part === "number") text += `[${part}]`;
    else if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(String(part))) text += text === "" ? String(part) : `.${String(part)}`;
    else text += `[${JSON.stringify(String(part))}]`;
  }
  return text;
}

/** Zod's sentence, with the value in front where it does not name it; undefined reads as "is required". */
function reasonOf(issue: z.core.$ZodIssue, value: unknown): string {
  if (value === undefined) return "is required";
  // What parses an address says so itself; see address-text.ts.
  if (issue.code === "custom" && issue.message.startsWith('"')) return issue.message;
  const shown = JSON.stringify(value) ?? String(value);
  return `${shown.length > 80 ? `${shown.slice(0, 77)}...` : shown}: ${issue.message}`;
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root;
  for (const part of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[part];
  }
  return value;
}
