/**
 * The rules of an API server for labels, annotations and owners of any object: apimachinery, `pkg/api/validation/objectmeta.go`
 * and `pkg/api/validate/content/kube.go`. All faults at once, each at its path.
 */
import { quoted } from "../core/address";
import type { Fault } from "./fault";
import type { Manifest } from "./meta";
import { isObjectName, SUBDOMAIN_RULE } from "./names";

/** Limits a label's value, and the part of a key that comes after its `/`. */
export const MAX_LABEL_LENGTH = 63;
/** Limits all annotations of one object together: their keys and values. */
export const MAX_ANNOTATION_BYTES = 256 * 1024;

const MIDDLE = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const MIDDLE_RULE = "must be letters, digits, -, _ and ., beginning and ending with a letter or digit";

export type DeclaredMetadata = Partial<Pick<Manifest["metadata"], "labels" | "annotations" | "ownerReferences">>;

/** `beside`: annotations that the object has as well, which count for the limit of all. */
export function metadataFaults(declared: DeclaredMetadata, beside: Readonly<Record<string, string>> = {}): Fault[] {
  const { labels = {}, annotations = {}, ownerReferences = [] } = declared;
  return [
    ...Object.entries(labels).flatMap(([key, value]) =>
      faultsAt(["labels", key], keyFault(key, key), labelValueFault(value)),
    ),
    // Capitals before the / are refused in a label's key, and accepted here.
    ...Object.keys(annotations).flatMap((key) => faultsAt(["annotations", key], keyFault(key, key.toLowerCase()))),
    ...faultsAt(["annotations"], sizeFault(annotations, beside)),
    ...ownerReferences.flatMap(({ apiVersion, kind }, index) =>
      faultsAt(["ownerReferences", index, "apiVersion"], apiVersionFault(apiVersion, kind)),
    ),
    ...controllerFaults(ownerReferences),
  ];
}

function faultsAt(path: Fault["path"], ...reasons: readonly (string | undefined)[]): Fault[] {
  return reasons.flatMap((reason) => (reason === undefined ? [] : [{ path, reason }]));
}

/** `read`: the key as it is judged. */
function keyFault(key: string, read: string): string | undefined {
  const parts = read.split("/");
  const [name = "", prefix] = [parts.at(-1), parts.length > 1 ? parts[0] : undefined];
  const the = `the key ${quoted(key)}`;
  if (parts.length > 2) return `${the} has more than one /; write <name>, or <domain>/<name>`;
  if (prefix !== undefined && !isObjectName(prefix)) {
    return prefix === ""
      ? `${the} has nothing before its /; leave the / out`
      : `${the}: the part before / ${SUBDOMAIN_RULE}`;
  }
  const part = prefix === undefined ? the : `${the}: the part after /`;
  if (name === "") return `${part} is empty; give it a name`;
  if (name.length > MAX_LABEL_LENGTH) return `${part} has ${name.length} characters, the limit is ${MAX_LABEL_LENGTH}`;
  return MIDDLE.test(name) ? undefined : `${part} ${MIDDLE_RULE}`;
}

/** Why a text is no label value; undefined if it is one. */
export function labelValueFault(value: string): string | undefined {
  if (value.length > MAX_LABEL_LENGTH) {
    return `${quoted(value)} has ${value.length} characters, the limit of a label is ${MAX_LABEL_LENGTH}; shorten it, or use an annotation`;
  }
  if (value === "" || MIDDLE.test(value)) return undefined;
  return `${quoted(value)} is no label: it ${MIDDLE_RULE}; write it so, or use an annotation`;
}

function sizeFault(annotations: Readonly<Record<string, string>>, beside: Readonly<Record<string, string>>) {
  const own = bytesOf(annotations);
  const all = bytesOf({ ...beside, ...annotations });
  if (all <= MAX_ANNOTATION_BYTES) return undefined;
  const more = all > own ? `, and those that the object has beside them ${all - own}` : "";
  return `have ${own} bytes with their keys${more}; the limit is ${MAX_ANNOTATION_BYTES} for one object, shorten them, or put the text elsewhere`;
}

function bytesOf(texts: Readonly<Record<string, string>>): number {
  return Object.entries(texts).reduce(
    (sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value),
    0,
  );
}

function apiVersionFault(apiVersion: string, kind: string): string | undefined {
  const version = apiVersion.split("/");
  if (version.length > 2 || version.at(-1) === "") {
    return `${quoted(apiVersion)} is no API version; write <version>, or <group>/<version>`;
  }
  return apiVersion === "v1" && kind === "Event" ? "an Event cannot own an object; name another owner" : undefined;
}

function controllerFaults(owners: NonNullable<DeclaredMetadata["ownerReferences"]>): Fault[] {
  const [first, ...others] = [...owners.entries()].filter(([, { controller }]) => controller === true);
  return others.map(([index]) => ({
    path: ["ownerReferences", index, "controller"],
    reason: `true, but ownerReferences[${first![0]}] is the controller already; an object has one`,
  }));
}
