/** Who changed a field, and when: Kubernetes' `metadata.managedFields` (structured-merge-diff's FieldsV1). */
import type { StoredManifest } from "../../api/meta";

type Write = NonNullable<StoredManifest["metadata"]["managedFields"]>[number];

/**
 * ` (manager, time)` of the last write of the field at `path`. A removal leaves no trace of who did it: then all that
 * is known is when the object was last seen with it, and the text says so. Nothing where the backend records nothing.
 */
export function authorText(object: StoredManifest, path: readonly (string | number)[], isRemoved = false): string {
  const writes = (object.metadata.managedFields ?? []).filter(({ time }) => time !== undefined);
  const whole = writes.filter(({ fieldsV1 }) => fieldsV1 === undefined);
  // A store without FieldsV1 knows who wrote the object, not who wrote the field.
  const last = latest(isRemoved ? whole : [...whole, ...writes.filter((write) => owns(write.fieldsV1, path))]);
  if (last) return ` (${last.manager ?? "unknown"}, ${last.time})`;
  const seen = latest(writes);
  return isRemoved && seen ? ` (removed after ${seen.time}; Kubernetes records nobody for a removal)` : "";
}

function latest(writes: readonly Write[]): Write | undefined {
  return [...writes].sort((a, b) => (a.time ?? "").localeCompare(b.time ?? "")).at(-1);
}

/** True where the set holds the field, or an atomic value around it, such as a list. */
function owns(fields: unknown, path: readonly (string | number)[]): boolean {
  if (typeof fields !== "object" || fields === null) return false;
  const [step, ...rest] = path;
  if (step === undefined) return true;
  const within = (fields as Record<string, unknown>)[`f:${step}`];
  if (within !== undefined) return owns(within, rest);
  return path.length > 0 && Object.keys(fields).length === 0;
}
