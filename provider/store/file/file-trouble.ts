import { isAbsolute, relative } from "node:path";
import { type Misplaced, StoreError } from "../store";
import { Unconfirmed } from "./file-commit";
import { MalformedManifest } from "./file-observe";
import { errnoOf } from "./file-system";
import { TornVersion } from "./file-version";

/** The StoreError for what went wrong in a folder; `doing` is verb, kind and key. Anything unknown stays what it is. */
export function asStoreError(error: unknown, doing: string, root: string): unknown {
  if (error instanceof MalformedManifest) {
    const remedy = "mend it; nothing was overwritten";
    return new StoreError("Malformed", `${doing}: ${error.shown} in ${root}: ${error.fault}; ${remedy}`);
  }
  if (error instanceof TornVersion) {
    const remedy = "restore it, or put it aside to go back to the version before; nothing was overwritten";
    return new StoreError("Malformed", `${doing}: ${shownPath(error.path, root)} in ${root} is damaged; ${remedy}`);
  }
  const written = error instanceof Unconfirmed;
  const failed = written ? error.cause : error;
  const errno = errnoOf(failed);
  if (errno === undefined) return error;
  const { path, message } = failed as NodeJS.ErrnoException;
  const where = path === undefined ? root : `${shownPath(path, root)} in ${root}`;
  if (errno === "ENAMETOOLONG")
    return new StoreError("Invalid", `${doing}: ${where} is too long a name here (${errno})`);
  const words = WORDS[errno] ?? message.replaceAll(/\s+/g, " ");
  const outcome = written ? "it is written, but the disk did not confirm it: read it again" : "nothing was changed";
  return new StoreError("Unavailable", `${doing}: ${where}: ${words} (${errno}); ${outcome}`);
}

/** Why an object is not written, and where it belongs. */
export function misplacedText({ own, files }: Misplaced, root: string): string {
  if (files.length === 0) return `${own} in ${root} holds other objects; give each a file of its own`;
  return `it lies in ${files.join(" and ")} in ${root}, which is never written; move it to ${own}, a file of its own`;
}

/** One error for a list: all files that have to be mended. */
export function malformedTogether(errors: readonly StoreError[]): StoreError {
  return new StoreError(
    "Malformed",
    errors
      .map((error) => error.message)
      .sort()
      .join(" | "),
  );
}

const WORDS: Readonly<Record<string, string>> = {
  EACCES: "no permission",
  EPERM: "not permitted",
  EROFS: "the file system is read-only",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  ENOTDIR: "a file lies where a folder should be",
  EIO: "the disk cannot read or write",
  EMFILE: "too many open files",
};

function shownPath(path: string, root: string): string {
  const below = relative(root, path);
  if (below === "") return ".";
  return below.startsWith("..") || isAbsolute(below) ? path : below;
}
