/**
 * An API server's rules for labels, annotations and owners of any object. Sources: apimachinery,
 * `pkg/api/validation/objectmeta.go` and `pkg/api/validate/content/kube.go`. All faults are reported at once, each at its path.
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
const MIDDLE_RULE = "must consist of letters, digits, -, _ and ., and must start and end with a letter or digit.";

export type DeclaredMetadata = Partial<Pick<Manifest["metadata"], "labels" | "annotations" | "ownerReferences">>;

/** `beside`: other annotations of the object. They count towards the limit too. */
export function metadataFaults(declared: DeclaredMetadata, beside: Readonly<Record<string, string>> = {}): Fault[] {
  const { labels = {}, annotations = {}, ownerReferences = [] } = declared;
  return [
    ...Object.entries(labels).flatMap(([key, value]) =>
      faultsAt(["labels", key], keyFault(key, key), labelValueFault(value)),
    ),
    // An API server accepts capitals before the / here, but refuses them in a label's key.
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

/** `read`: the key in the form that the rules are applied to. */
function keyFault(key: string, read: string): string | undefined {
  const parts = read.split("/");
  const [name = "", prefix] = [parts.at(-1), parts.length > 1 ? parts[0] : undefined];
  const the = `the key ${quoted(key)}`;
  if (parts.length > 2) return `${the} has more than one /. Write <name> or <domain>/<name>.`;
  if (prefix !== undefined && !isObjectName(prefix)) {
    return prefix === ""
      ? `${the} has nothing before its /. Leave the / out.`
      : `the part before / of ${the} ${SUBDOMAIN_RULE}`;
  }
  const part = prefix === undefined ? the : `the part after / of ${the}`;
  if (name === "") return `${part} is empty. Give it a name.`;
  if (name.length > MAX_LABEL_LENGTH) return `${part} has ${name.length} characters. The limit is ${MAX_LABEL_LENGTH}.`;
  return MIDDLE.test(name) ? undefined : `${part} ${MIDDLE_RULE}`;
}

/** Why a text is not a label value. Undefined if it is one. */
export function labelValueFault(value: string): string | undefined {
  if (value.length > MAX_LABEL_LENGTH) {
    return `${quoted(value)} has ${value.length} characters. The limit of a label is ${MAX_LABEL_LENGTH}. Shorten it, or use an annotation.`;
  }
  if (value === "" || MIDDLE.test(value)) return undefined;
  return `${quoted(value)} is not a label value. It ${MIDDLE_RULE} Change it, or use an annotation.`;
}

function sizeFault(annotations: Readonly<Record<string, string>>, beside: Readonly<Record<string, string>>) {
  const own = bytesOf(annotations);
  const all = bytesOf({ ...beside, ...annotations });
  if (all <= MAX_ANNOTATION_BYTES) return undefined;
  const more = all > own ? `, and the object's other annotations have ${all - own}` : "";
  return `have ${own} bytes with their keys${more}. The limit of one object is ${MAX_ANNOTATION_BYTES}. Shorten them, or put the text elsewhere.`;
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
    return `${quoted(apiVersion)} is not an API version. Write <version> or <group>/<version>.`;
  }
  return apiVersion === "v1" && kind === "Event" ? "an Event cannot own an object. Name another owner." : undefined;
}

function controllerFaults(owners: NonNullable<DeclaredMetadata["ownerReferences"]>): Fault[] {
  const [first, ...others] = [...owners.entries()].filter(([, { controller }]) => controller === true);
  return others.map(([index]) => ({
    path: ["ownerReferences", index, "controller"],
    reason: `is true, but ownerReferences[${first![0]}] is already the controller. An object has only one.`,
  }));
}
