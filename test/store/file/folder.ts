import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openFileStore } from "../../../provider/store/file/file-store";
import { type FileSystem, nodeFileSystem } from "../../../provider/store/file/file-system";
import type { OpenedStore } from "../contract";

/** A new folder for a file store, not yet made; `close` removes it. */
export async function openFolder(files: FileSystem = nodeFileSystem): Promise<OpenedStore & { directory: string }> {
  const parent = await mkdtemp(join(tmpdir(), "file-store-"));
  const directory = join(parent, "pools", "prod");
  const close = () => rm(parent, { recursive: true, force: true });
  return { directory, store: openFileStore(directory, { files }), close };
}

/** The node file system, but for some calls. */
export function filesBut(calls: Partial<FileSystem>): FileSystem {
  return { ...nodeFileSystem, ...calls };
}

export function errno(code: string, path: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: ${path}`), { code, path });
}

/** For tests that end no machine: what takes most of a write's time. */
export const unsyncedFiles = filesBut({ syncFile: async () => undefined, syncDirectory: async () => undefined });
