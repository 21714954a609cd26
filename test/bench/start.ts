/**
 * From the start of the plugin to its port, and to its first answer, beside an empty plugin on the same SDK: an engine starts a
 * plugin five times in one `pulumi up`. In turns, for a machine is never the same for long; medians, for it is never idle.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { Empty, grpc } from "../../provider/pulumi/grpc";
import { repository } from "../testbed/cache";

const rounds = Number(process.argv[2] ?? 25);

const plugins = {
  empty: join(repository, "test", "bench", "empty-plugin.js"),
  "metal3-ipam": join(repository, "provider", "bin", "pulumi-resource-metal3-ipam"),
};

interface Times {
  readonly port: number;
  /** A port alone shows nothing: the rest of the code may be loaded after it. */
  readonly "first answer": number;
}

async function startMs(script: string): Promise<Times> {
  const began = performance.now();
  const plugin = spawn(process.execPath, [script, "127.0.0.1:1"], { stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(plugin, "exit");
  const port = await Promise.race([once(plugin.stdout, "data"), ended.then(() => undefined)]);
  const portMs = performance.now() - began;
  if (!/^\d+\n$/.test(String(port))) throw new Error(`${script} said no port; build it first`);
  const address = `127.0.0.1:${String(port).trim()}`;
  const client = new ResourceProviderClient(address, grpc.credentials.createInsecure());
  await new Promise<void>((resolve, reject) => {
    client.getPluginInfo(new Empty(), (error) => (error ? reject(error) : resolve()));
  });
  const answerMs = performance.now() - began;
  client.close();
  plugin.kill();
  await ended;
  return { port: portMs, "first answer": answerMs };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle - 1)]!) / 2;
}

async function main(): Promise<void> {
  const took: Record<keyof typeof plugins, Times[]> = { empty: [], "metal3-ipam": [] };
  for (const script of Object.values(plugins)) await startMs(script); // files are read from the disk once
  for (let round = 0; round < rounds; round += 1)
    for (const [name, script] of Object.entries(plugins)) took[name as keyof typeof took].push(await startMs(script));
  for (const until of ["port", "first answer"] as const) {
    const [empty, ours] = [took.empty, took["metal3-ipam"]].map((times) => times.map((each) => each[until]));
    for (const [name, values] of Object.entries({ empty: empty!, "metal3-ipam": ours! })) {
      const [least, middle] = [Math.min(...values), median(values)];
      console.log(
        `${name}: ${middle.toFixed(0)} ms to its ${until} (median of ${rounds}; least ${least.toFixed(0)} ms)`,
      );
    }
    console.log(`ratio of the medians: ${(median(ours!) / median(empty!)).toFixed(2)}`);
  }
}

void main();
