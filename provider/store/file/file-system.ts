/**
 * The system calls of the file store, one method each. So a test can let any one of them fail, or stop after it and drop what was
 * not synced. Paths are absolute. Errors are Node's, with `code`.
 */
import * as fs from "node:fs";
import { promisify } from "node:util";

export interface FileSystem {
  readDirectory(path: string): Promise<string[]>;
  /** The same in two lists. A link counts as a file, even if it points to a folder. */
  readFolder(path: string): Promise<FolderContent>;
  /** Reads only plain files of at most `maxBytes`. Throws EISDIR, EFBIG, and EINVAL for others: a pipe would wait for ever. */
  readFile(path: string, maxBytes: number): Promise<FileContent>;
  /** Makes a new file with mode 0600. Throws EEXIST. Its content is safe only after `syncFile`. */
  createFile(path: string, content: string): Promise<void>;
  syncFile(path: string): Promise<void>;
  /** Makes links, renames and removals in the directory safe. */
  syncDirectory(path: string): Promise<void>;
  /** Throws EEXIST if `path` exists. */
  link(existing: string, path: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  removeFile(path: string): Promise<void>;
  /** Makes one level, with mode 0700. */
  makeDirectory(path: string): Promise<void>;
  removeDirectory(path: string): Promise<void>;
  /** Throws EACCES, EROFS, ENOTDIR or ENOENT if no file can be put into the directory. */
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

const { constants, promises } = fs;
const FILE_MODE = 0o600;
const DIRECTORY_MODE = 0o700;

/** Some directories cannot be synced (Windows, some FUSE and network mounts). There the mount decides what survives. */
const NO_DIRECTORY_SYNC = new Set(["EINVAL", "ENOTSUP", "EISDIR", "EPERM"]);

/**
 * A call that changes the disk waits for its journal, so it takes a thread of its own. A call that reads blocks, because it
 * takes less time than the way to a thread and back: for two thousand small files, a seventh of it (Node 20). On a slow network
 * mount it blocks for longer.
 */
export const nodeFileSystem: FileSystem = {
  readDirectory: async (path) => fs.readdirSync(path),

  async readFolder(path) {
    const entries = fs.readdirSync(path, { withFileTypes: true });
    const names = (areFolders: boolean) =>
      entries.filter((entry) => entry.isDirectory() === areFolders).map(({ name }) => name);
    return { files: names(false), folders: names(true) };
  },

  async readFile(path, maxBytes) {
    const file = fs.openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const stat = fs.fstatSync(file);
      if (stat.isDirectory()) throw errnoError("EISDIR", path);
      if (!stat.isFile()) throw errnoError("EINVAL", path);
      if (stat.size > maxBytes) throw errnoError("EFBIG", path);
      const bytes = Buffer.alloc(stat.size);
      const length = fs.readSync(file, bytes, 0, stat.size, 0);
      return { bytes: length === stat.size ? bytes : wholeFile(file, path, maxBytes), modified: stat.mtime };
    } finally {
      fs.closeSync(file);
    }
  },

  async createFile(path, content) {
    const file = await openNew(path, "wx", FILE_MODE);
    try {
      fs.writeFileSync(file, content);
    } finally {
      fs.closeSync(file);
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

  link: promises.link,
  rename: promises.rename,
  removeFile: promises.unlink,
  makeDirectory: (path) => promises.mkdir(path, { mode: DIRECTORY_MODE }).then(() => undefined),
  removeDirectory: (path) => promises.rmdir(path),
  checkWritable: async (directory) => fs.accessSync(directory, constants.W_OK | constants.X_OK),
};

/** Reads on after a short read: a signal, a network mount, or a person who saves the file at this moment. */
function wholeFile(file: number, path: string, maxBytes: number): Buffer {
  const bytes = Buffer.alloc(maxBytes + 1);
  let length = 0;
  while (length <= maxBytes) {
    const read = fs.readSync(file, bytes, length, bytes.length - length, length);
    if (read === 0) return bytes.subarray(0, length);
    length += read;
  }
  throw errnoError("EFBIG", path);
}

async function sync(path: string, flags: string): Promise<void> {
  const file = fs.openSync(path, flags);
  try {
    await fsync(file);
  } finally {
    fs.closeSync(file);
  }
}

const fsync = promisify(fs.fsync);
const openNew = promisify<string, string, number, number>(fs.open);

function errnoError(code: string, path: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: ${path}`), { code, path });
}

/** `ENOSPC` and the like. Undefined if it is not the error of a system call. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "string") return undefined;
  return /^E[A-Z0-9]+$/.test(error.code) ? error.code : undefined;
}

/** The result of the system call. Undefined if it fails with one of these errors. */
export async function unless<T>(errnos: readonly string[], call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (errnos.includes(errnoOf(error) ?? "")) return undefined;
    throw error;
  }
}
