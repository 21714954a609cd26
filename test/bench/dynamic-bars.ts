/** Bar 10: dynamic resources beside dynamic resources that do nothing. Both sides pay for the program and for Pulumi's provider. */
import type { Engine } from "../testbed/engine";
import type { Bar } from "./bar";
import { COMMANDS, type Command, commandSeconds, NO_CHECKPOINTS } from "./engine-commands";
import { median, timesText } from "./turns";

const COUNT = 300;
const ROUNDS = 3;
const LIMIT = 1.1;

const HOSTS = `const hosts = Array.from({ length: ${COUNT} }, (_, index) => "node-" + index);`;

const OURS = `
const { IPPool, PreAllocation } = require("pulumi-metal3-ipam/dynamic");
const pool = new IPPool("net", { pools: [{ subnet: "10.0.0.0/16" }], prefix: 16 });
${HOSTS}
for (const host of hosts) new PreAllocation(host, { pool: pool.name, host });
`;

/**
 * The same resources, with the text of a provider as the dynamic provider of Pulumi evaluates it. They declare the same
 * properties, because Pulumi's SDK takes four stack traces for each property of each resource.
 */
const INERT = `
const { CustomResource } = require("@pulumi/pulumi");
const __provider = "exports.handler = () => ({ check: async (olds, inputs) => ({ inputs }), diff: async () => ({ changes: false }), create: async (outs) => ({ id: 'made', outs }), delete: async () => undefined });";
const declared = ["pool", "namespace", "host", "claimName", "address", "prefix", "gateway", "dnsServers", "__owner"];
const outputs = Object.fromEntries(declared.map((name) => [name, undefined]));
class Inert extends CustomResource {
  constructor(kind, name, args) {
    super("pulumi-nodejs:dynamic/metal3-ipam:" + kind, name, { ...outputs, ...args, __provider });
  }
}
const pool = new Inert("IPPool", "net", { name: "net", pools: [{ subnet: "10.0.0.0/16" }], prefix: 16 });
${HOSTS}
for (const host of hosts) new Inert("PreAllocation", host, { pool: pool.urn, host });
`;

export async function measureDynamic(engine: Engine): Promise<Bar[]> {
  const took = COMMANDS.map((command) => ({ command, ours: [] as number[], floor: [] as number[] }));
  for (let round = 0; round < ROUNDS; round++) {
    const spec = { name: "dynamic", runtime: "javascript", env: NO_CHECKPOINTS } as const;
    const ours = await engine.project({ ...spec, program: OURS });
    const floor = await engine.project({ ...spec, program: INERT });
    for (const one of took) {
      one.floor.push(await commandSeconds(floor, one.command));
      one.ours.push(await commandSeconds(ours, one.command));
    }
  }
  return took.map(({ command, ours, floor }) => barOf(command, median(ours), median(floor)));
}

function barOf(command: Command, ours: number, floor: number): Bar {
  const ratio = ours / floor;
  return {
    number: 10,
    what: `${COUNT} dynamic PreAllocations, folder: \`${command}\``,
    measured: `${ours.toFixed(2)} s / ${floor.toFixed(2)} s`,
    figure: timesText(ratio),
    limit: `≤ ${LIMIT} ×`,
    isMet: ratio <= LIMIT,
  };
}
