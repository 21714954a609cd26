import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Reads lists of process ids. The last list counts. When no process can write any more, kills all of them. The files that one
 * of them wrote while it was killed need a second `rm`.
 */
const script = `
  while read -r line; do pids=$line; done
  [ -z "$pids" ] || kill -9 $pids
  rm -rf -- "$1" || { sleep 1; rm -rf -- "$1"; }`;

/**
 * A small process that outlives this one by a moment after any end, also SIGKILL. Then it kills the
 * servers that still run, by their ids, and removes their folder.
 */
export interface Keeper {
  /** The folder of all temporary files. */
  readonly root: string;
  readonly pid: number;
  watch(pid: number): void;
  forget(pid: number): void;
  /** Does the same now, and waits for it. */
  release(): Promise<void>;
}

export async function startKeeper(): Promise<Keeper> {
  const root = join(tmpdir(), `metal3-ipam-cluster-${randomBytes(6).toString("hex")}`);
  const child = spawn("/bin/sh", ["-c", script, "keeper", root], {
    detached: true, // Ctrl-C in a terminal must not reach it
    stdio: ["pipe", "ignore", "ignore"],
  });
  await once(child, "spawn");
  await mkdir(root, { mode: 0o700 }); // not before its remover runs
  const ended = once(child, "exit").then(() => undefined);
  child.unref();
  (child.stdin as unknown as { unref(): void }).unref(); // it does not keep the Node process running
  const pids = new Set<number>();
  const tell = (): boolean => child.stdin.writable && child.stdin.write(`${[...pids].join(" ")}\n`);
  return {
    root,
    pid: child.pid ?? 0,
    watch(pid) {
      pids.add(pid);
      tell();
    },
    forget(pid) {
      if (pids.delete(pid)) tell();
    },
    release() {
      child.ref(); // this process must run to see its end
      child.stdin.end();
      return ended;
    },
  };
}
