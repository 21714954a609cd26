/** `make bench`: measures all bars, one after another, and writes docs/performance.md. `make bench only=memory` prints one part. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { repository } from "../testbed/cache";
import { startCluster } from "../testbed/cluster";
import { startEngine } from "../testbed/engine";
import { type Bar, barLine } from "./bar";
import { measureDynamic } from "./dynamic-bars";
import { measureCluster, measureFolder } from "./engine-bars";
import { measureFirstAnswer } from "./first-answer";
import { measureLowestFree } from "./lowest-free";
import { measureMemory } from "./memory";
import { measureOneMore } from "./one-more";
import { withBars } from "./page";
import { measureProcesses } from "./processes";
import { measureRetryLoop } from "./retry-loop";
import { measureSetSizes } from "./set-sizes";
import { measureStart } from "./start";
import { measureStateSize } from "./state-size";

const PAGE = join(repository, "docs", "performance.md");

const parts: Readonly<Record<string, () => Promise<Bar[]>>> = {
  start: measureStart,
  lowest: measureLowestFree,
  memory: measureMemory,
  state: measureStateSize,
  folder: () => withEngine(measureFolder),
  cluster: () =>
    withEngine(async (engine) => {
      const cluster = await startCluster({ controllers: false });
      return measureCluster(engine, cluster).finally(() => cluster.dispose());
    }),
  dynamic: () => withEngine(measureDynamic),
  sizes: measureSetSizes,
  more: measureOneMore,
  processes: measureProcesses,
  retries: () => measureRetryLoop(),
  first: measureFirstAnswer,
};

async function withEngine<Result>(work: (engine: Awaited<ReturnType<typeof startEngine>>) => Promise<Result>) {
  const engine = await startEngine();
  return work(engine).finally(() => engine.dispose());
}

async function main(only: string | undefined): Promise<void> {
  const began = performance.now();
  const bars: Bar[] = [];
  for (const [name, measure] of Object.entries(parts)) {
    if (only !== undefined && only !== name) continue;
    const measured = await measure();
    for (const bar of measured) console.log(barLine(bar));
    bars.push(...measured);
  }
  if (only !== undefined) return;
  const minutes = (performance.now() - began) / 60_000;
  const today = new Date().toISOString().slice(0, 10);
  await writeFile(PAGE, withBars(await readFile(PAGE, "utf8"), bars, today, minutes));
}

main(process.argv[2]).catch((error: Error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
