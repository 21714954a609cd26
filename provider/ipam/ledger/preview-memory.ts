/**
 * What a preview has shown, for the update that follows it. Two new claims of one run whose slots meet get their
 * addresses in the order in which the engine happens to check them, and that order differs between preview and update:
 * the one thing that placement cannot settle by itself. A hint, never a lock: what it says is only proposed.
 */
import { createHash } from "node:crypto";
import { appendFileSync, lstatSync, mkdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Address, formatAddress, parseAddress } from "../../core/address";
import type { PoolName } from "../errors";

export interface PreviewMemory {
  /** claim → address, as recently shown to this stack for this pool. */
  recall(stack: string, pool: PoolName): ReadonlyMap<string, Address>;
  remember(stack: string, pool: PoolName, claim: string, address: Address): void;
}

/** Nothing is shown twice: for processes without a preview, and for tests. */
export const noPreviewMemory: PreviewMemory = { recall: () => new Map(), remember: () => undefined };

/** Long enough to read a preview and say yes. */
const KEPT_MS = 60 * 60_000;

/**
 * One file for each target, stack and pool, in a folder of this user's own (0700, files 0600) among the temporary
 * files: a line for each claim, the last one counts. Whatever goes wrong with it, the address is proposed anew.
 */
export function openPreviewMemory(target: string, now: () => number, folder = ownFolder()): PreviewMemory {
  const fileOf = (stack: string, pool: PoolName) => {
    const key = JSON.stringify([target, stack, pool.namespace, pool.name]);
    return join(folder, createHash("sha256").update(key).digest("hex").slice(0, 32));
  };
  return {
    recall(stack, pool) {
      const shown = new Map<string, Address>();
      if (!isOurs(folder)) return shown;
      const file = fileOf(stack, pool);
      removeOld(file, now());
      for (const line of linesOf(file)) {
        const [claim, text, time] = line.split(" ");
        const parsed = parseAddress(text ?? "");
        if (claim && parsed.ok && now() - Number(time) < KEPT_MS) shown.set(claim, parsed.value);
      }
      return shown;
    },
    remember(stack, pool, claim, address) {
      try {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        if (!isOurs(folder)) return;
        appendFileSync(fileOf(stack, pool), `${claim} ${formatAddress(address)} ${now()}\n`, { mode: 0o600 });
      } catch {
        // No room for a hint.
      }
    },
  };
}

function ownFolder(): string {
  const user = process.getuid?.() ?? "user";
  return join(process.env.XDG_RUNTIME_DIR ?? tmpdir(), `pulumi-metal3-ipam-${user}`);
}

/** Others can make folders among the temporary files; what lies in theirs is not believed. */
function isOurs(folder: string): boolean {
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

function removeOld(file: string, nowMs: number): void {
  try {
    if (nowMs - statSync(file).mtimeMs > KEPT_MS) rmSync(file);
  } catch {
    // There is none, or another process has removed it.
  }
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, "utf8").split("\n");
  } catch {
    return [];
  }
}
