/** Runs a history on a memory store, and records all addresses. It records no messages, because their words may change. */
import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { IP_ADDRESS, IP_CLAIM, IP_POOL } from "../../provider/api/metal3/kinds";
import type { Properties } from "../../provider/resources/handler";
import { openMemoryStore } from "../../provider/store/memory-store";
import type { Store } from "../../provider/store/store";
import { type Declared, Refused, Stack, testEnvironment } from "../resources/program";
import { openServedStore } from "../resources/served-store";
import { meddle } from "./meddlers";
import type { History, Update } from "./random-histories";

/** Logical name → address, or host → address of a set, or how many addresses a pool offers. */
type Given = Record<string, unknown>;

export interface UpdateRecord {
  /** The changes of others before it. */
  readonly meddled?: readonly string[];
  /** The preview's values, if the update gives others. */
  readonly shown?: Given;
  readonly steps?: readonly string[];
  /** `resource: property` of each fault. */
  readonly refused?: readonly string[];
  /** Stopped by something other than a fault in a check. */
  readonly failed?: true;
  /** The whole state of the stack after it. */
  readonly given: Given;
}

export interface HistoryRecord {
  readonly updates: readonly UpdateRecord[];
  /** The holders in the end. */
  readonly held: unknown;
  /** The objects that are left after each stack's destroy, or its failure. */
  readonly left: unknown;
}

export async function replayed({ updates, reads, isServed }: History): Promise<HistoryRecord> {
  const store = isServed ? openServedStore() : openMemoryStore();
  let minted = 0;
  const environment = testEnvironment({ mintToken: () => `token-${++minted}` });
  const { open } = new Stack(store).manner;
  const stacks = new Map<string, Stack>();
  const records: UpdateRecord[] = [];
  for (const update of updates) {
    const stack = stacks.get(update.stack) ?? new Stack(store, update.stack, environment, "metal3", { reads, open });
    stacks.set(update.stack, stack);
    records.push(await replayedUpdate(stack, update));
  }
  const held = await holdings(store);
  for (const stack of [...stacks.values()].reverse()) await unlessStopped(() => stack.destroy());
  return { updates: records, held, left: await holdings(store) };
}

async function replayedUpdate(stack: Stack, { program, isBlind, before }: Update): Promise<UpdateRecord> {
  const meddled: string[] = [];
  for (const one of before) meddled.push(`${one.what}: ${await meddle(stack.store, one)}`);
  const said = meddled.length > 0 ? { meddled } : {};
  let shown: Given = {};
  const result = await unlessStopped(async () => {
    if (!isBlind) shown = addressesIn(await previewed(stack, program));
    return { steps: await stack.update(program) };
  });
  const given = addressesIn([...stack.state].map(([as, { outputs }]) => [as, outputs]));
  const differs = Object.entries(shown).filter(([as, one]) => !isDeepStrictEqual(one, given[as]));
  return { ...said, ...(differs.length > 0 && { shown: Object.fromEntries(differs) }), ...result, given };
}

async function previewed(stack: Stack, program: readonly Declared[]): Promise<[string, Properties][]> {
  const { inputs } = await stack.preview(program);
  return [...inputs].filter(([as]) => program.some((one) => one.as === as && one.kind !== "ipPool"));
}

type Stopped = Pick<UpdateRecord, "refused" | "failed">;

async function unlessStopped<T>(run: () => Promise<T>): Promise<T | Stopped> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof TypeError || error instanceof assert.AssertionError) throw error;
    if (!(error instanceof Refused)) return { failed: true };
    return { refused: error.failures.map(({ resource, property }) => `${resource}: ${property}`) };
  }
}

function addressesIn(properties: readonly [as: string, Properties][]): Given {
  return Object.fromEntries(
    properties.map(([as, { address, addresses, capacity }]) => [as, textOf(address ?? addresses ?? capacity)]),
  );
}

/** A symbol stands for an unknown value. */
function textOf(value: unknown): unknown {
  if (typeof value === "symbol" || value === undefined) return "unknown";
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, textOf(member)]));
}

async function holdings(store: Store): Promise<unknown> {
  const [pools, locks, claims] = await Promise.all([IP_POOL, IP_ADDRESS, IP_CLAIM].map((kind) => store.list(kind)));
  return {
    entries: byName(pools, ({ preAllocations = {} }) => preAllocations),
    locks: byName(locks, ({ address, claim }) => `${address} ${(claim as { name: string }).name}`),
    claims: Object.keys(byName(claims, () => "")),
  };
}

function byName(objects: Awaited<ReturnType<Store["list"]>> | undefined, tell: (spec: Properties) => unknown): Given {
  const told = (objects ?? []).map(({ metadata, spec }) => [metadata.name, tell(spec as Properties)] as const);
  return Object.fromEntries(told.sort(([a], [b]) => (a < b ? -1 : 1)));
}
