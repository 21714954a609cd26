/** Bar 11: the first answer of a process over 65,000 addresses of an API server, beside transfer and JSON.parse of the same pages. */
import { compiledWorker } from "../ipam/processes";
import type { Answered } from "./answering";
import { type Bar, printBars } from "./bar";
import { openFakeApi } from "./fake-api/open";
import { countText, inTurns, median, timesText, timeText } from "./turns";

const ROUNDS = 7;
const ADDRESSES = 65_000;
const LIMIT = 2;

const IMPORTED = ["test/bench/reserved-hosts.ts", "test/store/file/folder.ts"];

export async function measureFirstAnswer(): Promise<Bar[]> {
  const worker = compiledWorker("test/bench/answering.ts", ...IMPORTED);
  const api = await openFakeApi({ addresses: ADDRESSES });
  /** In a process of its own, because the first answer comes from code that is not compiled yet. */
  const side = (name: "ours" | "parse") => async () => {
    const { tookMs, objects } = await worker.start<Answered>(name, api.kubeconfig, api.namespace, api.pool);
    if (objects !== undefined && objects !== ADDRESSES + 1) throw new Error(`${objects} objects were transferred`);
    return tookMs;
  };
  try {
    const sides = { ours: side("ours"), parse: side("parse") };
    await inTurns(1, sides);
    const samples = await inTurns(ROUNDS, sides);
    const [ours, parse] = [median(samples.ours), median(samples.parse)];
    return [
      {
        number: 11,
        what: `first answer over ${countText(ADDRESSES)} addresses, beside transfer and JSON.parse of the same pages`,
        measured: `${timeText(ours)} / ${timeText(parse)}`,
        figure: timesText(ours / parse),
        limit: `≤ ${LIMIT} ×`,
        isMet: ours / parse <= LIMIT,
      },
    ];
  } finally {
    await api.close();
    worker.remove();
  }
}

if (require.main === module) void printBars(measureFirstAnswer);
