import type { Kind } from "../../api/kinds";
import type { ObjectKey } from "../../api/meta";

/** https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-uris. The key was checked before. */
export function pathOf(kind: Kind, key: ObjectKey, query: Query = {}): string {
  return collectionPath(kind, key.namespace, query, `/${encodeURIComponent(key.name)}`);
}

/** All objects of a kind, in one namespace or in all. */
export function collectionPath(kind: Kind, namespace: string | undefined, query: Query = {}, name = ""): string {
  const scope = namespace === undefined ? "" : `/namespaces/${encodeURIComponent(namespace)}`;
  return `${versionPath(kind)}${scope}/${kind.plural}${name}${queryText(query)}`;
}

export function versionPath({ group, version }: Pick<Kind, "group" | "version">): string {
  return group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
}

type Query = Readonly<Record<string, string | number | boolean | undefined>>;

function queryText(query: Query): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) params.set(name, String(value));
  return params.size === 0 ? "" : `?${params}`;
}
