import { spawnSync } from "node:child_process";

/** Whether a process runs; one that is dead and not yet collected by its parent does not. */
export function runs(pid: number): boolean {
  const { stdout } = spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" });
  return /^[^Z]/.test(stdout);
}
