import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** The published manifests of a folder store, by path, with their text; sorted. What begins with a dot is the store's own. */
export async function foldersFiles(directory: string | undefined): Promise<[path: string, text: string][]> {
  if (directory === undefined) return [];
  const found = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const published = files.filter((file) => !file.slice(directory.length).includes("/.")).sort();
  return Promise.all(
    published.map(async (file) => [file.slice(directory.length + 1), await readFile(file, "utf8")] as [string, string]),
  );
}
