import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Properties } from "../../provider/resources/handler";
import type { Says } from "./world";

export type Row = Says & { readonly args: Properties };

/** Read as JSON: a compiler would turn a key `__proto__` into a prototype. */
export function table(name: string): Record<string, Row> {
  const rows: Record<string, Row> = JSON.parse(readFileSync(join(__dirname, "data", name), "utf8"));
  return Object.fromEntries(
    Object.entries(rows).map(([what, row]) => [what, { ...row, args: unfolded(row.args) as Properties }]),
  );
}

/** `{"$long": n}` stands for n letters, `{"$deep": n}` for n lists in each other, `{"$list": n}` for n names, `{"$number": "NaN"}` for what JSON has not. */
export function unfolded(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(unfolded);
  const { $long, $deep, $list, $number } = value as { [fold in "$long" | "$deep" | "$list"]?: number } & {
    $number?: string;
  };
  if ($number !== undefined) return Number($number);
  if ($long) return "a".repeat($long);
  if ($deep) return Array.from({ length: $deep }).reduce((inner: unknown) => [inner], []);
  if ($list) return Array.from({ length: $list }, (_, index) => `node-${index}`);
  const copy: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(value)) {
    Object.defineProperty(copy, key, { value: unfolded(member), enumerable: true, configurable: true, writable: true });
  }
  return copy;
}
