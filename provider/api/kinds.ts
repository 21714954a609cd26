/** The names of a kind on the wire and in a path. */
export interface Kind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** Lower-case plural for the path segment and the folder name: `ippools`. */
  readonly plural: string;
  readonly namespaced: boolean;
}

export const NAMESPACE: Kind = { group: "", version: "v1", kind: "Namespace", plural: "namespaces", namespaced: false };

/** `group/version`, the `apiVersion` of a manifest. */
export function apiVersionOf(kind: Kind): string {
  return kind.group === "" ? kind.version : `${kind.group}/${kind.version}`;
}

/** The group in an `apiVersion`: "" for `v1`. */
export function groupOf(apiVersion: string): string {
  const [group = "", version] = apiVersion.split("/");
  return version === undefined ? "" : group;
}
