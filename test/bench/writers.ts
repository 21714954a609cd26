/** Several processes that reserve addresses of one pool at once. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compiledWorker } from "../ipam/processes";
import type { Writes } from "./counted-writes";
import type { StartLine } from "./start-line";

export interface Entrant {
  /** A folder of manifests, or a kubeconfig's path. */
  readonly place: { readonly folder: string } | { readonly kubeconfig: string };
  readonly namespace: string;
  readonly pool: string;
  readonly index: number;
  readonly startLine: StartLine;
  readonly hosts: readonly string[];
  readonly placement: "byName" | "lowest";
}

export interface Report {
  readonly addresses: readonly string[];
  /** In milliseconds since the epoch. */
  readonly beganAt: number;
  readonly endedAt: number;
  readonly writes: Writes;
}

export interface Wave extends Pick<Entrant, "place" | "namespace" | "pool" | "placement"> {
  readonly processes: number;
  /** Of each process. */
  readonly hosts: number;
}

export interface Outcome {
  readonly wallMs: number;
  readonly writes: number;
}

export interface Writers {
  run(wave: Wave): Promise<Outcome>;
  remove(): void;
}

/** Processes with our handlers. */
export function ourWriters(): Writers {
  return writers("reserving", ["counted-writes", "reserved-hosts", "start-line", "../store/file/folder"]);
}

/** Processes with a loop that replaces the pool until it does not conflict. */
export function loopingWriters(): Writers {
  return writers("replacing", ["start-line"]);
}

function writers(script: string, imported: readonly string[]): Writers {
  const pathOf = (name: string) => join("test/bench", `${name}.ts`);
  const worker = compiledWorker(pathOf(script), ...imported.map(pathOf));
  return {
    run: (wave) => runWave((entrant) => worker.start<Report>(JSON.stringify(entrant)), wave),
    remove: worker.remove,
  };
}

/** Throws if an address has two hosts, or a host has none. */
async function runWave(
  start: (entrant: Entrant) => Promise<Report>,
  { processes, hosts, ...shared }: Wave,
): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), "start-line-"));
  try {
    const startLine = { folder, processes };
    const running = Array.from({ length: processes }, (_, index) => {
      // Whatever the number of processes, all together reserve the same hosts.
      const names = Array.from({ length: hosts }, (_, number) => `worker-${index * hosts + number}`);
      return start({ ...shared, index, startLine, hosts: names });
    });
    const reports = await Promise.all(running);
    const addresses = new Set(reports.flatMap((report) => report.addresses));
    if (addresses.size !== processes * hosts)
      throw new Error(`${addresses.size} addresses for ${processes * hosts} hosts`);
    return {
      wallMs: Math.max(...reports.map(({ endedAt }) => endedAt)) - Math.min(...reports.map(({ beganAt }) => beganAt)),
      writes: reports.reduce((sum, { writes }) => sum + writes.create + writes.patch + writes.remove, 0),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
