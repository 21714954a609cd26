/** Programs on the real engine, each beside the same program with a provider that does nothing, command by command in turns. */
import { join } from "node:path";
import { stringify } from "yaml";
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

/** A program in YAML, because an SDK would take most of the time on both sides. */
export interface Program {
  readonly name: string;
  readonly source: string;
  readonly config?: Readonly<Record<string, string>>;
}

/** Without it the engine writes its whole state after each step, which takes most of the time on both sides. */
export const NO_CHECKPOINTS = { PULUMI_EXPERIMENTAL: "true", PULUMI_SKIP_CHECKPOINTS: "true" };

const INERT = { plugins: { providers: [{ name: "metal3-ipam", path: join(repository, "test", "bench", "noop") }] } };

/** One round: fresh stacks, and each command on both sides. */
export async function round(engine: Engine, { name, source, config }: Program): Promise<Pair> {
  const spec = { name, runtime: "yaml", program: source, env: NO_CHECKPOINTS } as const;
  const backend = config ? { config, directory: null } : {};
  const ours = await engine.project({ ...spec, ...backend });
  const floor = await engine.project({ ...spec, ...backend, settings: INERT });
  const pair = { ours: {} as Times, floor: {} as Times };
  for (const command of COMMANDS) {
    pair.floor[command] = await commandSeconds(floor, command);
    pair.ours[command] = await commandSeconds(ours, command);
  }
  return pair;
}

export async function commandSeconds(stack: Stack, command: Command): Promise<number> {
  return expectSucceeded(await stack.pulumi(...ARGUMENTS[command])).seconds;
}

function program(resources: Readonly<Record<string, object>>): string {
  const net = { type: "metal3-ipam:IPPool", properties: { pools: [{ subnet: "10.0.0.0/16" }], prefix: 16 } };
  return stringify({ resources: { net, ...resources } }, { defaultStringType: "QUOTE_DOUBLE" });
}

const POOL = "$" + "{net.name}";

function hosts(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `node-${index}`);
}

/** One PreAllocation for each host. */
export function singles(count: number): string {
  const entries = hosts(count).map((host): [string, object] => [
    host,
    { type: "metal3-ipam:PreAllocation", properties: { pool: POOL, host } },
  ]);
  return program(Object.fromEntries(entries));
}

/** One PreAllocationSet of all hosts. */
export function set(count: number): string {
  return program({ rack: { type: "metal3-ipam:PreAllocationSet", properties: { pool: POOL, hosts: hosts(count) } } });
}
