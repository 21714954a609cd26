import type { z } from "zod";
import { keyLike, readWith } from "../api/fault";
import type { PropertyPath } from "../api/property-path";
import { type CheckFailure, type Properties, UNKNOWN } from "./handler";
import { argumentWording } from "./wording";

export interface Arguments<Shape extends z.ZodRawShape> {
  /** Absent: not given, faulty, or not known before the update. */
  readonly args: { readonly [Property in keyof Shape]?: z.output<Shape[Property]> };
  /** Top-level properties that are, or hold, something not known before the update. */
  readonly unknown: ReadonlySet<string>;
  readonly failures: CheckFailure[];
}

/** Reads each property by its own schema, so that every fault is told at once and the good ones can be used. */
export function readArguments<Shape extends z.ZodRawShape>(shape: Shape, news: Properties): Arguments<Shape> {
  const args: Record<string, unknown> = {};
  const unknown = new Set<string>();
  const failures: CheckFailure[] = [];
  for (const property of Object.keys(news)) {
    if (Object.hasOwn(shape, property) || news[property] === undefined) continue;
    const meant = keyLike(Object.keys(shape), property);
    failures.push({ path: [property], reason: argumentWording.noSuchProperty(Object.keys(shape), meant) });
  }
  for (const [property, schema] of Object.entries(shape)) {
    const value = Object.hasOwn(news, property) ? news[property] : undefined;
    const unfit = unfitPath(value, [property]);
    if (unfit !== undefined) {
      failures.push(unfit);
      continue;
    }
    if (holdsUnknown(value)) {
      unknown.add(property);
      continue;
    }
    const read = readWith(schema as z.ZodType, value);
    if (read.ok) {
      if (read.value !== undefined) args[property] = read.value;
      continue;
    }
    for (const { path, reason } of read.faults) {
      failures.push({ path: [property, ...path], reason });
    }
  }
  return { args: args as Arguments<Shape>["args"], unknown, failures };
}

/** Deeper than any argument, and far from where a reader's stack ends. */
const MAX_DEPTH = 64;

/** What no schema sees: a key that would become a prototype and vanish, and depths that end a process. */
function unfitPath(value: unknown, path: PropertyPath): CheckFailure | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (path.length > MAX_DEPTH) return { path: path.slice(0, 1), reason: argumentWording.tooDeep(MAX_DEPTH) };
  if (!Array.isArray(value) && Object.hasOwn(value, "__proto__")) {
    return { path: [...path, "__proto__"], reason: argumentWording.proto };
  }
  for (const [key, member] of Object.entries(value)) {
    const found = unfitPath(member, [...path, Array.isArray(value) ? Number(key) : key]);
    if (found) return found;
  }
  return undefined;
}

/** Not looked for deeper than any argument may be: what is, is refused. */
export function holdsUnknown(value: unknown, depth = 0): boolean {
  if (value === UNKNOWN) return true;
  if (typeof value !== "object" || value === null || depth > MAX_DEPTH) return false;
  return Object.values(value).some((member) => holdsUnknown(member, depth + 1));
}

export function without(properties: Properties, names: readonly string[]): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([property]) => !names.includes(property)));
}

/** Without members that are undefined, so that what is stored and compared is what was said. */
export function present(properties: Properties): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined));
}

/** The properties whose values differ, absence among them; one that is not known yet may differ. */
export function changedProperties(olds: Properties, news: Properties, properties: readonly string[]): string[] {
  return properties.filter((property) => {
    const value = news[property];
    return holdsUnknown(value) || canonicalJson(olds[property]) !== canonicalJson(value);
  });
}

/** JSON with sorted keys: equal texts, equal values. */
export function canonicalJson(value: unknown): string {
  return (
    JSON.stringify(value, (_, member: unknown) => {
      if (typeof member !== "object" || member === null || Array.isArray(member)) return member;
      return Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)));
    }) ?? "undefined"
  );
}
