import { randomBytes } from "node:crypto";
import { existsSync, readdirSync, statSync, utimesSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

/**
 * The folder of built tools and installed packages between runs.
 * Outside of the repository, so that `git clean` costs no build.
 */
export function cacheRoot(): string {
  const { METAL3_IPAM_TOOLS, XDG_CACHE_HOME } = process.env;
  return METAL3_IPAM_TOOLS || join(XDG_CACHE_HOME || join(homedir(), ".cache"), "pulumi-metal3-ipam");
}

/**
 * A folder of the cache, made by `build` if it is not there yet. It is built under another name and renamed when
 * complete, so a folder under its own name is always complete. Two processes at once both build, and the first rename
 * wins. That waste is rare, and a lock file would be one more thing that a kill leaves behind.
 */
export async function cachedFolder(name: string, build: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(cacheRoot(), name);
  if (existsSync(folder)) {
    const now = new Date();
    utimesSync(folder, now, now); // "last used", for dropOld
    return folder;
  }
  await mkdir(cacheRoot(), { recursive: true });
  await sweepHalfBuilt();
  const half = `${folder}.${process.pid}.${randomBytes(4).toString("hex")}.half`;
  try {
    await mkdir(half);
    await build(half);
    await rename(half, folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
    });
  } finally {
    await rm(half, { recursive: true, force: true });
  }
  return folder;
}

/** Drops folders `<prefix>…` that were not used for a while, except the newest few (a running process may still use one). */
export async function dropOld(prefix: string, keep = 4, olderThanMs = 3600_000): Promise<void> {
  const lastUse = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const folders = readdirSync(cacheRoot())
    .filter((name) => name.startsWith(prefix) && !name.endsWith(".half"))
    .map((name) => join(cacheRoot(), name))
    .sort((a, b) => lastUse(b) - lastUse(a));
  const old = folders.slice(keep).filter((path) => Date.now() - lastUse(path) > olderThanMs);
  await Promise.all(old.map((path) => rm(path, { recursive: true, force: true })));
}

/** Removes what a killed process has left. Its id is part of the name. */
async function sweepHalfBuilt(): Promise<void> {
  const dead = readdirSync(cacheRoot()).filter((name) => {
    const pid = /\.(\d+)\.[0-9a-f]{8}\.half$/.exec(name)?.[1];
    return pid !== undefined && !isAlive(Number(pid));
  });
  await Promise.all(dead.map((name) => rm(join(cacheRoot(), name), { recursive: true, force: true })));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** The repository's root, independent of where the test was started. */
export const repository = dirname(dirname(__dirname));
