/**
 * The author and the time of a change to a field, from Kubernetes' `metadata.managedFields` (structured-merge-diff's
 * FieldsV1).
 */
import { FIELD_MANAGER, type StoredManifest } from "../../api/meta";

/** The file store's name for the author of an edited manifest. */
const BY_HAND = "hand edit";

type Write = NonNullable<StoredManifest["metadata"]["managedFields"]>[number];

/**
 * ` (changed by manager at time)` of the last write of the field at `path`. A removed field has no author. Then the text
 * names only the last recorded writer of the object. It does not say that the field was removed at that time: a removal
 * moves no time, and another field may have been written later. The text is short because the CLI cuts a line of a diff at
 * 150 characters.
 */
export function authorText(object: StoredManifest, path: readonly (string | number)[], isRemoved = false): string {
  const writes = (object.metadata.managedFields ?? []).filter(({ time }) => time !== undefined).sort(latestFirst);
  // A store without FieldsV1 knows the author of the object, but not of the field.
  const author = writes.find(({ fieldsV1 }) => fieldsV1 === undefined || owns(fieldsV1, path));
  if (author) return ` (changed ${byText(author)})`;
  const last = isRemoved && writes.find((write) => !isHousekeeping(write));
  return last ? ` (last recorded change ${byText(last)})` : "";
}

/**
 * The writers of an object, as this run found it first. The run's own writes are not drift, and an API server keeps only the
 * last time of each writer.
 */
export function writesBefore(found: StoredManifest, now: StoredManifest): readonly Write[] {
  const isOurs = ({ manager }: Write) => manager === FIELD_MANAGER;
  const [before, since] = [found, now].map(({ metadata }) => metadata.managedFields ?? []) as [Write[], Write[]];
  const others = since.filter((write) => !isOurs(write));
  const isSeen = (one: Write) =>
    others.some(({ manager, operation, subresource }) => {
      return manager === one.manager && operation === one.operation && subresource === one.subresource;
    });
  return [...others, ...before.filter((write) => isOurs(write) || !isSeen(write))];
}

/** Whether a write changed only the status, finalizers or owners. Such a write removes nothing from a spec. */
function isHousekeeping({ subresource, fieldsV1 }: Write): boolean {
  if (subresource) return true;
  const { "f:metadata": metadata, ...others } = fieldsV1 as Record<string, object>;
  const fields = Object.keys(metadata ?? {}).filter((field) => !/^(\.|f:finalizers|f:ownerReferences)$/.test(field));
  return Object.keys(others).length + fields.length === 0;
}

function byText({ manager = "unknown", time }: Write): string {
  return `by ${manager === BY_HAND ? "hand" : manager} at ${time}`;
}

function latestFirst(a: Write, b: Write): number {
  return (b.time ?? "").localeCompare(a.time ?? "");
}

/** True if the set holds the field, or a list around it. Metal3's lists are atomic. */
function owns(fields: unknown, path: readonly (string | number)[]): boolean {
  if (typeof fields !== "object" || fields === null) return false;
  const [step, ...rest] = path;
  if (step === undefined) return true;
  const within = (fields as Record<string, unknown>)[`f:${step}`];
  if (within !== undefined) return owns(within, rest);
  return typeof step === "number" && Object.keys(fields).length === 0;
}
