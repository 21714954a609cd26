/**
 * The preview memory in files. One file for each target, stack and pool, in a folder of this user's own (0700, files 0600)
 * among the temporary files: a line for each claim, and the last line counts. If anything goes wrong with a file, the
 * address is proposed anew.
 */
import { createHash } from "node:crypto";
import { appendFileSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatAddress, parseAddress } from "../core/address";
import type { PreviewMemory, Remembered } from "../ipam/pool/preview-memory";
import type { PoolName } from "../ipam/pool-name";
import { engineCommand } from "./engine-command";

/** Long enough to read a preview and say yes. */
const KEPT_MS = 60 * 60_000;
/** A process that shows the same again writes it again after this long. */
const FRESH_MS = KEPT_MS / 4;
/** In place of an address. */
const FORGOTTEN = "-";

export function openPreviewMemory(
  target: string,
  now: () => number,
  folder = ownFolder(),
  command = engineCommand(),
): PreviewMemory {
  const fileOf = (stack: string | undefined, pool: PoolName) => {
    const key = JSON.stringify([target, stack, pool.namespace, pool.name]);
    return join(folder, createHash("sha256").update(key).digest("hex").slice(0, 32));
  };
  /** The last line that this process has written of a claim. */
  const written = new Map<string, { readonly text: string; readonly asked: string; readonly timeMs: number }>();

  const keyOf = (file: string, claim: string) => [file, claim].join(" ");

  function append(file: string, lines: readonly string[]): void {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      if (isOwnFolder(folder)) appendFileSync(file, lines.map((line) => `${line}\n`).join(""), { mode: 0o600 });
    } catch {
      // No room for a hint.
    }
  }

  return {
    recall(stack, pool) {
      const shown = new Map<string, Remembered>();
      if (!isOwnFolder(folder)) return shown;
      removeOld(folder, now());
      for (const line of linesOf(fileOf(stack, pool))) {
        const [claim, text = "", time, by, asked = ""] = line.split(" ");
        if (claim === undefined || !(now() - Number(time) < KEPT_MS)) continue;
        const parsed = parseAddress(text);
        const isOwn = by === command;
        if (text === FORGOTTEN) shown.delete(claim);
        // Another preview of the same stack, beside this command, does not change what this one has shown.
        else if (parsed.ok && (isOwn || !shown.get(claim)?.isOwn))
          shown.set(claim, { address: parsed.value, asked, isOwn });
      }
      return shown;
    },

    remember(stack, pool, claim, { address, asked }) {
      const file = fileOf(stack, pool);
      const text = formatAddress(address);
      const key = keyOf(file, claim);
      const last = written.get(key);
      if (last?.text === text && last.asked === asked && now() - last.timeMs < FRESH_MS) return;
      written.set(key, { text, asked, timeMs: now() });
      append(file, [[claim, text, now(), command, asked].join(" ")]);
    },

    forget(stack, pool, claims) {
      if (claims.length === 0) return;
      const file = fileOf(stack, pool);
      for (const claim of claims) written.delete(keyOf(file, claim));
      append(
        file,
        claims.map((claim) => [claim, FORGOTTEN, now(), command, ""].join(" ")),
      );
    },
  };
}

function ownFolder(): string {
  const user = process.getuid?.() ?? "user";
  return join(process.env.XDG_RUNTIME_DIR ?? tmpdir(), `pulumi-metal3-ipam-${user}`);
}

/** Others can make folders among the temporary files; what lies in theirs is not believed. */
function isOwnFolder(folder: string): boolean {
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

/** Also of stacks that nobody previews any more. */
function removeOld(folder: string, nowMs: number): void {
  try {
    for (const file of readdirSync(folder).map((name) => join(folder, name))) {
      if (nowMs - statSync(file).mtimeMs > KEPT_MS) rmSync(file);
    }
  } catch {
    // Another process is removing them.
  }
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, "utf8").split("\n");
  } catch {
    return [];
  }
}
