/**
 * The process behind `record`. The real handlers serve this provider's resources, over a store in memory. Other resources are
 * as they were requested. A reservation gets its answer only when the process has nothing else to do: all resources registered
 * by then did not wait for it.
 */
import { createRequire } from "node:module";
import { join } from "node:path";
import { IP_POOL } from "../../provider/api/metal3/kinds";
import { type Handlers, handlersOver } from "../../provider/compose";
import type { Properties } from "../../provider/resources/handler";
import { openMemoryStore } from "../../provider/store/memory-store";
import { testEnvironment } from "../resources/program";
import type { Answers, Recording, Registered } from "./recording";

const [folder = "", spec = ""] = process.argv.slice(2);
const { answers, config } = JSON.parse(spec) as { answers: Answers; config: Record<string, string> };
const load = createRequire(join(folder, "index.ts"));
const { runtime } = load("@pulumi/pulumi") as typeof import("@pulumi/pulumi");

const namespace = "metal3";
const store = openMemoryStore();
const handlers = handlersOver(store, testEnvironment(), namespace);
const kinds: Readonly<Record<string, keyof Handlers>> = {
  IPPool: "ipPool",
  PreAllocation: "preAllocation",
  PreAllocationSet: "preAllocationSet",
};
const ours = "pulumi-nodejs:dynamic/metal3-ipam:";

const phases: { after?: string; registered: Registered[] }[] = [{ registered: [] }];
const errors = new Set<string>(); // many of the program's promises end with the same error
const held = new Map<string, () => void>();

function newResource(type: string, name: string, inputs: Properties): Promise<{ id: string; state: Properties }> {
  phases.at(-1)?.registered.push({ type: type.replace(ours, "metal3-ipam:"), name, inputs });
  const kind = type.startsWith(ours) ? kinds[type.slice(ours.length)] : undefined;
  if (kind === undefined) return Promise.resolve({ id: name, state: inputs });
  if (kind === "ipPool") return made(kind, name, inputs);
  return new Promise((resolve, reject) => {
    held.set(name, () => {
      if (answers[name] === "reserved") made(kind, name, inputs).then(resolve, reject);
      else reject(new Error(`${name} is refused`));
    });
  });
}

async function made(kind: keyof Handlers, resource: string, inputs: Properties) {
  const owner = { stack: `${runtime.getProject()}/${runtime.getStack()}`, resource };
  const news = Object.fromEntries(Object.entries(inputs).filter(([property]) => !property.startsWith("__")));
  const checked = await handlers[kind].check({ owner, olds: undefined, news });
  if (checked.failures.length > 0) throw new Error(JSON.stringify(checked.failures));
  const { id, outputs } = await handlers[kind].create({ owner, inputs: checked.inputs });
  return { id, state: { ...checked.inputs, ...outputs } };
}

function answer(name: string): void {
  phases.push({ after: name, registered: [] });
  const go = held.get(name) ?? (() => errors.add(`${name} was not registered`));
  go();
}

/** When nothing is left to do, gives the next answer. At the end it reports. */
const steps = [...Object.keys(answers).map((name) => () => answer(name)), report];
process.on("beforeExit", () => {
  const next = steps.shift();
  if (next !== undefined) setImmediate(next);
});
process.on("unhandledRejection", (error: Error) => errors.add(error.message));

async function main(): Promise<void> {
  const { name: project } = load("./package.json") as { name: string };
  runtime.setAllConfig(config);
  await runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => newResource(type, name, inputs),
      call: ({ token }) => {
        throw new Error(`There is no answer for ${token}.`);
      },
    },
    project,
    "dev",
  );
  load("./index.ts");
}

interface Held {
  readonly preAllocations?: Readonly<Record<string, string>>;
}

async function report(): Promise<void> {
  const pools = await store.list(IP_POOL);
  const preAllocations = Object.fromEntries(
    pools.map(({ metadata, spec }) => [metadata.name, (spec as Held).preAllocations ?? {}]),
  );
  const recording: Recording = { phases, errors: [...errors], preAllocations };
  process.stdout.write(JSON.stringify(recording));
}

main();
