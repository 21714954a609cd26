/**
 * What an API server checks before it stores: one set of rules for the embedded stores, so that a program which runs on a
 * folder today also runs on a cluster tomorrow. The store over an API server asks the part that needs no stored object.
 */
import { sinceBefore } from "../api/fault";
import { apiVersionOf, type Kind } from "../api/kinds";
import { keyText, type Manifest, manifest, type ObjectKey } from "../api/meta";
import { metadataFaults } from "../api/metadata-rules";
import { pathText } from "../api/property-path";
import { mergePatch } from "./merge-patch";
import { requireKey } from "./object-name";
import { type MergePatch, type Precondition, type Stored, StoreError } from "./store";

/** etcd's request limit, which an API server passes on. */
export const MAX_OBJECT_BYTES = 1.5 * 1024 * 1024;

/** Metadata that only a store writes; in what a caller hands in they are ignored. */
const STORE_OWNED = ["uid", "resourceVersion", "creationTimestamp", "deletionTimestamp", "generation", "managedFields"];

/** The object to store for a create: a copy, without what only the store may say. Throws Invalid. */
export function admitCreate(kind: Kind, object: Manifest): Manifest {
  const key = { namespace: object.metadata?.namespace, name: object.metadata?.name ?? "" };
  requireKey("create", kind, key);
  const copy = acceptable("create", kind, key, object);
  const wanted = apiVersionOf(kind);
  if (copy.apiVersion !== wanted || copy.kind !== kind.kind) {
    throw refusal("create", kind, key, `it is a ${copy.apiVersion} ${copy.kind}, not a ${wanted} ${kind.kind}`);
  }
  return { ...copy, metadata: without(copy.metadata, STORE_OWNED) };
}

/** The object to store for a patch of `current`, with its uid and without a resourceVersion. Throws Invalid, Conflict. */
export function admitPatch(kind: Kind, key: ObjectKey, current: Stored, patch: MergePatch): Manifest {
  const next = acceptable("patch", kind, key, mergePatch(current, patch), current);
  const frozen = [
    ["apiVersion", current.apiVersion, next.apiVersion],
    ["kind", current.kind, next.kind],
    ["metadata.name", current.metadata.name, next.metadata.name],
    ["metadata.namespace", current.metadata.namespace, next.metadata.namespace],
    ["metadata.uid", current.metadata.uid, next.metadata.uid],
  ] as const;
  for (const [field, was, is] of frozen) {
    if (was !== is)
      throw refusal("patch", kind, key, `${field} cannot be changed from ${was} to ${JSON.stringify(is)}`);
  }
  // As an API server does: a resourceVersion in the patch itself is a precondition.
  requirePrecondition("patch", kind, key, current, { resourceVersion: next.metadata.resourceVersion });
  const owned = Object.entries(current.metadata).filter(
    ([field]) => field !== "resourceVersion" && STORE_OWNED.includes(field),
  );
  return { ...next, metadata: { ...without(next.metadata, STORE_OWNED), ...Object.fromEntries(owned) } };
}

/** Throws Conflict if `current` is not the object that the caller has seen. */
export function requirePrecondition(
  verb: string,
  kind: Kind,
  key: ObjectKey,
  current: Stored,
  only: Precondition | undefined,
): void {
  for (const field of ["uid", "resourceVersion"] as const) {
    const wanted = only?.[field];
    if (wanted === undefined || wanted === current.metadata[field]) continue;
    const message = `${verb} ${kind.kind} ${keyText(key)}: its ${field} is ${current.metadata[field]}, not ${wanted}`;
    throw new StoreError("Conflict", message);
  }
}

export function notFound(verb: string, kind: Kind, key: ObjectKey): StoreError {
  return new StoreError("NotFound", `${verb} ${kind.kind} ${keyText(key)}: there is no such object`);
}

export function alreadyExists(kind: Kind, key: ObjectKey): StoreError {
  return new StoreError("AlreadyExists", `create ${kind.kind} ${keyText(key)}: it exists already`);
}

export function refusal(verb: string, kind: Kind, key: ObjectKey, why: string): StoreError {
  return new StoreError("Invalid", `${verb} ${kind.kind} ${keyText(key)}: ${why}`);
}

/**
 * A deep copy as JSON has it (no undefined, no shared parts). Throws Invalid where JSON or YAML would lose something, and for
 * metadata that no API server takes. What `current` has of that was written by hand, or by an earlier version: it may stay.
 */
function acceptable(verb: string, kind: Kind, key: ObjectKey, object: unknown, current?: Manifest): Manifest {
  const read = manifest.safeParse(JSON.parse(losslessJson(verb, kind, key, object)));
  if (!read.success) {
    const faults = read.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
    throw refusal(verb, kind, key, faults.join("; "));
  }
  const before = current ? metadataFaults(current.metadata) : [];
  const { fresh } = sinceBefore(metadataFaults(read.data.metadata), before);
  if (fresh.length === 0) return read.data;
  const texts = fresh.map(({ path, reason }) => `${pathText(["metadata", ...path])}: ${reason}`);
  throw refusal(verb, kind, key, texts.join("; "));
}

/** An object or a patch as text. Throws Invalid where JSON or YAML would lose something, or where it is too large. */
export function losslessJson(verb: string, kind: Kind, key: ObjectKey, value: unknown): string {
  let text: string;
  let fault: string | undefined;
  try {
    text = JSON.stringify(value, (field, member: unknown) => {
      fault ??= lossOf(field, member);
      return member;
    });
  } catch (error) {
    throw refusal(verb, kind, key, `it cannot be written as JSON: ${error instanceof Error ? error.message : error}`);
  }
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_OBJECT_BYTES) fault ??= `it has ${bytes} bytes of JSON, the limit is ${MAX_OBJECT_BYTES}`;
  if (fault !== undefined) throw refusal(verb, kind, key, fault);
  return text;
}

function lossOf(field: string, value: unknown): string | undefined {
  if (field === "__proto__") return "a field cannot be called __proto__";
  if (typeof value === "number" && !Number.isFinite(value)) return `${field}: ${value} is not a JSON number`;
  if (hasLoneSurrogate(field) || (typeof value === "string" && hasLoneSurrogate(value))) {
    return `${JSON.stringify(field)}: half a surrogate pair cannot be written as UTF-8`;
  }
  return undefined;
}

function hasLoneSurrogate(text: string): boolean {
  return /\p{Surrogate}/u.test(text);
}

function without<T extends object>(object: T, fields: readonly string[]): T {
  return Object.fromEntries(Object.entries(object).filter(([field]) => !fields.includes(field))) as T;
}
