import { isAbsolute, relative } from "node:path";
import { StoreError, type StoreErrorReason } from "../store";
import { failed } from "../wording";
import { Unconfirmed } from "./file-commit";
import { MalformedManifest } from "./file-observe";
import { errnoOf } from "./file-system";
import { TornVersion } from "./file-version";
import { fileWording } from "./wording";

/** The StoreError for an error in a folder. `verb` and `what`: see `failed`. An unknown error is returned unchanged. */
export function asStoreError(error: unknown, verb: string, what: string, root: string): unknown {
  const storeError = (reason: StoreErrorReason, why: string) => new StoreError(reason, failed(verb, what, why));
  if (error instanceof MalformedManifest) {
    return storeError("Malformed", fileWording.malformed(error.shown, root, error.fault));
  }
  if (error instanceof TornVersion) {
    return storeError("Malformed", fileWording.damaged(shownPath(error.path, root), root));
  }
  const written = error instanceof Unconfirmed;
  const cause = written ? error.cause : error;
  const errno = errnoOf(cause);
  if (errno === undefined) return error;
  const { path, message } = cause as NodeJS.ErrnoException;
  const where = path === undefined ? root : `${shownPath(path, root)} in ${root}`;
  if (errno === "ENAMETOOLONG") return storeError("Invalid", fileWording.nameTooLong(where, errno));
  const said = message.replaceAll(/\s+/g, " ");
  const text = written ? fileWording.unconfirmed : fileWording.failedCall;
  return storeError("Unavailable", text(where, errno, said));
}

/** One error for a list. It names all files that must be fixed. */
export function malformedTogether(errors: readonly StoreError[]): StoreError {
  return new StoreError(
    "Malformed",
    errors
      .map((error) => error.message)
      .sort()
      .join(" "),
  );
}

function shownPath(path: string, root: string): string {
  const below = relative(root, path);
  if (below === "") return ".";
  return below.startsWith("..") || isAbsolute(below) ? path : below;
}
