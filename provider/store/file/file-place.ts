import { join } from "node:path";
import { CAPI_IP_ADDRESS } from "../../api/capi/kinds";
import type { Kind } from "../../api/kinds";
import type { ObjectKey } from "../../api/meta";
import { IP_ADDRESS, IP_CLAIM, IP_POOL } from "../../api/metal3/kinds";
import { isNamespaceName, isObjectName } from "../../api/names";
import { StoreError } from "../store";

/** Out of reach of `kubectl apply -R -f`, which takes only names that end in .yaml, .yml and .json. */
export const VERSIONS = ".versions";
export const MANIFEST_SUFFIX = ".yaml";

/** Not a namespace's name (underscore): where cluster-scoped objects lie. */
const CLUSTER = "_cluster";

/** Most file systems end a name here; an object's name may have 253 bytes. */
const MAX_FILE_NAME = 255;

/** Where an object lies; absolute paths. */
export interface Place {
  /** The manifest for people and kubectl, shown in messages: `default/ippools/pool1.yaml`. */
  readonly shown: string;
  readonly manifest: string;
  readonly manifestFolder: string;
  /** Holds the object's versions and nothing else. */
  readonly versions: string;
}

/** `key` has been checked: its names contain no separators. Throws Invalid for what is too long for a file name. */
export function placeOf(root: string, kind: Kind, key: ObjectKey): Place {
  const scope = scopeFolder(key.namespace);
  const file = key.name + MANIFEST_SUFFIX;
  if (file.length > MAX_FILE_NAME) {
    throw new StoreError("Invalid", `${kind.kind} ${key.name}: a name of over 250 characters fits no file name`);
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
 * Metal3's own kinds by their plural alone, which sorts addresses before claims before pools: the order in which
 * `kubectl apply -R` is safe beside a running controller. Other groups may have the same plural.
 */
export function manifestFolderName(kind: Kind): string {
  return kind.group === IP_POOL.group ? kind.plural : versionsFolderName(kind);
}

export function versionsFolderName(kind: Kind): string {
  return `${kind.plural}.${kind.group === "" ? "core" : kind.group}`;
}

/** The kinds that are looked for in files of any name. */
export const POOL_KINDS: readonly Kind[] = [IP_POOL, IP_CLAIM, IP_ADDRESS, CAPI_IP_ADDRESS];

/** The object of those kinds that a file belongs to by its place; `steps`: its path below the root. */
export function objectAt(steps: readonly string[]): { readonly kind: Kind; readonly key: ObjectKey } | undefined {
  const [namespace = "", folder, file = ""] = steps;
  const name = file.slice(0, -MANIFEST_SUFFIX.length);
  const kind = POOL_KINDS.find((one) => manifestFolderName(one) === folder);
  const isPlace = steps.length === 3 && file.endsWith(MANIFEST_SUFFIX) && isNamespaceName(namespace);
  return kind && isPlace && isObjectName(name) ? { kind, key: { namespace, name } } : undefined;
}
