import { join } from "node:path";
import type { Kind } from "../../api/kinds";
import type { ObjectKey } from "../../api/meta";
import { isNamespaceName, isObjectName } from "../../api/names";
import { MANIFEST_SUFFIX, manifestFolderName, scopeFolder, VERSIONS, versionsFolderName } from "./file-place";
import { type FileSystem, unless } from "./file-system";

/**
 * Every key that may have an object in its own file: one with versions, or one that a person put there. Throws system calls'
 * errors.
 */
export async function listKeys(files: FileSystem, root: string, kind: Kind, namespace?: string): Promise<ObjectKey[]> {
  const keys: ObjectKey[] = [];
  for (const scope of await scopes(files, root, kind, namespace)) {
    const versioned = await namesIn(files, join(root, VERSIONS, scopeFolder(scope), versionsFolderName(kind)));
    const shown = await namesIn(files, join(root, scopeFolder(scope), manifestFolderName(kind)));
    const names = new Set(versioned.filter(isObjectName));
    for (const file of shown) {
      if (file.startsWith(".") || !file.endsWith(MANIFEST_SUFFIX)) continue;
      const name = file.slice(0, -MANIFEST_SUFFIX.length);
      if (isObjectName(name)) names.add(name);
    }
    for (const name of names) keys.push({ namespace: scope, name });
  }
  return keys;
}

async function scopes(
  files: FileSystem,
  root: string,
  kind: Kind,
  namespace?: string,
): Promise<(string | undefined)[]> {
  if (!kind.namespaced) return [undefined];
  if (namespace !== undefined) return [namespace];
  const names = [...(await namesIn(files, root)), ...(await namesIn(files, join(root, VERSIONS)))];
  const found: string[] = [];
  for (const name of new Set(names.filter(isNamespaceName))) {
    // Other files may be next to the folders of namespaces.
    if (await unless(["ENOTDIR"], namesIn(files, join(root, name)))) found.push(name);
  }
  return found;
}

async function namesIn(files: FileSystem, folder: string): Promise<string[]> {
  return (await unless(["ENOENT"], files.readDirectory(folder))) ?? [];
}
