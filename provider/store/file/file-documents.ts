/** Splits a file into its documents as kubectl does: each begins after a line `---`, or is one more JSON object. */
import type { Kind } from "../../api/kinds";

/** The last alternative is a JSON object after another one. Within a document a comma would be between the two. */
const BEGINNINGS = /^---(?=\s|$)|(?<=\}\s*\n)\{/gm;

/** Comments, directives and blank lines do not make a document. */
const SAYS_NOTHING = /^\s*(#.*|%.*|(---|\.\.\.)\s*(#.*)?)?$/;

export interface DocumentText {
  readonly text: string;
  /** How many lines of the file come before it. */
  readonly linesBefore: number;
}

/** The documents that are not empty. */
export function documentsIn(file: string): DocumentText[] {
  const beginnings = [...file.matchAll(BEGINNINGS)].map(({ index }) => index).filter((index) => index > 0);
  let [start, linesBefore] = [0, 0];
  const documents: DocumentText[] = [];
  for (const end of [...beginnings, file.length]) {
    const text = file.slice(start, end);
    const lines = text.split("\n");
    if (!lines.every((line) => SAYS_NOTHING.test(line))) documents.push({ text, linesBefore });
    start = end;
    linesBefore += lines.length - 1;
  }
  return documents;
}

/** Recognises texts that may hold an object of these kinds. In JSON a slash may be escaped. */
export function mentionOf(kinds: readonly Kind[]): (text: string) => boolean {
  const groups = [...new Set(kinds.map(({ group }) => group.replaceAll(".", "\\.")))];
  const pattern = new RegExp(`(${groups.join("|")})\\\\?/v\\d`);
  return (text) => pattern.test(text);
}

/** The object, or the items of a list. `kubectl get -o yaml` writes a `List`, and the API itself an `IPPoolList`. */
export function objectsIn(document: unknown): unknown[] {
  if (typeof document !== "object" || document === null) return [];
  const { apiVersion, kind, items } = document as { apiVersion?: unknown; kind?: unknown; items?: unknown };
  if (typeof kind !== "string" || !kind.endsWith("List") || !Array.isArray(items)) return [document];
  // The items of the API's own lists have no apiVersion and kind. They follow from the list's.
  const said = kind === "List" ? {} : { apiVersion, kind: kind.slice(0, -"List".length) };
  return items.flatMap((item: unknown) =>
    objectsIn(typeof item === "object" && item !== null ? { ...said, ...item } : item),
  );
}
