import { z } from "zod";

const ownerReference = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  name: z.string(),
  uid: z.string(),
});
export type OwnerReference = z.infer<typeof ownerReference>;

/** Kubernetes ObjectMeta, as far as this provider reads it. Unknown fields are kept. */
export const objectMeta = z.looseObject({
  name: z.string(),
  namespace: z.string().optional(),
  uid: z.string().optional(),
  resourceVersion: z.string().optional(),
  creationTimestamp: z.string().optional(),
  deletionTimestamp: z.string().optional(),
  labels: z.record(z.string(), z.string()).optional(),
  annotations: z.record(z.string(), z.string()).optional(),
  ownerReferences: z.array(ownerReference).optional(),
  finalizers: z.array(z.string()).optional(),
  managedFields: z
    .array(
      z.looseObject({ manager: z.string().optional(), operation: z.string().optional(), time: z.string().optional() }),
    )
    .optional(),
});

/** This provider as the writer in `managedFields`. */
export const FIELD_MANAGER = "pulumi-metal3-ipam";

/**
 * Any Kubernetes object, as a store keeps it. The schema of its kind reads the rest. Fields without a value
 * (`creationTimestamp: null`, `labels:` left blank) are dropped, as an API server prunes them.
 */
export const manifest = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.preprocess(withoutNulls, objectMeta),
});
export type Manifest = z.infer<typeof manifest>;

/** The value without members that are null. A null in a list is a fault, so it stays, and the schema reports it. */
export function withoutNulls(value: unknown): unknown {
  // Few objects have one, and a list may have 65,000 objects.
  return hasNullMember(value) ? copiedWithoutNulls(value) : value;
}

/** `withoutNulls` of what a schema reads in `spec`. The metadata is the largest part of an object, and its store has read it. */
export function withoutNullsInSpec(object: StoredManifest): unknown {
  const { spec } = object;
  return hasNullMember({ spec }) ? copiedWithoutNulls(object) : object;
}

/** True if the value has a member that is null, at any depth. A null in a list does not count. */
export function hasNullMember(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const isList = Array.isArray(value);
  for (const field in value) {
    const member = (value as Record<string, unknown>)[field];
    if (member === null ? !isList : hasNullMember(member)) return true;
  }
  return false;
}

function copiedWithoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copiedWithoutNulls);
  if (typeof value !== "object" || value === null) return value;
  const there = Object.entries(value).filter(([, member]) => member !== null);
  return Object.fromEntries(there.map(([field, member]) => [field, copiedWithoutNulls(member)]));
}

/** A field that may be left out or be an empty text. Go writes a missing text as an empty one. */
export function mayBeEmpty<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess((value) => (value === "" ? undefined : value), schema.optional()).optional();
}

/** An object as it was stored: it always has its uid and resourceVersion. */
export type StoredManifest = Manifest & { metadata: { uid: string; resourceVersion: string } };

/** Kubernetes' NamespacedName. `namespace` is absent for cluster-scoped kinds. */
export interface ObjectKey {
  readonly namespace?: string | undefined;
  readonly name: string;
}

/** The fields that every read object has: the manifest itself, its name and its namespace ("" if it has none). */
export function locatedManifest(manifest: StoredManifest) {
  return { manifest, namespace: manifest.metadata.namespace ?? "", name: manifest.metadata.name };
}

/** `namespace/name`, as messages write it. */
export function keyText(key: ObjectKey): string {
  return key.namespace === undefined ? key.name : `${key.namespace}/${key.name}`;
}
