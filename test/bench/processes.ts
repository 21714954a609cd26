/** Bar 8: four processes that reserve 250 hosts each in one pool of a folder, beside one that reserves the same 1,000. */
import { openFileStore } from "../../provider/store/file/file-store";
import { type Bar, printBars } from "./bar";
import { NAMESPACE, reserveHosts, temporaryFolder } from "./reserved-hosts";
import { countText, inTurns, median, timesText, timeText } from "./turns";
import { type Outcome, ourWriters, type Wave, type Writers } from "./writers";

const ROUNDS = 3;
const HOSTS = 1_000;
const PROCESSES = 4;
const LIMITS = { writes: 1.5, wall: 2 };
const POOL = "net";

async function inFolder(writers: Writers, processes: number, placement: Wave["placement"]): Promise<Outcome> {
  const { directory, remove } = await temporaryFolder();
  try {
    await reserveHosts(openFileStore(directory), { [POOL]: 0 });
    const place = { folder: directory };
    const hosts = HOSTS / processes;
    return await writers.run({ place, namespace: NAMESPACE, pool: POOL, placement, processes, hosts });
  } finally {
    await remove();
  }
}

export async function measureProcesses(): Promise<Bar[]> {
  const writers = ourWriters();
  try {
    return [...(await besideOne(writers, "byName")), ...(await besideOne(writers, "lowest"))];
  } finally {
    writers.remove();
  }
}

async function besideOne(writers: Writers, placement: Wave["placement"]): Promise<Bar[]> {
  const outcomes: Record<"several" | "one", Outcome[]> = { several: [], one: [] };
  const side = (name: "several" | "one", processes: number) => async () => {
    const outcome = await inFolder(writers, processes, placement);
    outcomes[name].push(outcome);
    return outcome.wallMs;
  };
  const wallMs = await inTurns(ROUNDS, { several: side("several", PROCESSES), one: side("one", 1) });
  const writes = (name: "several" | "one") => median(outcomes[name].map((outcome) => outcome.writes));
  const bar = (
    what: string,
    [several, one]: [number, number],
    text: (value: number) => string,
    limit: number,
  ): Bar => ({
    number: 8,
    what: `${what} of 4 processes × 250 reservations (${placement}), beside 1 process × 1,000`,
    measured: `${text(several)} / ${text(one)}`,
    figure: timesText(several / one),
    limit: `≤ ${limit} ×`,
    isMet: several / one <= limit,
  });
  return [
    bar("writes", [writes("several"), writes("one")], countText, LIMITS.writes),
    bar("wall time", [median(wallMs.several), median(wallMs.one)], timeText, LIMITS.wall),
  ];
}

if (require.main === module) void printBars(measureProcesses);
