/** Labels, annotations and owners that a program declares: these are ours to write; what others added stays. */
import type { Manifest } from "../api/meta";
import { differences } from "../ipam/ledger/drift";
import type { MergePatch, Stored } from "../store/store";
import { canonicalJson } from "./arguments";
import type { Properties } from "./handler";

type Texts = Record<string, string>;

export function declaredMeta(inputs: Properties) {
  return {
    labels: inputs.labels as Texts | undefined,
    annotations: inputs.annotations as Texts | undefined,
    ownerReferences: inputs.ownerReferences as Manifest["metadata"]["ownerReferences"],
  };
}

/** What makes `found` say what `wanted` says; keys that only the `old` manifest declared go. Undefined: nothing to do. */
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

/** One line for each label and annotation that was set and is another now. */
export function metadataDrift(kind: string, found: Stored, lastSet: Manifest): string[] {
  const prefix = `${kind} ${found.metadata.namespace ?? ""}/${found.metadata.name}`;
  return (["labels", "annotations"] as const).flatMap((field) =>
    Object.entries(lastSet.metadata[field] ?? {}).flatMap(([key, value]) =>
      differences(found, ["metadata", field, key], found.metadata[field]?.[key], value).map(
        (line) => `${prefix} ${line}`,
      ),
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
