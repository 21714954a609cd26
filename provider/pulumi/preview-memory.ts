/**
 * The preview memory in files. Each target, stack and pool has a file in a folder of this user (0700, files 0600) among the
 * temporary files. A file has a line for each claim, and the last line counts. If a file cannot be read or written, the
 * address is proposed again.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { formatAddress, parseAddress } from "../core/address";
import type { PreviewMemory, Remembered } from "../ipam/pool/preview-memory";
import type { PoolName } from "../ipam/pool-name";
import { engineCommand } from "./engine-command";
import { appendLines, isOwnFolder, KEPT_MS, ownFolder, removeOld } from "./own-folder";

/** After this time, a process writes an unchanged address again. */
const FRESH_MS = KEPT_MS / 4;
/** Replaces an address that is forgotten. */
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
  /** The last line that this process has written for each claim. */
  const written = new Map<string, { readonly text: string; readonly asked: string; readonly timeMs: number }>();

  const keyOf = (file: string, claim: string) => [file, claim].join(" ");

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
        // A parallel preview of the same stack does not change what this command has shown.
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
      appendLines(folder, file, [[claim, text, now(), command, asked].join(" ")]);
    },

    forget(stack, pool, claims) {
      if (claims.length === 0) return;
      const file = fileOf(stack, pool);
      for (const claim of claims) written.delete(keyOf(file, claim));
      appendLines(
        folder,
        file,
        claims.map((claim) => [claim, FORGOTTEN, now(), command, ""].join(" ")),
      );
    },
  };
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, "utf8").split("\n");
  } catch {
    return [];
  }
}
