import { join } from "node:path";
import { CAPI_IP_ADDRESS } from "../../api/capi/kinds";
import type { Kind } from "../../api/kinds";
import type { ObjectKey } from "../../api/meta";
import { IP_ADDRESS, IP_CLAIM, IP_POOL } from "../../api/metal3/kinds";
import { isNamespaceName, isObjectName } from "../../api/names";
import { StoreError } from "../store";
import { fileWording } from "./wording";

/** `kubectl apply -R -f` ignores its files, because their names do not end in .yaml, .yml or .json. */
export const VERSIONS = ".versions";
export const MANIFEST_SUFFIX = ".yaml";

/** The folder of cluster-scoped objects. The underscore keeps it apart from the namespaces. */
const CLUSTER = "_cluster";

/** The limit of most file systems. An object's name may have 253 bytes. */
const MAX_FILE_NAME = 255;

/** The paths of an object. All but `shown` are absolute. */
export interface Place {
  /** The manifest's path below the root, for messages: `default/ippools/pool1.yaml`. */
  readonly shown: string;
  readonly manifest: string;
  readonly manifestFolder: string;
  /** Holds the object's versions and nothing else. */
  readonly versions: string;
}

/** `key` has been checked: its names contain no separators. Throws Invalid for a name that is too long for a file. */
export function placeOf(root: string, kind: Kind, key: ObjectKey): Place {
  const scope = scopeFolder(key.namespace);
  const file = key.name + MANIFEST_SUFFIX;
  if (file.length > MAX_FILE_NAME) {
    throw new StoreError("Invalid", fileWording.longName(kind.kind, key.name));
  }
  return {
    shown: [scope, manifestFolderName(kind), file].join("/"),
    manifest: join(root, scope, manifestFolderName(kind), file),
    manifestFolder: join(root, scope, manifestFolderName(kind)),
    versions: join(root, VERSIONS, scope, versionsFolderName(kind), key.name),
  };
}

export function scopeFolder(namespace: string | undefined): string {
  return namespace ?? CLUSTER;
}

/**
 * Metal3's own kinds have their plural alone as folder name, so addresses sort before claims, and claims before pools. In this
 * order `kubectl apply -R` is safe while a controller runs. Other groups may have the same plural.
 */
export function manifestFolderName(kind: Kind): string {
  return kind.group === IP_POOL.group ? kind.plural : versionsFolderName(kind);
}

export function versionsFolderName(kind: Kind): string {
  return `${kind.plural}.${kind.group === "" ? "core" : kind.group}`;
}

/** The kinds that are also found in files of other names. */
export const POOL_KINDS: readonly Kind[] = [IP_POOL, IP_CLAIM, IP_ADDRESS, CAPI_IP_ADDRESS];

/** The object of one of those kinds to which a file belongs by its place. `steps`: its path below the root. */
export function objectAt(steps: readonly string[]): { readonly kind: Kind; readonly key: ObjectKey } | undefined {
  const [namespace = "", folder, file = ""] = steps;
  const name = file.slice(0, -MANIFEST_SUFFIX.length);
  const kind = POOL_KINDS.find((one) => manifestFolderName(one) === folder);
  const isPlace = steps.length === 3 && file.endsWith(MANIFEST_SUFFIX) && isNamespaceName(namespace);
  return kind && isPlace && isObjectName(name) ? { kind, key: { namespace, name } } : undefined;
}
