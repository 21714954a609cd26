/** Who changed a field, and when: Kubernetes' `metadata.managedFields` (structured-merge-diff's FieldsV1). */
import type { StoredManifest } from "../../api/meta";

type Write = NonNullable<StoredManifest["metadata"]["managedFields"]>[number];

/**
 * ` (manager, time)` of the last write of the field at `path`. What was removed belongs to nobody: then the text says
 * who has written to the object at all, and no more. (Not that it was removed after one of these: a manager's time is that of
 * its last write, which a removal does not move, and another field may have been written later.)
 */
export function authorText(object: StoredManifest, path: readonly (string | number)[], isRemoved = false): string {
  const writes = (object.metadata.managedFields ?? []).filter(({ time }) => time !== undefined).sort(latestFirst);
  // A store without FieldsV1 knows who wrote the object, not who wrote the field.
  const last = writes.find(({ fieldsV1 }) => fieldsV1 === undefined || owns(fieldsV1, path));
  if (last) return ` (${writeText(last)})`;
  // Through a status nothing else is changed.
  const others = writes.filter(({ subresource }) => !subresource);
  if (!isRemoved || others.length === 0) return "";
  const texts = others.slice(0, 3).map(writeText).join("; ");
  return ` (removed: Kubernetes records neither by whom nor when; the object was last written by ${texts})`;
}

function writeText({ manager = "unknown", time }: Write): string {
  return `${manager}, ${time}`;
}

function latestFirst(a: Write, b: Write): number {
  return (b.time ?? "").localeCompare(a.time ?? "");
}

/** True where the set holds the field, or a list around it: Metal3's lists are atomic. */
function owns(fields: unknown, path: readonly (string | number)[]): boolean {
  if (typeof fields !== "object" || fields === null) return false;
  const [step, ...rest] = path;
  if (step === undefined) return true;
  const within = (fields as Record<string, unknown>)[`f:${step}`];
  if (within !== undefined) return owns(within, rest);
  return typeof step === "number" && Object.keys(fields).length === 0;
}
