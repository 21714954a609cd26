/** The files below a folder that `kubectl apply -R -f` would read. */
import { join } from "node:path";
import { VERSIONS } from "./file-place";
import { type FileSystem, unless } from "./file-system";

const APPLIED = /\.(yaml|yml|json)$/;

/** They hold no manifests, and may hold very many files. Only root may read `lost+found`. */
const SKIPPED: ReadonlySet<string> = new Set([VERSIONS, ".git", "node_modules", "lost+found"]);

/** A file's path below the root, as a list of names. */
export type Steps = readonly string[];

/** A folder that does not exist has no files. Throws system calls' errors. */
export async function appliedFiles(files: FileSystem, root: string, steps: Steps = []): Promise<Steps[]> {
  const content = await unless(["ENOENT"], files.readFolder(join(root, ...steps)));
  const here = (content?.files ?? []).filter((name) => APPLIED.test(name)).map((name) => [...steps, name]);
  const folders = (content?.folders ?? []).filter((name) => !SKIPPED.has(name));
  const below = await Promise.all(folders.map((name) => appliedFiles(files, root, [...steps, name])));
  return [...here, ...below.flat()];
}
