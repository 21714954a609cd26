/** Programs on the real engine, each beside the same program with a provider that does nothing, command by command in turns. */
import { join } from "node:path";
import { repository } from "../testbed/cache";
import { type Engine, expectSucceeded, type Stack } from "../testbed/engine";

/** `up` makes everything, and `second up` finds it as it is. */
export const COMMANDS = ["up", "second up", "preview", "destroy"] as const;
export type Command = (typeof COMMANDS)[number];

const UP = ["up", "--yes", "--skip-preview"];
const ARGUMENTS: Readonly<Record<Command, readonly string[]>> = {
  up: UP,
  "second up": UP,
  preview: ["preview"],
  destroy: ["destroy", "--yes", "--skip-preview"],
};

/** Seconds. */
export type Times = Record<Command, number>;

export interface Pair {
  readonly ours: Times;
  readonly floor: Times;
}

/** A program in plain JavaScript, because a compiler would take time on both sides. */
export interface Program {
  readonly name: string;
  readonly source: string;
  readonly config?: Readonly<Record<string, string>>;
}

const INERT = { plugins: { providers: [{ name: "metal3-ipam", path: join(repository, "test", "bench", "noop") }] } };

/** One round: fresh stacks, and each command on both sides. */
export async function round(engine: Engine, program: Program): Promise<Pair> {
  const spec = { name: program.name, runtime: "javascript", program: program.source } as const;
  const config = program.config ?? {};
  const directory = program.config ? null : undefined;
  const ours = await engine.project({ ...spec, config, directory });
  const floor = await engine.project({ ...spec, config, directory, settings: INERT });
  const pair = { ours: {} as Times, floor: {} as Times };
  for (const command of COMMANDS) {
    pair.floor[command] = await seconds(floor, command);
    pair.ours[command] = await seconds(ours, command);
  }
  return pair;
}

async function seconds(stack: Stack, command: Command): Promise<number> {
  return expectSucceeded(await stack.pulumi(...ARGUMENTS[command])).seconds;
}

const HEAD = `
const { IPPool, PreAllocation, PreAllocationSet } = require("pulumi-metal3-ipam");
const pool = new IPPool("net", { pools: [{ subnet: "10.0.0.0/16" }], prefix: 16 });
const hosts = (n) => Array.from({ length: n }, (_, i) => "node-" + i);
`;

export function singles(count: number): string {
  return `${HEAD}for (const host of hosts(${count})) new PreAllocation(host, { pool: pool.name, host });`;
}

export function set(count: number): string {
  return `${HEAD}new PreAllocationSet("rack", { pool: pool.name, hosts: hosts(${count}) });`;
}
