/** A folder of this user's own (0700, files 0600) among the temporary files: hints for processes that come later, or run beside. */
import { appendFileSync, lstatSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Long enough to read a preview and say yes. */
export const KEPT_MS = 60 * 60_000;

export function ownFolder(): string {
  const user = process.getuid?.() ?? "user";
  return join(process.env.XDG_RUNTIME_DIR ?? tmpdir(), `pulumi-metal3-ipam-${user}`);
}

/** Adds lines to a file of the folder. Of two processes that do, one comes first. Where that cannot be, the hint is lost. */
export function appendLines(folder: string, file: string, lines: readonly string[]): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (isOwnFolder(folder)) appendFileSync(file, lines.map((line) => `${line}\n`).join(""), { mode: 0o600 });
  } catch {
    // No room for a hint.
  }
}

/** Others can make folders among the temporary files; what lies in theirs is not believed. */
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

/** Old files go whichever stack they belong to: it may never be previewed again. */
export function removeOld(folder: string, nowMs: number): void {
  try {
    for (const file of readdirSync(folder).map((name) => join(folder, name))) {
      if (nowMs - statSync(file).mtimeMs > KEPT_MS) rmSync(file);
    }
  } catch {
    // Another process is removing them.
  }
}
