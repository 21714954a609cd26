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
import { type Bar, printBars } from "./bar";
import { median, timesText, timeText } from "./turns";

const ROUNDS = 25;

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

/** Bar 7, and a row without a bar: what the process loads after its port takes time all the same. */
export async function measureStart(): Promise<Bar[]> {
  const took: Record<keyof typeof plugins, Times[]> = { empty: [], "metal3-ipam": [] };
  for (const script of Object.values(plugins)) await startMs(script); // files are read from the disk once
  for (let round = 0; round < ROUNDS; round += 1)
    for (const [name, script] of Object.entries(plugins)) took[name as keyof typeof took].push(await startMs(script));
  const barOf = (until: keyof Times, limit: number): Bar => {
    const [ours, empty] = [took["metal3-ipam"], took.empty].map((times) => median(times.map((each) => each[until])));
    const ratio = ours! / empty!;
    return {
      number: 7,
      what: `start of the plugin to its ${until}, beside an empty plugin of the SDK`,
      measured: `${timeText(ours!)} / ${timeText(empty!)}`,
      figure: timesText(ratio),
      limit: `≤ ${limit} ×`,
      isMet: ratio <= limit,
    };
  };
  return [barOf("port", 0.8), barOf("first answer", 1)];
}

if (require.main === module) void printBars(measureStart);
