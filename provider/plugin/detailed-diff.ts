/** The differences between two sets of properties, leaf by leaf, for a preview. */
import { holdsUnknown } from "../resources/arguments";
import { isListOfNames, stayingMembers } from "./list-diff";
import { type PropertyPath, propertyPathText } from "./property-path";

export type Kind = "add" | "delete" | "update";

/** Property path → kind of change. If a property changes but none of its leaves does, the whole property is an update. */
export function detailedDiff(olds: unknown, news: unknown, path: PropertyPath): Map<string, Kind> {
  const found = new Map<string, Kind>();
  compare(olds, news, path, found);
  if (found.size === 0) found.set(propertyPathText(path), "update");
  return found;
}

function compare(olds: unknown, news: unknown, path: PropertyPath, found: Map<string, Kind>): void {
  if (isSame(olds, news)) return;
  if (olds === undefined || olds === null) found.set(propertyPathText(path), "add");
  else if (news === undefined || news === null) found.set(propertyPathText(path), "delete");
  else if (isListOfNames(olds) && isListOfNames(news)) compareNames(olds, news, path, found);
  else if (isContainer(olds) && isContainer(news) && Array.isArray(olds) === Array.isArray(news)) {
    for (const key of new Set([...Object.keys(olds), ...Object.keys(news)])) {
      compare(olds[key], news[key], [...path, Array.isArray(olds) ? Number(key) : key], found);
    }
  } else found.set(propertyPathText(path), "update");
}

/**
 * Shows each removed member at its old place and each new one at its new place. If both have the same place, that is an
 * update.
 */
function compareNames(
  olds: readonly (string | number)[],
  news: readonly (string | number)[],
  path: PropertyPath,
  found: Map<string, Kind>,
): void {
  const staying = stayingMembers(olds, news);
  const goes = (index: number) => index < olds.length && !staying.has(olds[index]!);
  const comes = (index: number) => index < news.length && !staying.has(news[index]!);
  for (let index = 0; index < Math.max(olds.length, news.length); index += 1) {
    const kind = goes(index) ? (comes(index) ? "update" : "delete") : comes(index) ? "add" : undefined;
    if (kind) found.set(propertyPathText([...path, index]), kind);
  }
}

function isSame(olds: unknown, news: unknown): boolean {
  return olds === news || (!holdsUnknown(news) && JSON.stringify(olds) === JSON.stringify(news));
}

function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
