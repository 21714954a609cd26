/** Bars 1 and 2: programs on the real engine, in a folder and on an API server, beside a provider that does nothing. */
import type { Cluster } from "../testbed/cluster";
import type { Engine } from "../testbed/engine";
import type { Bar } from "./bar";
import { type BareSeconds, bareRequests } from "./bare-requests";
import { COMMANDS, type Command, type Pair, round, set, singles } from "./engine-commands";
import { countText, median, timesText } from "./turns";

interface Case {
  readonly number: 1 | 2;
  readonly count: number;
  readonly rounds: number;
}

const CASES: readonly Case[] = [
  { number: 1, count: 300, rounds: 3 },
  { number: 1, count: 1_000, rounds: 2 },
  { number: 2, count: 1_000, rounds: 3 },
];

export async function measureFolder(engine: Engine): Promise<Bar[]> {
  const bars: Bar[] = [];
  for (const one of CASES) {
    const pairs = await roundsOf(one, () => round(engine, programOf(one)));
    bars.push(...COMMANDS.map((command) => barOf(one, "folder", command, secondsOf(pairs, command))));
  }
  return bars;
}

export async function measureCluster(engine: Engine, cluster: Cluster): Promise<Bar[]> {
  const bars: Bar[] = [];
  for (const one of CASES) {
    const bare: BareSeconds[] = [];
    const pairs = await roundsOf(one, async () => {
      const namespace = await cluster.namespace("bench");
      const config = { "metal3-ipam:kubeconfig": await cluster.kubeconfig(), "metal3-ipam:namespace": namespace };
      bare.push(await bareRequests(cluster, one.count, one.number === 2));
      return round(engine, { ...programOf(one), config });
    });
    const requests: Partial<Record<Command, number>> = {
      up: median(bare.map(({ creates }) => creates)),
      destroy: median(bare.map(({ deletes }) => deletes)),
    };
    bars.push(
      ...COMMANDS.map((command) => {
        return barOf(one, "API server", command, { ...secondsOf(pairs, command), bare: requests[command] });
      }),
    );
  }
  return bars;
}

/** Seconds. `bare`: of the requests alone, for a command that writes to an API server. */
interface Seconds {
  readonly ours: number;
  readonly floor: number;
  readonly bare?: number | undefined;
}

/** The figure and its limit, as the bars of the table define them. */
function barOf({ number, count }: Case, where: string, command: Command, { ours, floor, bare }: Seconds): Bar {
  const program = number === 1 ? `${countText(count)} PreAllocations` : `a set of ${countText(count)}`;
  const sides = `${text(ours)} / ${bare === undefined ? text(floor) : `(${text(floor)} + ${text(bare)})`}`;
  const row = { number, what: `${program}, ${where}: \`${command}\``, measured: sides };
  if (number === 1) {
    const most = bare === undefined && where === "API server" ? 1.5 : 1.3;
    const ratio = ours / (floor + (bare ?? 0));
    return { ...row, figure: timesText(ratio), limit: `≤ ${most} ×`, isMet: ratio <= most };
  }
  if (bare !== undefined) {
    const share = (ours - floor) / bare;
    const figure = `the floor + ${share.toFixed(2)} × the requests`;
    return { ...row, figure, limit: "≤ the floor + 1.5 × the requests", isMet: share <= 1.5 };
  }
  const most = command === "up" || command === "destroy" ? 1.5 : 0.5;
  const more = ours - floor;
  const figure = `the floor + ${text(more)}`;
  return { ...row, figure, limit: `≤ the floor + ${most} s`, isMet: more <= most };
}

function programOf({ number, count }: Case) {
  return { name: "bench", source: number === 1 ? singles(count) : set(count) };
}

async function roundsOf({ rounds }: Case, one: () => Promise<Pair>): Promise<Pair[]> {
  const pairs: Pair[] = [];
  for (let done = 0; done < rounds; done++) pairs.push(await one());
  return pairs;
}

function secondsOf(pairs: readonly Pair[], command: Command): Seconds {
  return {
    ours: median(pairs.map(({ ours }) => ours[command])),
    floor: median(pairs.map(({ floor }) => floor[command])),
  };
}

function text(seconds: number): string {
  return `${seconds.toFixed(2)} s`;
}
