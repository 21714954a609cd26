/**
 * The published manifest, which people read, edit, review and `kubectl apply`. It holds an object without the metadata that only
 * one store or cluster gives it.
 */
import { isAlias, isScalar, LineCounter, type Node, parseDocument, stringify, visit } from "yaml";
import { faultLine, readWith } from "../../api/fault";
import { apiVersionOf, type Kind } from "../../api/kinds";
import { type Manifest, manifest, type ObjectKey } from "../../api/meta";
import { IP_POOL } from "../../api/metal3/kinds";
import { isTooDeep } from "../yaml-depth";
import { type DocumentText, documentsIn } from "./file-documents";
import { faultWording } from "./wording";

/** Metadata that a manifest does not show. If a person writes it there, it is ignored. */
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
  // kubectl reads YAML 1.1, where a bare `on` is a boolean and `12:30` is a number. Quoted texts mean the same in both versions.
  const options = { compat: "yaml-1.1", lineWidth: 0, aliasDuplicateObjects: false } as const;
  const shown = withSortedEntries(shownPart(object));
  const text = stringify(shown, options);
  if (text.search(UNPRINTABLE) < 0) return text;
  // The library writes these characters unescaped. In quotes they can be escaped.
  const quotes = { defaultStringType: "QUOTE_DOUBLE", defaultKeyType: "QUOTE_DOUBLE" } as const;
  return stringify(shown, { ...options, ...quotes }).replaceAll(UNPRINTABLE, escaped);
}

/** Hosts come in any order. If the map is sorted, two branches that add different hosts seldom change the same line. */
function withSortedEntries(object: Manifest): Manifest {
  const spec = object.spec as { readonly preAllocations?: unknown } | undefined;
  const entries = spec?.preAllocations;
  if (object.kind !== IP_POOL.kind || typeof entries !== "object" || !entries || Array.isArray(entries)) return object;
  const sorted = Object.fromEntries(Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1)));
  return { ...object, spec: { ...spec, preAllocations: sorted } };
}

/** Characters that YAML does not allow (YAML 1.2, section 5.1), except those that JSON escapes. kubectl refuses them. */
const UNPRINTABLE = /[\u007f-\u0084\u0086-\u009f\ufeff\ufffe\uffff]/g;

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** The content of a manifest that a person may have edited. A fault is one line without the file's name. */
export type ReadManifest =
  | { readonly object: Manifest; readonly fault?: never }
  | { readonly object?: never; readonly fault: string };

export function readManifest(bytes: Uint8Array, kind: Kind, key: ObjectKey): ReadManifest {
  const read = readDocuments(bytes);
  if (read.fault !== undefined) return read;
  const [value, ...others] = read.values;
  if (others.length > 0) return { fault: faultWording.documents };
  const shape = shapeOf(value, kind, key);
  return shape.fault === undefined ? shape : { fault: cut(shape.fault) };
}

/** The values of a file's documents. Empty documents are left out. */
export type ReadDocuments =
  | { readonly values: readonly unknown[]; readonly fault?: never }
  | { readonly values?: never; readonly fault: string };

/** `isWanted`: which documents to read. Default: all. The others need not be YAML. */
export function readDocuments(bytes: Uint8Array, isWanted: (text: string) => boolean = () => true): ReadDocuments {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    const fault = faultOfText(text);
    if (fault !== undefined) return { fault };
    const values: unknown[] = [];
    for (const document of documentsIn(text).filter((one) => isWanted(one.text))) {
      const read = readDocument(document);
      // The fault may quote the file, and that may be long.
      if (read.fault !== undefined) return { fault: cut(read.fault) };
      if (read.value !== null && read.value !== undefined) values.push(read.value);
    }
    return { values };
  } catch (error) {
    if (error instanceof TypeError) return { fault: faultWording.notUtf8 };
    if (error instanceof RangeError) return { fault: faultWording.tooDeep };
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
  if (control) return faultWording.atLine(text.slice(0, control.index).split("\n").length, faultWording.control);
  return isTooDeep(text) ? faultWording.tooDeep : undefined;
}

function readDocument({
  text,
  linesBefore,
}: DocumentText):
  | { readonly value: unknown; readonly fault?: never }
  | { readonly value?: never; readonly fault: string } {
  const lines = new LineCounter();
  // The code below looks for duplicates, because the parser's own search takes quadratic time.
  const document = parseDocument(text, { prettyErrors: false, lineCounter: lines, uniqueKeys: false });
  // The parser reports an unclosed bracket at the very end. The message names the last line that is not blank.
  const end = text.trimEnd().length;
  const lineAt = (offset = 0) => linesBefore + lines.linePos(Math.min(offset, end)).line;
  const parserFault = document.errors[0] ?? document.warnings[0];
  if (parserFault) {
    const said = parserFault.message.replaceAll(/\s+/g, " ");
    return { fault: faultWording.parser(lineAt(parserFault.pos[0]), PARSER_WORDS[parserFault.code] ?? said) };
  }
  let fault: string | undefined;
  visit(document, {
    Node(_, node) {
      fault = faultOfNode(node);
      if (fault !== undefined) fault = faultWording.atLine(lineAt(node.range?.[0]), fault);
      return fault === undefined ? undefined : visit.BREAK;
    },
    Map(_, map) {
      const seen = new Set<unknown>();
      for (const { key: field, value } of map.items) {
        fault = faultOfKey(field, seen);
        if (fault === undefined) continue;
        const node = (field ?? value) as Node | null;
        fault = faultWording.atLine(lineAt(node?.range?.[0]), fault);
        return visit.BREAK;
      }
    },
  });
  return fault === undefined ? { value: document.toJS() } : { fault };
}

/** Replaces messages of the parser that are for programmers. */
const PARSER_WORDS: Readonly<Record<string, string>> = {
  MULTIPLE_DOCS: faultWording.parserDocuments,
  RESOURCE_EXHAUSTION: faultWording.parserDepth,
};

function faultOfNode(node: unknown): string | undefined {
  // Aliases can turn a thousand bytes into a billion, and a manifest does not need them.
  if (isAlias(node)) return faultWording.alias;
  if (!isScalar(node)) return undefined;
  const { value } = node;
  if (typeof value === "number" && !Number.isFinite(value)) return faultWording.notNumber(node.source);
  if (value !== null && typeof value === "object") return faultWording.notInJson;
  return undefined;
}

function faultOfKey(field: unknown, seen: Set<unknown>): string | undefined {
  if (!isScalar(field) || typeof field.value !== "string") return faultWording.notText;
  const name = field.value;
  if (name === "__proto__") return faultWording.protoField;
  if (name === "<<" && field.type === "PLAIN") return faultWording.mergeKey;
  if (seen.has(name)) return faultWording.duplicate(name);
  seen.add(name);
  return undefined;
}

function shapeOf(value: unknown, kind: Kind, key: ObjectKey): ReadManifest {
  if (value === null || value === undefined) return { fault: faultWording.empty };
  if (typeof value !== "object" || Array.isArray(value)) return { fault: faultWording.notMapping };
  const read = readWith(manifest, value);
  if (!read.ok) return { fault: read.faults.map(faultLine).join(" ") };
  const object = read.value;
  const expected = [
    ["apiVersion", object.apiVersion, apiVersionOf(kind)],
    ["kind", object.kind, kind.kind],
    ["metadata.namespace", object.metadata.namespace, key.namespace],
    ["metadata.name", object.metadata.name, key.name],
  ] as const;
  for (const [field, is, wanted] of expected) {
    if (is === wanted) continue;
    if (wanted === undefined) return { fault: faultWording.noneWanted(field, is, kind.kind) };
    return { fault: faultWording.otherPlace(field, is, wanted) };
  }
  return { object: shownPart(object) };
}
