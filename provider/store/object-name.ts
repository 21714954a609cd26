import type { Kind } from "../api/kinds";
import { keyText, type ObjectKey } from "../api/meta";
import { type Stored, StoreError } from "./store";

// https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
const LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const DNS_LABEL = new RegExp(`^${LABEL}$`);
const DNS_SUBDOMAIN = new RegExp(`^${LABEL}(\\.${LABEL})*$`);
const MAX_NAMESPACE = 63;
const MAX_NAME = 253;

/** RFC 1123 subdomain: so a name can neither leave its folder nor hide in it. */
export function isObjectName(name: string): boolean {
  return name.length <= MAX_NAME && DNS_SUBDOMAIN.test(name);
}

/** RFC 1123 label. */
export function isNamespaceName(name: string): boolean {
  return name.length <= MAX_NAMESPACE && DNS_LABEL.test(name);
}

/** Throws Invalid unless the key names an object of this kind. `verb` begins the message. */
export function requireKey(verb: string, kind: Kind, key: ObjectKey): void {
  const fault = keyFault(kind, key);
  if (fault === undefined) return;
  // JSON: a name may be a line break or worse, and a message is one line.
  throw new StoreError("Invalid", `${verb} ${kind.kind} ${JSON.stringify(keyText(key))}: ${fault}`);
}

function keyFault(kind: Kind, key: ObjectKey): string | undefined {
  if (kind.namespaced && key.namespace === undefined) return "the namespace is missing";
  if (!kind.namespaced && key.namespace !== undefined) return `${kind.kind} objects have no namespace`;
  if (key.namespace !== undefined && !isNamespaceName(key.namespace)) {
    return `the namespace must be 1 to ${MAX_NAMESPACE} of a-z, 0-9 and -, with a letter or digit at both ends`;
  }
  if (!isObjectName(key.name)) {
    return `the name must be 1 to ${MAX_NAME} of a-z, 0-9, - and ., with a letter or digit at both ends of each part`;
  }
  return undefined;
}

/** By code unit, as an API server's keys sort; a locale would order by machine. */
export function byNamespaceAndName(a: Stored, b: Stored): number {
  return order(a.metadata.namespace ?? "", b.metadata.namespace ?? "") || order(a.metadata.name, b.metadata.name);
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
