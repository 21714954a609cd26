/** Labels, annotations and owners that a program declares. This provider writes these, and keeps what others added. */
import type { Manifest } from "../api/meta";
import { type Drift, differences, isMark } from "../ipam/ipam";
import type { MergePatch, Stored } from "../store/store";
import { canonicalJson, present, without } from "./arguments";
import type { Properties } from "./handler";

type Texts = Record<string, string>;

export function declaredMeta(inputs: Properties) {
  return {
    labels: inputs.labels as Texts | undefined,
    annotations: withoutMarks(inputs.annotations as Texts | undefined),
    ownerReferences: inputs.ownerReferences as Manifest["metadata"]["ownerReferences"],
  };
}

/** Annotations without our keys. An earlier version took these from programs and then overwrote them. */
export function withoutMarks(annotations: Texts | undefined): Texts | undefined {
  return annotations && Object.fromEntries(Object.entries(annotations).filter(([key]) => !isMark(key)));
}

/**
 * The metadata that a program would have to declare for an object to stay as it is. That is all but our marks, what `others`
 * write, and what other tools keep for themselves.
 */
export function foreignMeta({ metadata }: Stored, others: readonly string[] = []): Properties {
  const isKept = (key: string) => isMark(key) || others.includes(key) || key.startsWith("kubectl.kubernetes.io/");
  const said = (texts: Texts = {}) => {
    const left = Object.entries(texts).filter(([key]) => !isKept(key));
    return left.length === 0 ? undefined : Object.fromEntries(left);
  };
  return present({ labels: said(metadata.labels), annotations: said(metadata.annotations) });
}

/**
 * The patch that makes `found` match `wanted`. It removes keys that only the `old` manifest declared. Undefined if there is
 * nothing to do.
 */
export function metadataPatch(found: Stored, wanted: Manifest, old: Manifest | undefined): MergePatch | undefined {
  const metadata: Record<string, unknown> = {};
  for (const field of ["labels", "annotations"] as const) {
    const changed = changedKeys(found.metadata[field], wanted.metadata[field], old?.metadata[field]);
    if (Object.keys(changed).length > 0) metadata[field] = changed;
  }
  const owners = wanted.metadata.ownerReferences;
  if (owners && canonicalJson(owners) !== canonicalJson(found.metadata.ownerReferences))
    metadata.ownerReferences = owners;
  if (!owners && old?.metadata.ownerReferences) metadata.ownerReferences = null;
  return Object.keys(metadata).length > 0 ? { metadata } : undefined;
}

/**
 * Each label and annotation that differs from what was last set. `own`: keys that are not checked, because no program sets
 * them.
 */
export function metadataDrift(found: Stored, lastSet: Manifest, own: readonly string[] = []): Drift[] {
  return (["labels", "annotations"] as const).flatMap((field) =>
    Object.entries(without(lastSet.metadata[field] ?? {}, own)).flatMap(([key, value]) =>
      differences(found, ["metadata", field, key], found.metadata[field]?.[key], value).map((one) => ({
        ...one,
        path: [field, key],
      })),
    ),
  );
}

function changedKeys(found: Texts = {}, wanted: Texts = {}, olds: Texts = {}): Record<string, string | null> {
  const changed: Record<string, string | null> = {};
  for (const [key, value] of Object.entries(wanted)) if (found[key] !== value) changed[key] = value;
  for (const key of Object.keys(olds))
    if (!Object.hasOwn(wanted, key) && Object.hasOwn(found, key)) changed[key] = null;
  return changed;
}
