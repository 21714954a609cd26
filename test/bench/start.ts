/**
 * From the start of the plugin to its port, beside an empty plugin on the same SDK: an engine starts a plugin five times
 * in one `pulumi up`. In turns, for a machine is never the same for long; medians, for it is never idle.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { repository } from "../testbed/cache";

const rounds = Number(process.argv[2] ?? 25);

const plugins = {
  empty: join(repository, "test", "bench", "empty-plugin.js"),
  "metal3-ipam": join(repository, "provider", "bin", "pulumi-resource-metal3-ipam"),
};

async function startMs(script: string): Promise<number> {
  const began = performance.now();
  const plugin = spawn(process.execPath, [script, "127.0.0.1:1"], { stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(plugin, "exit");
  const port = await Promise.race([once(plugin.stdout, "data"), ended.then(() => undefined)]);
  const tookMs = performance.now() - began;
  plugin.kill();
  await ended;
  if (!/^\d+\n$/.test(String(port))) throw new Error(`${script} said no port; build it first`);
  return tookMs;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle - 1)]!) / 2;
}

async function main(): Promise<void> {
  const took: Record<keyof typeof plugins, number[]> = { empty: [], "metal3-ipam": [] };
  for (const script of Object.values(plugins)) await startMs(script); // files are read from the disk once
  for (let round = 0; round < rounds; round += 1)
    for (const [name, script] of Object.entries(plugins)) took[name as keyof typeof took].push(await startMs(script));
  for (const [name, values] of Object.entries(took)) {
    const [least, middle] = [Math.min(...values), median(values)];
    console.log(`${name}: ${middle.toFixed(0)} ms to its port (median of ${rounds}; least ${least.toFixed(0)} ms)`);
  }
  console.log(`ratio of the medians: ${(median(took["metal3-ipam"]) / median(took.empty)).toFixed(2)}`);
}

void main();
