import type { Kind } from "../api/kinds";
import { keyText, type ObjectKey } from "../api/meta";
import { isNamespaceName, isObjectName } from "../api/names";
import { type Stored, StoreError } from "./store";
import { failed, wording } from "./wording";

/**
 * Throws Invalid if the key cannot name an object of this kind. Names become paths, so a name that breaks RFC 1123 could leave
 * its folder, or hide in it.
 */
export function requireKey(verb: string, kind: Kind, key: ObjectKey): void {
  const fault = keyFault(kind, key);
  if (fault === undefined) return;
  // JSON quotes a line break or other control characters in the name, and a message is one line.
  throw new StoreError("Invalid", failed(verb, `${kind.kind} ${JSON.stringify(keyText(key))}`, fault));
}

function keyFault(kind: Kind, key: ObjectKey): string | undefined {
  if (kind.namespaced && key.namespace === undefined) return wording.noNamespace;
  if (!kind.namespaced && key.namespace !== undefined) return wording.clusterScoped(kind.kind);
  if (key.namespace !== undefined && !isNamespaceName(key.namespace)) return wording.badNamespace;
  return isObjectName(key.name) ? undefined : wording.badName;
}

/** Compares by code unit, as an API server's keys sort. The order of a locale would depend on the machine. */
export function byNamespaceAndName(a: Stored, b: Stored): number {
  return order(a.metadata.namespace ?? "", b.metadata.namespace ?? "") || order(a.metadata.name, b.metadata.name);
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
