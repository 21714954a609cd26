/**
 * The published manifest: what people read, edit, review and `kubectl apply`. It holds an object without what only one
 * store or cluster can say of it.
 */
import { isAlias, isScalar, LineCounter, type Node, parseDocument, stringify, visit } from "yaml";
import { readWith } from "../../api/fault";
import { apiVersionOf, type Kind } from "../../api/kinds";
import { type Manifest, manifest, type ObjectKey } from "../../api/meta";
import { IP_POOL } from "../../api/metal3/kinds";
import { pathText } from "../../api/property-path";
import { isTooDeep } from "../yaml-depth";
import { type DocumentText, documentsIn } from "./file-documents";

/** Metadata that a manifest does not show; what somebody writes there by hand is ignored. */
export const UNSHOWN_METADATA: readonly string[] = [
  "resourceVersion",
  "uid",
  "ownerReferences",
  "managedFields",
  "creationTimestamp",
  "generation",
];

/** The part of an object that its manifest shows. */
export function shownPart(object: Manifest): Manifest {
  const { apiVersion, kind, metadata, ...rest } = object;
  const shown = Object.fromEntries(Object.entries(metadata).filter(([field]) => !UNSHOWN_METADATA.includes(field)));
  return { apiVersion, kind, metadata: shown as Manifest["metadata"], ...rest };
}

export function renderManifest(object: Manifest): string {
  // kubectl reads YAML 1.1, where a bare `on` is a boolean and `12:30` a number: quoted, they are the same in both.
  const options = { compat: "yaml-1.1", lineWidth: 0, aliasDuplicateObjects: false } as const;
  const shown = withSortedEntries(shownPart(object));
  const text = stringify(shown, options);
  if (text.search(UNPRINTABLE) < 0) return text;
  // The library writes them as they are; in quotes they can be escaped.
  const quotes = { defaultStringType: "QUOTE_DOUBLE", defaultKeyType: "QUOTE_DOUBLE" } as const;
  return stringify(shown, { ...options, ...quotes }).replaceAll(UNPRINTABLE, escaped);
}

/** Hosts come in any order; in a sorted map, two branches that add different ones seldom touch the same line. */
function withSortedEntries(object: Manifest): Manifest {
  const spec = object.spec as { readonly preAllocations?: unknown } | undefined;
  const entries = spec?.preAllocations;
  if (object.kind !== IP_POOL.kind || typeof entries !== "object" || !entries || Array.isArray(entries)) return object;
  const sorted = Object.fromEntries(Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1)));
  return { ...object, spec: { ...spec, preAllocations: sorted } };
}

/** What no YAML text may hold (YAML 1.2, section 5.1), but for what JSON escapes already; kubectl refuses it. */
const UNPRINTABLE = /[\u007f-\u0084\u0086-\u009f\ufeff\ufffe\uffff]/g;

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** What a person left in the file; a fault is one line without the file's name. */
export type ReadManifest =
  | { readonly object: Manifest; readonly fault?: never }
  | { readonly object?: never; readonly fault: string };

export function readManifest(bytes: Uint8Array, kind: Kind, key: ObjectKey): ReadManifest {
  const read = readDocuments(bytes);
  if (read.fault !== undefined) return read;
  const [value, ...others] = read.values;
  if (others.length > 0) return { fault: "more than one document" };
  const shape = shapeOf(value, kind, key);
  return shape.fault === undefined ? shape : { fault: cut(shape.fault) };
}

/** What a file says, document by document; one that says nothing is left out. */
export type ReadDocuments =
  | { readonly values: readonly unknown[]; readonly fault?: never }
  | { readonly values?: never; readonly fault: string };

/** `isWanted`: the documents to read; default: all. The text of the others need not be YAML. */
export function readDocuments(bytes: Uint8Array, isWanted: (text: string) => boolean = () => true): ReadDocuments {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    const fault = faultOfText(text);
    if (fault !== undefined) return { fault };
    const values: unknown[] = [];
    for (const document of documentsIn(text).filter((one) => isWanted(one.text))) {
      const read = readDocument(document);
      // It may quote what is in the file, and that may be long.
      if (read.fault !== undefined) return { fault: cut(read.fault) };
      if (read.value !== null && read.value !== undefined) values.push(read.value);
    }
    return { values };
  } catch (error) {
    if (error instanceof TypeError) return { fault: "it is not UTF-8 text" };
    if (error instanceof RangeError) return { fault: "it is nested too deeply" };
    throw error;
  }
}

const MAX_FAULT_LENGTH = 400;

function cut(fault: string): string {
  return fault.length > MAX_FAULT_LENGTH ? `${fault.slice(0, MAX_FAULT_LENGTH)}...` : fault;
}

function faultOfText(text: string): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what YAML 1.2 section 5.1 forbids.
  const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.exec(text);
  if (control) return `line ${text.slice(0, control.index).split("\n").length}: a control character`;
  return isTooDeep(text) ? "it is nested too deeply" : undefined;
}

function readDocument({
  text,
  linesBefore,
}: DocumentText):
  | { readonly value: unknown; readonly fault?: never }
  | { readonly value?: never; readonly fault: string } {
  const lines = new LineCounter();
  // Duplicates are looked for below: the parser's own search takes quadratic time.
  const document = parseDocument(text, { prettyErrors: false, lineCounter: lines, uniqueKeys: false });
  // What is never closed is missed at the very end: say the last line that has something in it.
  const end = text.trimEnd().length;
  const at = (offset = 0) => `line ${linesBefore + lines.linePos(Math.min(offset, end)).line}: `;
  const parserFault = document.errors[0] ?? document.warnings[0];
  if (parserFault) {
    const said = PARSER_WORDS[parserFault.code] ?? parserFault.message.replaceAll(/\s+/g, " ");
    return { fault: at(parserFault.pos[0]) + said };
  }
  let fault: string | undefined;
  visit(document, {
    Node(_, node) {
      fault = faultOfNode(node);
      if (fault !== undefined) fault = at(node.range?.[0]) + fault;
      return fault === undefined ? undefined : visit.BREAK;
    },
    Map(_, map) {
      const seen = new Set<unknown>();
      for (const { key: field, value } of map.items) {
        fault = faultOfKey(field, seen);
        if (fault === undefined) continue;
        const node = (field ?? value) as Node | null;
        fault = at(node?.range?.[0]) + fault;
        return visit.BREAK;
      }
    },
  });
  return fault === undefined ? { value: document.toJS() } : { fault };
}

/** Where the parser speaks to programmers. */
const PARSER_WORDS: Readonly<Record<string, string>> = {
  MULTIPLE_DOCS: "more than one document",
  RESOURCE_EXHAUSTION: "it is nested too deeply",
};

function faultOfNode(node: unknown): string | undefined {
  // An alias can make a thousand bytes a billion; a manifest has no use for one.
  if (isAlias(node)) return "an alias (*): write the value out";
  if (!isScalar(node)) return undefined;
  const { value } = node;
  if (typeof value === "number" && !Number.isFinite(value)) return `${node.source}: not a JSON number`;
  if (value !== null && typeof value === "object") return "a value that JSON does not have";
  return undefined;
}

function faultOfKey(field: unknown, seen: Set<unknown>): string | undefined {
  if (!isScalar(field) || typeof field.value !== "string") {
    return "a key that is not text: write it in quotes";
  }
  const name = field.value;
  if (name === "__proto__") return "a field cannot be called __proto__";
  if (name === "<<" && field.type === "PLAIN") return "a merge key (<<): write the fields out";
  if (seen.has(name)) return `duplicate key ${JSON.stringify(name)}`;
  seen.add(name);
  return undefined;
}

function shapeOf(value: unknown, kind: Kind, key: ObjectKey): ReadManifest {
  if (value === null || value === undefined) return { fault: "it is empty" };
  if (typeof value !== "object" || Array.isArray(value)) return { fault: "it is not a mapping of fields" };
  const read = readWith(manifest, value);
  if (!read.ok) {
    return { fault: read.faults.map(({ path, reason }) => `${pathText(path)}: ${reason}`).join("; ") };
  }
  const object = read.value;
  const expected = [
    ["apiVersion", object.apiVersion, apiVersionOf(kind)],
    ["kind", object.kind, kind.kind],
    ["metadata.namespace", object.metadata.namespace, key.namespace],
    ["metadata.name", object.metadata.name, key.name],
  ] as const;
  for (const [field, is, wanted] of expected) {
    if (is === wanted) continue;
    if (wanted === undefined) return { fault: `${field} is ${JSON.stringify(is)}, ${kind.kind} objects have none` };
    return { fault: `${field} is ${JSON.stringify(is) ?? "missing"}, its place says ${JSON.stringify(wanted)}` };
  }
  return { object: shownPart(object) };
}
