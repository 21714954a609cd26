import type { MergePatch } from "./store";

/**
 * RFC 7386: null removes a member, an object is merged, anything else (arrays too) replaces.
 *
 * The function is pure. Unchanged parts are shared with `target`. Objects are rebuilt from entries, which define members
 * instead of assigning them. So a member called `__proto__` stays a member and does not change a prototype.
 */
export function mergePatch(target: unknown, patch: MergePatch): { [field: string]: unknown };
export function mergePatch(target: unknown, patch: unknown): unknown;
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const merged = new Map(isObject(target) ? Object.entries(target) : []);
  for (const [field, value] of Object.entries(patch)) {
    if (value === null) merged.delete(field);
    // JSON has no undefined, so such a member is not part of the patch.
    else if (value !== undefined) merged.set(field, mergePatch(merged.get(field), value));
  }
  return Object.fromEntries(merged);
}

/** True for what JSON calls an object. */
export function isObject(value: unknown): value is { [field: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
