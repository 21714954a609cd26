import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";

/**
 * The published manifests of a folder store with their text, sorted
 * by path. Names with a dot at the start are the store's own.
 */
export async function foldersFiles(directory: string | undefined): Promise<[path: string, text: string][]> {
  if (directory === undefined) return [];
  const found = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const published = files.filter((file) => !file.slice(directory.length).includes("/.")).sort();
  return Promise.all(
    published.map(async (file) => [file.slice(directory.length + 1), await readFile(file, "utf8")] as [string, string]),
  );
}

/** Replaces text as a user does with an editor. Fails if there is nothing to replace. */
export async function edit(file: string, from: string | RegExp, to: string): Promise<void> {
  const text = await readFile(file, "utf8");
  const edited = text.replace(from, to);
  if (edited === text) throw new Error(`${file} has no ${from}:\n${text}`);
  await writeFile(file, edited);
}

/** The published manifests, read: by path. Their maps compare without order, as on an API server. */
export async function manifests(directory: string | undefined): Promise<Record<string, unknown>> {
  const files = await foldersFiles(directory);
  return Object.fromEntries(files.map(([path, text]) => [path, parse(text)]));
}
