/**
 * The checks that an API server makes before it stores an object. The embedded stores make the same checks, so that a program
 * that runs on a folder today also runs on a cluster tomorrow. The store over an API server makes those that need no stored
 * object.
 */
import { ended, type Fault, faultLine, readWith, sinceBefore } from "../api/fault";
import { apiVersionOf, type Kind } from "../api/kinds";
import { keyText, type Manifest, manifest, type ObjectKey } from "../api/meta";
import { metadataFaults } from "../api/metadata-rules";
import { mergePatch } from "./merge-patch";
import { requireKey } from "./object-name";
import { type MergePatch, type Precondition, type Stored, StoreError } from "./store";
import { failed, wording } from "./wording";

/** etcd's request limit, and so an API server's. */
export const MAX_OBJECT_BYTES = 1.5 * 1024 * 1024;

/** Metadata that only a store writes. A caller's values are ignored. */
const STORE_OWNED = ["uid", "resourceVersion", "creationTimestamp", "deletionTimestamp", "generation", "managedFields"];

/** The object to store for a create: a copy without the metadata that only the store writes. Throws Invalid. */
export function admitCreate(kind: Kind, object: Manifest): Manifest {
  const key = { namespace: object.metadata?.namespace, name: object.metadata?.name ?? "" };
  requireKey("create", kind, key);
  const copy = acceptable("create", kind, key, object);
  const wanted = apiVersionOf(kind);
  if (copy.apiVersion !== wanted || copy.kind !== kind.kind) {
    throw refusal("create", kind, key, wording.otherKind(`${copy.apiVersion} ${copy.kind}`, `${wanted} ${kind.kind}`));
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
    if (was !== is) throw refusal("patch", kind, key, wording.fixedAt(field, was, is));
  }
  // A resourceVersion in the patch itself is a precondition, as for an API server.
  requirePrecondition("patch", kind, key, current, { resourceVersion: next.metadata.resourceVersion });
  const owned = Object.entries(current.metadata).filter(
    ([field]) => field !== "resourceVersion" && STORE_OWNED.includes(field),
  );
  return { ...next, metadata: { ...without(next.metadata, STORE_OWNED), ...Object.fromEntries(owned) } };
}

/** Throws Conflict if the caller has seen another object than `current`. */
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
    const reason = wording.precondition(field, current.metadata[field], wanted);
    throw new StoreError("Conflict", failed(verb, objectText(kind, key), reason));
  }
}

export function notFound(verb: string, kind: Kind, key: ObjectKey): StoreError {
  return new StoreError("NotFound", failed(verb, objectText(kind, key), wording.missing));
}

export function alreadyExists(kind: Kind, key: ObjectKey): StoreError {
  return new StoreError("AlreadyExists", failed("create", objectText(kind, key), wording.exists));
}

export function refusal(verb: string, kind: Kind, key: ObjectKey, why: string): StoreError {
  return new StoreError("Invalid", failed(verb, objectText(kind, key), why));
}

/** `IPPool metal3/net`, as messages write it. */
export function objectText(kind: Kind, key: ObjectKey): string {
  return `${kind.kind} ${keyText(key)}`;
}

/**
 * A deep copy in JSON terms (no undefined, no shared parts). Throws Invalid if JSON or YAML would lose something, and for
 * metadata that no API server accepts. Faults that `current` already has may stay: a person or an earlier version wrote them.
 */
function acceptable(verb: string, kind: Kind, key: ObjectKey, object: unknown, current?: Manifest): Manifest {
  const read = readWith(manifest, JSON.parse(losslessJson(verb, kind, key, object)));
  if (!read.ok) throw refusal(verb, kind, key, textOf(read.faults));
  const before = current ? metadataFaults(current.metadata) : [];
  const { fresh } = sinceBefore(metadataFaults(read.value.metadata), before);
  if (fresh.length === 0) return read.value;
  throw refusal(verb, kind, key, textOf(fresh.map(({ path, reason }) => ({ path: ["metadata", ...path], reason }))));
}

function textOf(faults: readonly Fault[]): string {
  return faults.map(faultLine).join(" ");
}

/** An object or a patch as text. Throws Invalid if JSON or YAML would lose something, or if it is too large. */
export function losslessJson(verb: string, kind: Kind, key: ObjectKey, value: unknown): string {
  let text: string;
  let fault: string | undefined;
  try {
    text = JSON.stringify(value, (field, member: unknown) => {
      fault ??= lossOf(field, member);
      return member;
    });
  } catch (error) {
    throw refusal(verb, kind, key, wording.notJson(ended(error instanceof Error ? error.message : String(error))));
  }
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_OBJECT_BYTES) fault ??= wording.jsonTooLarge(bytes, MAX_OBJECT_BYTES);
  if (fault !== undefined) throw refusal(verb, kind, key, fault);
  return text;
}

function lossOf(field: string, value: unknown): string | undefined {
  if (field === "__proto__") return wording.protoField;
  if (typeof value === "number" && !Number.isFinite(value)) return wording.notNumber(field, value);
  if (hasLoneSurrogate(field) || (typeof value === "string" && hasLoneSurrogate(value))) {
    return wording.loneSurrogate(field);
  }
  return undefined;
}

function hasLoneSurrogate(text: string): boolean {
  return /\p{Surrogate}/u.test(text);
}

function without<T extends object>(object: T, fields: readonly string[]): T {
  return Object.fromEntries(Object.entries(object).filter(([field]) => !fields.includes(field))) as T;
}
