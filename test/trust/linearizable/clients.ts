/**
 * Clients that reserve and release on one pool. Each client is its own stack, and each operation its own run: handlers
 * that have read nothing yet.
 */
import { IP_ADDRESS, IP_POOL } from "../../../provider/api/metal3/kinds";
import { handlersOver } from "../../../provider/compose";
import type { Environment } from "../../../provider/ipam/environment";
import { IpamError } from "../../../provider/ipam/errors";
import { noPreviewMemory } from "../../../provider/ipam/pool/preview-memory";
import { pulumiWords } from "../../../provider/pulumi/vocabulary";
import type { Properties } from "../../../provider/resources/handler";
import type { Store } from "../../../provider/store/store";
import { randomFrom } from "../scale";
import { faultsOf, type Held, type Operation, type Said } from "./checker";
import type { Turns } from "./turns";

export interface Plan {
  readonly seed: number;
  readonly clients: number;
  readonly operations: number;
  readonly kind: "preAllocation" | "ipClaim";
  readonly namespace: string;
}

export interface Ran {
  readonly faults: readonly string[];
  readonly given: number;
  readonly refused: number;
  readonly history: readonly Operation[];
}

/** Fewer than the clients want, so that they compete. */
const ADDRESSES = Array.from({ length: 8 }, (_, index) => `10.0.0.${10 + index}`);
const HOSTS = Array.from({ length: 12 }, (_, index) => `h${index}`);
const POOL = { pools: [{ start: ADDRESSES[0], end: ADDRESSES.at(-1) }], namePrefix: "net", prefix: 24 };

/** `storeOf` opens a client's store. The store of client -1 waits for no turn. */
export async function runHistory(plan: Plan, turns: Turns, storeOf: (client: number) => Store): Promise<Ran> {
  const { clients, namespace, kind } = plan;
  const outside = storeOf(-1);
  const head = { apiVersion: "ipam.metal3.io/v1alpha1", kind: "IPPool", metadata: { name: "net", namespace } };
  await outside.create(IP_POOL, { ...head, spec: POOL });
  const clock = new Clock();
  const all = Array.from({ length: clients }, (_, index) => new Client(index, plan, storeOf(index), turns, clock));
  await Promise.all(all.map((client) => client.run()));
  const history = all.flatMap((client) => client.done).sort((a, b) => a.called - b.called);
  const held = all.flatMap((client) => client.held());
  const count = (did: Said["did"]) => history.filter(({ said }) => said.did === did).length;
  return {
    faults: [...faultsOf(history, ADDRESSES), ...(await misstored(outside, held, kind, namespace))],
    given: count("reserve"),
    refused: count("refuse"),
    history,
  };
}

/** Moments, all different. */
class Clock {
  private moment = 0;

  tick(): number {
    return ++this.moment;
  }
}

class Client {
  readonly done: Operation[] = [];
  /** host → its state. */
  private readonly states = new Map<string, Properties>();
  private readonly random: () => number;
  private readonly environment: Environment;

  constructor(
    private readonly index: number,
    private readonly plan: Plan,
    private readonly store: Store,
    turns: Turns,
    private readonly clock: Clock,
  ) {
    this.random = randomFrom(plan.seed * 100 + index);
    let now = 0;
    let minted = 0;
    this.environment = {
      now: () => now,
      sleep: async (delayMs) => {
        now += delayMs;
        for (let turn = 0; turn <= Math.min(delayMs / 10, 20); turn++) await turns.wait(index);
      },
      random: this.random,
      mintToken: () => `token-${index}-${++minted}`,
      waitMs: 1_000,
      controllerWaitMs: 1_000,
      previews: noPreviewMemory,
      words: pulumiWords,
      run: "run",
      tellsEnd: true,
    };
  }

  async run(): Promise<void> {
    for (let operation = 0; operation < this.plan.operations; operation++) {
      const called = this.clock.tick();
      const said = await this.next();
      this.done.push({ client: this.index, called, returned: this.clock.tick(), said });
    }
  }

  held(): Held[] {
    return [...this.states].map(([host, { address }]) => ({ claim: this.claimOf(host), address: String(address) }));
  }

  private next(): Promise<Said> {
    const draw = this.random();
    if (draw < 0.1) return this.list();
    if (draw < 0.5 && this.states.size > 0) return this.release(this.pick([...this.states.keys()]));
    const host = this.pick(HOSTS.filter((one) => !this.states.has(one)));
    return this.reserve(host, draw < 0.75 ? this.pick(ADDRESSES) : undefined);
  }

  private async reserve(host: string, asked: string | undefined): Promise<Said> {
    const claim = this.claimOf(host);
    const named = this.plan.kind === "ipClaim" ? { name: host } : { host };
    const request = { owner: this.owner(host), olds: undefined };
    const handler = this.handlers()[this.plan.kind];
    try {
      const { inputs, failures } = await handler.check({
        ...request,
        news: { ...named, pool: "net", ...(asked && { address: asked }) },
      });
      // A check names holders like the refusal of an update.
      const texts = failures.map(({ reason }) => reason).join("; ");
      if (texts !== "") return refusal(claim, asked, texts);
      const { outputs } = await handler.create({ owner: request.owner, inputs });
      this.states.set(host, outputs);
      return { did: "reserve", claim, asked, address: String(outputs.address) };
    } catch (error) {
      if (error instanceof IpamError) return refusal(claim, asked, error.message);
      throw error;
    }
  }

  private async release(host: string): Promise<Said> {
    const state = this.states.get(host)!;
    const { kind, namespace } = this.plan;
    const id = kind === "ipClaim" ? `${namespace}/${host}` : `${namespace}/net/${host}-net`;
    await this.handlers()[kind].delete({ owner: this.owner(host), id, state });
    this.states.delete(host);
    return { did: "release", claim: this.claimOf(host), address: String(state.address) };
  }

  private async list(): Promise<Said> {
    return { did: "list", found: await locksIn(this.store, this.plan.namespace) };
  }

  private owner(host: string) {
    return { stack: `metal/client-${this.index}`, resource: host };
  }

  private claimOf(host: string): string {
    return this.plan.kind === "ipClaim" ? host : `${host}-net`;
  }

  private handlers() {
    return handlersOver(this.store, this.environment, this.plan.namespace);
  }

  private pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.random() * from.length)]!;
  }
}

/** Throws all errors except a refusal because of a holder. */
function refusal(claim: string, asked: string | undefined, text: string): Said {
  const full = / addresses are in use/.test(text);
  if (!full && !/ is (held|used) by | has it now\. |already|exists/.test(text))
    throw new Error(`${claim} ${asked}: ${text}`);
  return { did: "refuse", claim, asked, full, why: text };
}

async function locksIn(store: Store, namespace: string): Promise<Held[]> {
  const locks = await store.list(IP_ADDRESS, namespace);
  return locks.map(({ spec }) => {
    const { address, claim } = spec as { address: string; claim: { name: string } };
    return { claim: claim.name, address };
  });
}

/** After all work: locks and entries are what the clients hold, no more and no less. */
async function misstored(
  store: Store,
  held: readonly Held[],
  kind: Plan["kind"],
  namespace: string,
): Promise<string[]> {
  const pool = await store.get(IP_POOL, { namespace, name: "net" });
  const { preAllocations = {} } = pool!.spec as { preAllocations?: Record<string, string> };
  const entries = Object.entries(preAllocations).map(([claim, address]) => ({ claim, address }));
  const books = { lock: await locksIn(store, namespace), entry: entries };
  const text = ({ claim, address }: Held) => `${claim} ${address}`;
  const expected = { lock: held.map(text).sort(), entry: kind === "ipClaim" ? [] : held.map(text).sort() };
  return (["lock", "entry"] as const).flatMap((what) => {
    const found = books[what].map(text).sort();
    const lost = expected[what].filter((one) => !found.includes(one)).map((one) => `at the end, ${one} has no ${what}`);
    const left = found
      .filter((one) => !expected[what].includes(one))
      .map((one) => `at the end, a ${what} without a client: ${one}`);
    return [...lost, ...left];
  });
}
