/** Rows of bad values. Every place in them must be refused. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Properties } from "../../../provider/resources/handler";
import { unfolded } from "../../bad-input/tables";
import badTexts from "../../data/bad-addresses.json";
import addresses from "./data/odd-addresses.json";
import names from "./data/odd-names.json";
import numbers from "./data/odd-numbers.json";
import { member, PLACES, type Place, type Takes } from "./places";

/** Read as JSON, because a compiler would turn a key `__proto__` into a prototype. */
const types: Record<string, unknown> = JSON.parse(readFileSync(join(__dirname, "data/wrong-types.json"), "utf8"));

export interface Case {
  readonly place: Place;
  readonly what: string;
  readonly args: Properties;
  /** The path of the fault. A path below is also right. */
  readonly path: string;
}

/** The number of rows. Each is tried in many places. */
export const ROWS = new Set([
  ...badTexts.map(([text, kind]) => `${kind} ${text}`),
  ...addresses.map((text) => `address ${text}`),
  ...names.map((text) => `name ${text}`),
  ...Object.keys(numbers).map((what) => `number ${what}`),
  ...Object.keys(types).map((what) => `type ${what}`),
]).size;

/** Required properties. Empty values are faults there, too. */
const REQUIRED = /^(pool|name|host|hosts|pools|ownerReferences\[0\]\.(name|uid|kind|apiVersion))$/;

/** Null and an empty text omit an optional property. Only null omits a member of a map. */
function saysNothing(value: unknown, { of, path }: Pick<Place, "of" | "path">): boolean {
  if (of === "configuration" || REQUIRED.test(path) || path.endsWith("[0]")) return false;
  return value === null || (value === "" && !path.endsWith(".a"));
}

/** Whether the place accepts a value of this type. Then it is no fault, or another one. */
function fits(value: unknown, takes: Takes, path: string): boolean {
  const isText = typeof value === "string";
  const isList = Array.isArray(value);
  const isObject = typeof value === "object" && value !== null && !isList;
  if (path === "prefix" || path.endsWith(".prefix")) return typeof value === "number" && [0, 1].includes(value);
  if (takes === "text") return isText && (value !== "" || /^(labels|annotations)/.test(path));
  if (takes === "flag") return typeof value === "boolean";
  if (takes === "list") return isList && !value.some((one) => typeof one !== "string");
  if (takes === "entries") return isList && value.length === 0;
  if (takes === "texts")
    return (
      isObject && !Object.hasOwn(value, "__proto__") && Object.values(value).every((one) => typeof one === "string")
    );
  return takes === "name" || takes === "namespace" ? isText && /^[a-z0-9]{1,60}$/.test(value) : false;
}

function rowsFor(place: Place): [what: string, value: unknown][] {
  return badValues(place).filter(([, value]) => !saysNothing(value, place));
}

function badValues({ takes, path }: Place): [what: string, value: unknown][] {
  const wrong = Object.entries(types)
    .map(([what, folded]): [string, unknown] => [what, unfolded(folded)])
    .filter(([, value]) => !fits(value, takes, path));
  const quoted = (texts: readonly string[]) =>
    texts.map((text): [string, unknown] => [JSON.stringify(text.slice(0, 60)), text]);
  const isSubnet = path.endsWith("subnet");
  const isRange = /^(excludes|dhcpRanges)/.test(path);
  const kind = isSubnet ? "subnet" : isRange ? "range" : "address";
  // A text that is no address may be a range.
  const texts = [...badTexts.filter(([, of]) => of === kind).map(([text]) => text!), ...addresses];
  switch (takes) {
    case "address":
      return [...wrong, ...quoted(texts.filter((text) => !isGoodElsewhere(text, isSubnet, isRange)))];
    case "name":
      return [...wrong, ...quoted(names)];
    case "namespace":
      return [...wrong, ...quoted([...names, "a.b", "a".repeat(64)])];
    case "prefix":
      return [...wrong, ...Object.entries(numbers).map(([what, value]): [string, unknown] => [what, unfolded(value)])];
    case "word":
      return [
        ...wrong,
        ...quoted(["Error", "next ", "lowest\n", "__proto__", "constructor", "\uff4eext", ...names.slice(1, 4)]),
      ];
    default:
      return wrong;
  }
}

function isGoodElsewhere(text: string, isSubnet: boolean, isRange: boolean): boolean {
  if (isSubnet) return ["10.0.0.1/24", "::1/128"].includes(text);
  return isRange && ["10.0.0.1-10.0.0.1", "::1/128"].includes(text);
}

/** Keys that are no names, and keys of prototypes, for maps with keys of the program. */
function keyCases(place: Place): Case[] {
  if (place.takes !== "texts" || !["pins", "preAllocations"].includes(place.path)) return [];
  return names.map((key) => ({
    place,
    what: `key ${JSON.stringify(key.slice(0, 60))}`,
    args: place.args(member(key, "10.1.0.1")),
    path: place.path,
  }));
}

export function casesOf(place: Place): Case[] {
  const values = rowsFor(place).map(([what, value]) => ({ place, what, args: place.args(value), path: place.path }));
  return [...values, ...keyCases(place)];
}

/** An unknown property, on each of them. */
export function strangeProperties(): Case[] {
  const kinds = [...new Map(PLACES.map((place) => [place.of, place])).values()];
  return kinds.flatMap((place) =>
    ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "adress", "Address", "a b", "\u202e"].map(
      (key) => ({
        place,
        what: `property ${JSON.stringify(key)}`,
        args: { ...member(key, { polluted: true }) },
        path: key,
      }),
    ),
  );
}
