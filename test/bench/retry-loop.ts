/** Bar 9: 256 reservations from four processes over an API server, beside a loop that replaces the pool until it does not conflict. */
import { type Bar, printBars } from "./bar";
import { type Api, openFakeApi } from "./fake-api/open";
import { countText, inTurns, median, timesText, timeText } from "./turns";
import { loopingWriters, type Outcome, ourWriters, type Wave, type Writers } from "./writers";

const ROUNDS = 3;
const PROCESSES = 4;
const HOSTS = 256;
const LIMIT = 10;

interface Taken extends Outcome {
  readonly requests: number;
}

/** `open`: opens an API server with one empty pool, 10.0.0.0/8, for each sample. */
export async function measureRetryLoop(open: () => Promise<Api> = openFakeApi): Promise<Bar[]> {
  const writers = { ours: ourWriters(), loop: loopingWriters() };
  const taken: Record<keyof typeof writers, Taken[]> = { ours: [], loop: [] };
  const side = (name: keyof typeof writers) => async () => {
    const outcome = await onServer(writers[name], await open());
    taken[name].push(outcome);
    return outcome.wallMs;
  };
  try {
    await inTurns(ROUNDS, { ours: side("ours"), loop: side("loop") });
  } finally {
    for (const one of Object.values(writers)) one.remove();
  }
  const bar = (what: string, of: (outcome: Taken) => number, text: (value: number) => string, how: string): Bar => {
    const [ours, loop] = [median(taken.ours.map(of)), median(taken.loop.map(of))];
    return {
      number: 9,
      what: `${what} of ${HOSTS} reservations from ${PROCESSES} processes, beside get, replace and retry`,
      measured: `${text(ours)} / ${text(loop)}`,
      figure: `${timesText(loop / ours)} ${how}`,
      limit: `≥ ${LIMIT} × ${how}`,
      isMet: loop / ours >= LIMIT,
    };
  };
  return [
    bar("wall time", ({ wallMs }) => wallMs, timeText, "faster"),
    bar("requests", ({ requests }) => requests, countText, "fewer"),
  ];
}

async function onServer(writers: Writers, api: Api): Promise<Taken> {
  try {
    const { kubeconfig, namespace, pool } = api;
    const before = await api.requests();
    const wave: Omit<Wave, "placement"> = {
      place: { kubeconfig },
      namespace,
      pool,
      processes: PROCESSES,
      hosts: HOSTS / PROCESSES,
    };
    const outcome = await writers.run({ ...wave, placement: "byName" });
    return { ...outcome, requests: (await api.requests()) - before };
  } finally {
    await api.close();
  }
}

if (require.main === module) void printBars(measureRetryLoop);
