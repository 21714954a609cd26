/**
 * A quick look at an object before its schema. A list may have 65,000 objects, and the schema copies each one, member by
 * member. Nearly all of them are as the schema would leave them.
 */
import { hasNullMember } from "./meta";

/** True if the schema of a stored manifest takes the value as it is. False if only the schema can tell. */
export function isPlainManifest(value: unknown): boolean {
  if (!isMap(value) || !isText(value.apiVersion) || !isText(value.kind)) return false;
  const { metadata } = value;
  return isMap(metadata) && isPlainMetadata(metadata) && !hasNullMember(metadata);
}

function isPlainMetadata(metadata: Map): boolean {
  const { name, uid, resourceVersion, namespace, creationTimestamp, deletionTimestamp } = metadata;
  const { labels, annotations, ownerReferences, finalizers, managedFields } = metadata;
  return (
    [name, uid, resourceVersion].every(isText) &&
    [namespace, creationTimestamp, deletionTimestamp].every(mayBeText) &&
    [labels, annotations].every(mayBeTexts) &&
    mayBeList(ownerReferences, isOwner) &&
    mayBeList(finalizers, isText) &&
    mayBeList(managedFields, isWrite)
  );
}

type Map = Readonly<Record<string, unknown>>;

function isMap(value: unknown): value is Map {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isText(value: unknown): boolean {
  return typeof value === "string";
}

function mayBeText(value: unknown): boolean {
  return value === undefined || isText(value);
}

function mayBeTexts(value: unknown): boolean {
  return value === undefined || (isMap(value) && Object.values(value).every(isText));
}

function mayBeList(value: unknown, isItem: (item: unknown) => boolean): boolean {
  return value === undefined || (Array.isArray(value) && value.every(isItem));
}

function isOwner(value: unknown): boolean {
  return isMap(value) && [value.apiVersion, value.kind, value.name, value.uid].every(isText);
}

function isWrite(value: unknown): boolean {
  return isMap(value) && [value.manager, value.operation, value.time].every(mayBeText);
}
