import type { Kind } from "../api/kinds";
import { keyText, type ObjectKey } from "../api/meta";
import { isNamespaceName, isObjectName, MAX_NAME_LENGTH, MAX_NAMESPACE_LENGTH } from "../api/names";
import { type Stored, StoreError } from "./store";

/**
 * Throws Invalid unless the key names an object of this kind; `verb` begins the message. Names become paths: what is no
 * RFC 1123 name could leave its folder, or hide in it.
 */
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
    return `the namespace must be 1 to ${MAX_NAMESPACE_LENGTH} of a-z, 0-9 and -, with a letter or digit at both ends`;
  }
  if (!isObjectName(key.name)) {
    return `the name must be 1 to ${MAX_NAME_LENGTH} of a-z, 0-9, - and ., with a letter or digit at both ends of each part`;
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
