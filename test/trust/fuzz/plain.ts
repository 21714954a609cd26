import assert from "node:assert/strict";

/** Only JSON: no key has set a prototype, and no part is there twice. */
export function assertPlain(value: unknown, depth = 0): void {
  if (typeof value !== "object" || value === null) return;
  const prototype = Object.getPrototypeOf(value);
  assert.ok(prototype === Object.prototype || prototype === Array.prototype, "a foreign prototype");
  assert.ok(depth < 2_000, "endless");
  for (const member of Object.values(value)) assertPlain(member, depth + 1);
}
