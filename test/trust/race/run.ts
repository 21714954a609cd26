/** Several processes reserve at once, as several `pulumi up`s do. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compiledWorker } from "../../ipam/processes";
import type { Held } from "./audit";
import type { Place } from "./place";
import type { Entrant, Report } from "./racer";

export interface Field {
  readonly processes: number;
  /** Of each process. */
  readonly hosts: number;
  readonly placement: Entrant["placement"];
  readonly faults?: Entrant["faults"];
  readonly overwrites?: boolean;
  /** The claims to reserve. Default: all. After a run that failed for some, state has the others. */
  readonly only?: (claim: string) => boolean;
}

export interface Outcome {
  /** The answers of hosts, by their claims. */
  readonly told: readonly Held[];
  /** Their times, in milliseconds since the epoch. */
  readonly at: ReadonlyMap<string, number>;
  /** The errors of the others, by their claims. */
  readonly refused: ReadonlyMap<string, string>;
  /** The faults of each kind in the processes' system calls. */
  readonly met: Readonly<Record<string, number>>;
  readonly seconds: number;
}

/** Gives a suite the processes of races. */
export function useRacers(suite: Mocha.Suite): (place: Place, field: Field) => Promise<Outcome> {
  let racer: ReturnType<typeof compiledWorker>;
  suite.beforeAll("racers", () => {
    racer = compiledWorker("test/trust/race/racer.ts", ...IMPORTED);
  });
  suite.afterAll("racers", () => racer?.remove());
  return async (place, { processes, hosts, only = () => true, ...field }) => {
    const folder = await mkdtemp(join(tmpdir(), "start-line-"));
    const startLine = { folder, processes };
    const started = performance.now();
    const running = Array.from({ length: processes }, (_, index) => {
      const names = Array.from({ length: hosts }, (_, number) => `node-${index}-${number}`);
      const its = names.filter((host) => only(claimOf(host)));
      const entrant = { ...field, hosts: its, place: place.of, namespace: place.namespace, index, startLine };
      return racer.start<Report>(JSON.stringify(entrant satisfies Entrant));
    });
    await Promise.allSettled(running);
    await rm(folder, { recursive: true });
    const reports = await Promise.all(running);
    const met: Record<string, number> = {};
    for (const report of reports) {
      for (const [trouble, times] of Object.entries(report.met)) met[trouble] = (met[trouble] ?? 0) + times;
    }
    const told = reports.flatMap(({ addresses }) => Object.entries(addresses));
    const refused = reports.flatMap((report) => Object.entries(report.refused));
    return {
      told: told.map(([host, address]) => ({ claim: claimOf(host), address })),
      at: new Map(reports.flatMap(({ at }) => Object.entries(at)).map(([host, time]) => [claimOf(host), time])),
      refused: new Map(refused.map(([host, message]) => [claimOf(host), message])),
      met,
      seconds: (performance.now() - started) / 1000,
    };
  };
}

/** The imports of racer.ts outside of `provider/`. */
const IMPORTED = ["../scale", "../../store/kubernetes/connected", "faulty-files", "overwriting", "write-record"].map(
  (name) => join("test/trust/race", `${name}.ts`),
);

const claimOf = (host: string) => `${host}-net`;
