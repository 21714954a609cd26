/** A folder of this user (0700, files 0600) among the temporary files. It has hints for later and parallel processes. */
import { appendFileSync, lstatSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Enough time to read a preview and confirm it. */
export const KEPT_MS = 60 * 60_000;

export function ownFolder(): string {
  const user = process.getuid?.() ?? "user";
  return join(process.env.XDG_RUNTIME_DIR ?? tmpdir(), `pulumi-metal3-ipam-${user}`);
}

/**
 * Appends lines to a file of the folder. If two processes append, one comes first. If the append fails, the hint is lost.
 */
export function appendLines(folder: string, file: string, lines: readonly string[]): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (isOwnFolder(folder)) appendFileSync(file, lines.map((line) => `${line}\n`).join(""), { mode: 0o600 });
  } catch {
    // The hint is lost.
  }
}

/** False for a folder of another user, because other users can create folders among the temporary files. */
export function isOwnFolder(folder: string): boolean {
  try {
    const found = lstatSync(folder);
    const isWritableByOthers = (found.mode & 0o022) !== 0;
    return (
      found.isDirectory() && !isWritableByOthers && (process.getuid === undefined || found.uid === process.getuid())
    );
  } catch {
    return false;
  }
}

/** Removes old files of all stacks, because a stack may never be previewed again. */
export function removeOld(folder: string, nowMs: number): void {
  try {
    for (const file of readdirSync(folder).map((name) => join(folder, name))) {
      if (nowMs - statSync(file).mtimeMs > KEPT_MS) rmSync(file);
    }
  } catch {
    // Another process is removing them.
  }
}
