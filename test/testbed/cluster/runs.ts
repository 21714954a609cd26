import { spawnSync } from "node:child_process";

/** Whether a process runs. A dead one that its parent has not collected yet does not run. */
export function runs(pid: number): boolean {
  const { stdout } = spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" });
  return /^[^Z]/.test(stdout);
}
