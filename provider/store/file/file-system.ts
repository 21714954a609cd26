/**
 * The system calls of the file store, one method each, so that a test can fail any one of them or stop after it and
 * drop what was not synced. Paths are absolute; errors are Node's, with `code`.
 */
import { constants } from "node:fs";
import * as fs from "node:fs/promises";

export interface FileSystem {
  readDirectory(path: string): Promise<string[]>;
  /** The same, in two lists. A link is a file, whatever it points at. */
  readFolder(path: string): Promise<FolderContent>;
  /** Only plain files (EISDIR, else EINVAL: a pipe would wait for ever) of at most `maxBytes` (EFBIG). */
  readFile(path: string, maxBytes: number): Promise<FileContent>;
  /** Makes a new file, 0600 (EEXIST). Its content is safe only after `syncFile`. */
  createFile(path: string, content: string): Promise<void>;
  syncFile(path: string): Promise<void>;
  /** Makes links, renames and removals in the directory safe. */
  syncDirectory(path: string): Promise<void>;
  /** EEXIST if `path` is there already. */
  link(existing: string, path: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  removeFile(path: string): Promise<void>;
  /** One level, 0700. */
  makeDirectory(path: string): Promise<void>;
  removeDirectory(path: string): Promise<void>;
  /** EACCES, EROFS, ENOTDIR or ENOENT if nothing can be put into the directory. */
  checkWritable(directory: string): Promise<void>;
}

export interface FolderContent {
  readonly files: readonly string[];
  readonly folders: readonly string[];
}

export interface FileContent {
  readonly bytes: Buffer;
  readonly modified: Date;
}

const FILE_MODE = 0o600;
const DIRECTORY_MODE = 0o700;

/** Where a directory cannot be synced (Windows, some FUSE and network mounts) the mount decides what survives. */
const NO_DIRECTORY_SYNC = new Set(["EINVAL", "ENOTSUP", "EISDIR", "EPERM"]);

export const nodeFileSystem: FileSystem = {
  readDirectory: (path) => fs.readdir(path),

  async readFolder(path) {
    const entries = await fs.readdir(path, { withFileTypes: true });
    const names = (areFolders: boolean) =>
      entries.filter((entry) => entry.isDirectory() === areFolders).map(({ name }) => name);
    return { files: names(false), folders: names(true) };
  },

  async readFile(path, maxBytes) {
    const file = await fs.open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const stat = await file.stat();
      if (stat.isDirectory()) throw errnoError("EISDIR", path);
      if (!stat.isFile()) throw errnoError("EINVAL", path);
      if (stat.size > maxBytes) throw errnoError("EFBIG", path);
      // One read instead of a stream's three calls: these files are small, and a list reads two thousand of them.
      const bytes = Buffer.alloc(stat.size);
      const { bytesRead } = await file.read(bytes, 0, stat.size, 0);
      return { bytes: bytesRead === stat.size ? bytes : await wholeFile(file, path, maxBytes), modified: stat.mtime };
    } finally {
      await file.close();
    }
  },

  async createFile(path, content) {
    const file = await fs.open(path, "wx", FILE_MODE);
    try {
      await file.writeFile(content);
    } finally {
      await file.close();
    }
  },

  syncFile: (path) => sync(path, "r+"),

  async syncDirectory(path) {
    try {
      await sync(path, "r");
    } catch (error) {
      if (!NO_DIRECTORY_SYNC.has(errnoOf(error) ?? "")) throw error;
    }
  },

  link: (existing, path) => fs.link(existing, path),
  rename: (from, to) => fs.rename(from, to),
  removeFile: (path) => fs.unlink(path),
  makeDirectory: (path) => fs.mkdir(path, { mode: DIRECTORY_MODE }).then(() => undefined),
  removeDirectory: (path) => fs.rmdir(path),
  checkWritable: (directory) => fs.access(directory, constants.W_OK | constants.X_OK),
};

/** Where a read comes back short: a signal, a network mount, somebody who is just saving the file. */
async function wholeFile(file: fs.FileHandle, path: string, maxBytes: number): Promise<Buffer> {
  const bytes = Buffer.alloc(maxBytes + 1);
  let length = 0;
  while (length <= maxBytes) {
    const { bytesRead } = await file.read(bytes, length, bytes.length - length, length);
    if (bytesRead === 0) return bytes.subarray(0, length);
    length += bytesRead;
  }
  throw errnoError("EFBIG", path);
}

async function sync(path: string, flags: string): Promise<void> {
  const file = await fs.open(path, flags);
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

function errnoError(code: string, path: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: ${path}`), { code, path });
}

/** `ENOSPC` and the like; undefined for what is no system call's error. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "string") return undefined;
  return /^E[A-Z0-9]+$/.test(error.code) ? error.code : undefined;
}

/** What the system call says, or undefined where it fails with one of these words. */
export async function unless<T>(errnos: readonly string[], call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (errnos.includes(errnoOf(error) ?? "")) return undefined;
    throw error;
  }
}
