/** Running Pulumi commands, for tests that interrupt them: their messages, and the processes of the plugin. */
import { execFileSync } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import { eventually } from "../../testbed/cluster";
import type { Stack } from "../../testbed/engine";
import type { PulumiResult } from "../../testbed/result";
import type { RunningPulumi } from "../../testbed/stack";

/** A YAML program. Pulumi's YAML has no anchors. */
export function yaml(resources: object): string {
  return stringify({ resources }, { aliasDuplicateObjects: false });
}

/** Starts an update, and waits for this message. */
export async function upUntil(stack: Stack, message: RegExp): Promise<RunningPulumi> {
  const running = stack.start("up", "--yes", "--skip-preview");
  try {
    await eventually(`the update says ${message}`, async () => message.test(await saidSoFar(stack.folder)));
  } catch (error) {
    running.stop();
    throw error;
  }
  return running;
}

/** The event log of the running command. The log of a finished one is removed. */
async function saidSoFar(folder: string): Promise<string> {
  const [log] = (await readdir(folder)).filter((file) => file.startsWith(".events-"));
  return log === undefined ? "" : readFile(join(folder, log), "utf8");
}

/** Signals the command: its result, and how long that took. */
export async function secondsUntil(
  running: RunningPulumi,
  signal: NodeJS.Signals,
): Promise<{ seconds: number; result: PulumiResult }> {
  const began = performance.now();
  running.signal(signal);
  const result = await running.done;
  return { seconds: (performance.now() - began) / 1_000, result };
}

/** What state has about a resource that is not ready. undefined: nothing. */
export async function stateOf(stack: Stack, name: string): Promise<{ id?: string; initErrors?: string[] } | undefined> {
  const resources: { urn: string; id?: string; initErrors?: string[] }[] =
    (await stack.stackExport()).deployment.resources ?? [];
  const found = resources.find(({ urn }) => urn.endsWith(`::${name}`));
  return found && { id: found.id, initErrors: found.initErrors };
}

/** `creating a`: operations that began, and whose end Pulumi does not know. */
export async function pending(stack: Stack): Promise<string[]> {
  const { pending_operations = [] } = (await stack.stackExport()).deployment;
  const operations = pending_operations as { type: string; resource: { urn: string } }[];
  return operations.map(({ type, resource }) => `${type} ${resource.urn.split("::").at(-1)}`).sort();
}

/** Process ids of the plugin below a command. */
export function pluginsBelow(command: number): number[] {
  const rows = execFileSync("ps", ["-A", "-o", "pid=,ppid=,args="], { encoding: "utf8" }).trim().split("\n");
  const found = [command];
  const plugins: number[] = [];
  for (const parent of found) {
    for (const row of rows) {
      const [pid = 0, ppid = 0] = row.trim().split(/\s+/).map(Number);
      if (ppid !== parent || found.includes(pid)) continue;
      found.push(pid);
      if (row.includes("pulumi-resource-metal3-ipam")) plugins.push(pid);
    }
  }
  return plugins;
}

/** Those that still run. A zombie process does not count. */
export function alive(pids: readonly number[]): number[] {
  return pids.filter((pid) => {
    try {
      return !/^Z/.test(execFileSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" }).trim());
    } catch {
      return false;
    }
  });
}

export async function haveEnded(pids: readonly number[]): Promise<void> {
  if (pids.length === 0) throw new Error("no process of the plugin was seen");
  await eventually(`${pids} have ended`, () => alive(pids).length === 0);
}
