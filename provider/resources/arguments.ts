import type { z } from "zod";
import { keyLike, readWith } from "../api/fault";
import type { PropertyPath } from "../api/property-path";
import { type CheckFailure, type Properties, UNKNOWN } from "./handler";
import { argumentWording } from "./wording";

export interface Arguments<Shape extends z.ZodRawShape> {
  /** Absent if not given, faulty, or not known before the update. */
  readonly args: { readonly [Property in keyof Shape]?: z.output<Shape[Property]> };
  /** Top-level properties that are, or contain, something not known before the update. */
  readonly unknown: ReadonlySet<string>;
  readonly failures: CheckFailure[];
}

/** Reads each property by its own schema. So every fault is reported at once, and the good properties can be used. */
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

/** More levels than any argument has, and few enough for recursive readers. */
const MAX_DEPTH = 64;

/**
 * Faults that a schema does not find: a key that would become a prototype and vanish, and nesting that would exhaust the
 * stack.
 */
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

/** Looks no deeper than an argument may be nested. Deeper ones are refused. */
export function holdsUnknown(value: unknown, depth = 0): boolean {
  if (value === UNKNOWN) return true;
  if (typeof value !== "object" || value === null || depth > MAX_DEPTH) return false;
  return Object.values(value).some((member) => holdsUnknown(member, depth + 1));
}

export function without(properties: Properties, names: readonly string[]): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([property]) => !names.includes(property)));
}

/** Without undefined members, so that stored and compared properties are those that were given. */
export function present(properties: Properties): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined));
}

/** The properties whose values differ. Absence is a value too, and one that is not known yet may differ. */
export function changedProperties(olds: Properties, news: Properties, properties: readonly string[]): string[] {
  return properties.filter((property) => {
    const value = news[property];
    return holdsUnknown(value) || canonicalJson(olds[property]) !== canonicalJson(value);
  });
}

/** JSON with sorted keys, so that equal values give equal texts. */
export function canonicalJson(value: unknown): string {
  return (
    JSON.stringify(value, (_, member: unknown) => {
      if (typeof member !== "object" || member === null || Array.isArray(member)) return member;
      return Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)));
    }) ?? "undefined"
  );
}
