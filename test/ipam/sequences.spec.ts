/** Random operations of two stacks on one pool, with hand edits, compared with a plain map of the holders. */
import assert from "node:assert/strict";
import * as fc from "fast-check";
import { IP_ADDRESS, IP_POOL } from "../../provider/api/metal3/kinds";
import { openMemoryStore } from "../../provider/store/memory-store";
import type { Store } from "../../provider/store/store";
import { Stack } from "../resources/program";

const KEY = { namespace: "metal3", name: "net" };
const ADDRESSES = Array.from({ length: 8 }, (_, number) => `10.0.0.${number}`);
const HOSTS = ["a", "b", "c", "d"];

type Step =
  | { readonly do: "reserve"; readonly stack: 0 | 1; readonly host: string; readonly pin: string | undefined }
  | { readonly do: "release"; readonly stack: 0 | 1; readonly host: string }
  /** The stack takes the host over, and then the other one drops it. */
  | { readonly do: "adopt"; readonly stack: 0 | 1; readonly host: string }
  | { readonly do: "set"; readonly stack: 0 | 1; readonly pins: readonly string[] }
  | { readonly do: "edit"; readonly claim: number; readonly to: string | null; readonly what: "entry" | "lock" };

const stack = fc.constantFrom<0 | 1>(0, 1);
const host = fc.constantFrom(...HOSTS);
const address = fc.constantFrom(...ADDRESSES, "10.0.0.8");
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant("reserve" as const), stack, host, pin: fc.option(address, { nil: undefined }) }),
  fc.record({ do: fc.constantFrom("release" as const, "adopt" as const), stack, host }),
  fc.record({ do: fc.constant("set" as const), stack, pins: fc.uniqueArray(address, { maxLength: 3 }) }),
  fc.record({
    do: fc.constant("edit" as const),
    claim: fc.nat({ max: 9 }),
    to: fc.option(address),
    what: fc.constantFrom("entry" as const, "lock" as const),
  }),
);

/** The stacks, and the map: claim → expected [stack, address]. */
class World {
  readonly store: Store = openMemoryStore();
  private readonly stacks = [new Stack(this.store, "metal/one"), new Stack(this.store, "metal/two")] as const;
  /** Each program's declarations: host → pin, and the pins of its set. */
  private programs = [0, 1].map(() => ({
    hosts: new Map<string, string | undefined>(),
    pins: [] as readonly string[],
  }));
  private held = new Map<string, readonly [number, string]>();

  async begin(): Promise<void> {
    const head = { apiVersion: "ipam.metal3.io/v1alpha1", kind: "IPPool", metadata: KEY };
    await this.store.create(IP_POOL, {
      ...head,
      spec: { namePrefix: "net", pools: [{ start: "10.0.0.0", end: "10.0.0.7" }] },
    });
  }

  async take(one: Step): Promise<void> {
    if (one.do === "edit") return this.edit(one);
    if (one.do === "adopt") return this.adopt(one);
    const before = this.programs[one.stack]!;
    const after = { hosts: new Map(before.hosts), pins: one.do === "set" ? one.pins : before.pins };
    if (one.do === "reserve") after.hosts.set(one.host, one.pin);
    if (one.do === "release") after.hosts.delete(one.host);
    const expected = this.expected(one);
    this.programs[one.stack] = after;
    const succeeded = await this.up(one.stack).then(
      () => true,
      () => false,
    );
    assert.equal(
      succeeded,
      expected !== undefined,
      `${succeeded ? "was done" : "was refused"}: ${JSON.stringify(one)}`,
    );
    if (!expected) {
      this.programs[one.stack] = before;
      await this.up(one.stack);
    } else this.held = expected;
    this.learn(one);
    await this.compare();
  }

  /** The map after the step, with "?" for a new host's address. undefined: the step must be refused. */
  private expected(one: Exclude<Step, { do: "edit" | "adopt" }>): Map<string, readonly [number, string]> | undefined {
    const next = new Map(this.held);
    if (one.do === "set") {
      for (const claim of this.setClaims(one.stack)) next.delete(claim);
      const taken = [...next.values()].map(([, held]) => held);
      if (one.pins.some((pin) => taken.includes(pin) || !ADDRESSES.includes(pin))) return undefined;
      for (const [index, pin] of one.pins.entries()) next.set(`s${one.stack}-${index}-net`, [one.stack, pin]);
      return next;
    }
    const claim = `${one.host}-net`;
    const [owner, current] = next.get(claim) ?? [];
    if (one.do === "release") {
      if (owner === one.stack) next.delete(claim);
      return next;
    }
    if (owner !== undefined && owner !== one.stack) return undefined;
    next.delete(claim);
    const wanted = one.pin ?? current ?? (next.size < ADDRESSES.length ? "?" : "none");
    const isTaken = [...next.values()].some(([, held]) => held === wanted);
    if (isTaken || (wanted !== "?" && !ADDRESSES.includes(wanted))) return undefined;
    return next.set(claim, [one.stack, wanted]);
  }

  /** A free choice becomes the promise. */
  private learn(one: Step): void {
    if (one.do !== "reserve") return;
    const claim = `${one.host}-net`;
    if (this.held.get(claim)?.[1] !== "?") return;
    this.held.set(claim, [one.stack, String(this.stacks[one.stack].outputs(one.host).address)]);
  }

  /** The objects that the first stack then deletes no longer belong to it. */
  private async adopt({ stack: index, host: name }: Extract<Step, { do: "adopt" }>): Promise<void> {
    const other = 1 - index;
    const [owner, held] = this.held.get(`${name}-net`) ?? [index, ""];
    if (owner === index) return;
    this.programs[index]!.hosts.set(name, undefined);
    await this.up(index, name);
    this.programs[other]!.hosts.delete(name);
    await this.up(other);
    this.held.set(`${name}-net`, [index, held]);
    await this.compare();
  }

  /** The owner of an edited object restores it with the next `up`, after any edit. */
  private async edit({ claim: index, to, what }: Extract<Step, { do: "edit" }>): Promise<void> {
    const [claim, [owner, address]] = [...this.held][index % Math.max(1, this.held.size)] ?? ["", [0, ""]];
    if (claim === "") return;
    const lock = { namespace: "metal3", name: `net-${address.replaceAll(".", "-")}` };
    if (what === "entry") await this.store.patch(IP_POOL, KEY, { spec: { preAllocations: { [claim]: to } } });
    // An entry names no owner. Without a lock the next stack that declares the host gets it. So only for a set's own.
    else if (claim.startsWith("s") && (await this.store.get(IP_ADDRESS, lock)))
      await this.store.remove(IP_ADDRESS, lock);
    await this.up(owner);
    await this.compare();
  }

  private async up(index: number, adopted?: string): Promise<void> {
    const { hosts, pins } = this.programs[index]!;
    const singles = [...hosts].map(([name, pin]) => ({
      kind: "preAllocation" as const,
      as: name,
      args: { pool: "net", host: name, adopt: name === adopted, ...(pin && { address: pin }) },
    }));
    const members = pins.map((pin, place) => [`s${index}-${place}`, pin] as const);
    const set = { pool: "net", hosts: members.map(([name]) => name), pins: Object.fromEntries(members) };
    await this.stacks[index]!.up([...singles, { kind: "preAllocationSet", as: "set", args: set }]);
  }

  private setClaims(index: number): string[] {
    return [...this.held.keys()].filter((claim) => claim.startsWith(`s${index}-`));
  }

  private async compare(): Promise<void> {
    const expected = Object.fromEntries([...this.held].map(([claim, [, held]]) => [claim, held]));
    const { preAllocations = {} } = (await this.store.get(IP_POOL, KEY))!.spec as { preAllocations?: object };
    assert.deepEqual(preAllocations, expected);
    const locks = (await this.store.list(IP_ADDRESS)).map(
      ({ spec }) => spec as { address: string; claim: { name: string } },
    );
    for (const { address, claim } of locks) assert.equal(expected[claim.name], address);
    assert.equal(new Set(locks.map(({ claim }) => claim.name)).size, locks.length, "two locks of one claim");
  }

  async end(): Promise<void> {
    for (const one of this.stacks) await one.destroy();
    this.held.clear();
    await this.compare();
    assert.deepEqual(await this.store.list(IP_ADDRESS), []);
  }
}

describe("a random sequence of two stacks", () => {
  it("gives no address and no claim twice, frees only its own objects, and leaves nothing", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 24 }), async (steps) => {
        const world = new World();
        await world.begin();
        for (const one of steps) await world.take(one);
        await world.end();
      }),
      { numRuns: 400 },
    );
  });
});
