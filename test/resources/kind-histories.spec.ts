/**
 * Random programs that reserve two claims for either kind, lives of such claims beside them, and kills of the runs. Metal3's
 * controller is played.
 */
import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { ClaimKind } from "../../provider/api/claim";
import { openMemoryStore } from "../../provider/store/memory-store";
import type { Store } from "../../provider/store/store";
import { count, isLong, seed as random } from "../trust/scale";
import { held, host, hosts, pool } from "./declare";
import { KILLS } from "./histories";
import { objects } from "./ip-address-claims";
import { meddledStore } from "./meddling";
import { PlayedController } from "./played-controller";
import { type Declared, lastDeletingStack, type Stack } from "./program";
import { openServedStore } from "./served-store";

const KINDS = ["IPClaim", "IPAddressClaim"] as const;
const NAMES = ["a", "b"] as const;
const PINS = { a: ["10.0.0.14", "10.0.0.15"], b: ["10.0.0.16", "10.0.0.17"] } as const;

interface Wish {
  readonly by: "nothing" | "a PreAllocation" | "red" | "blue";
  readonly claimKind: ClaimKind;
  readonly pin: string | undefined;
}

interface Program {
  readonly wishes: Readonly<Record<(typeof NAMES)[number], Wish>>;
  readonly sets: Readonly<Record<"red" | "blue", ClaimKind>>;
  readonly isReversed: boolean;
}

type Step =
  | {
      readonly do: "run";
      readonly program: Program;
      readonly kill: Kill | undefined;
      readonly arrival?: Arrival | undefined;
    }
  | { readonly do: "start"; readonly name: string; readonly claimKind: ClaimKind }
  | { readonly do: "end"; readonly name: string; readonly claimKind: ClaimKind };

/** A claim that appears right before a write of the run. */
interface Arrival {
  readonly write: number;
  readonly name: string;
  readonly claimKind: ClaimKind;
}

interface Kill {
  readonly how: keyof typeof KILLS;
  readonly write: number;
  readonly next: "again" | "back" | "destroy" | "on";
}

function kindOf({ sets }: Program, { by, claimKind }: Wish): ClaimKind {
  return by === "red" || by === "blue" ? sets[by] : claimKind;
}

function wishesOf({ wishes }: Program) {
  return NAMES.map((name) => ({ name, ...wishes[name] })).filter(({ by }) => by !== "nothing");
}

function declared(program: Program): Declared[] {
  const wishes = wishesOf(program);
  const sets = (["red", "blue"] as const).map((set) => {
    const members = wishes.filter(({ by }) => by === set);
    const pins = Object.fromEntries(members.flatMap(({ name, pin }) => (pin ? [[name, pin]] : [])));
    // Each set has a claim of its own, so that it is never empty.
    const claimNames = [set, ...members.map(({ name }) => name)];
    return hosts([], { hosts: undefined, claimNames, claimKind: program.sets[set], pins }, set);
  });
  const singles = wishes
    .filter(({ by }) => by === "a PreAllocation")
    .map(({ name, claimKind, pin }) => host(name, { host: undefined, claimName: name, claimKind, address: pin }));
  const all = [...singles, ...sets];
  return [pool(), ...(program.isReversed ? all.reverse() : all)];
}

/** One stack, and the claims beside it. */
class World {
  readonly stack: Stack;
  private readonly controller: PlayedController;
  private before: readonly Declared[] = [];
  private isWhole = true;
  /** The addresses of the declared claims after the last completed run. */
  private known = new Map<string, string>();
  /** Claims that a killed run may have reserved, unknown to state. A program takes them up by declaring them. */
  private readonly left = new Set<string>();

  constructor(private readonly store: Store) {
    this.stack = lastDeletingStack(store);
    this.controller = new PlayedController(store);
  }

  async take(step: Step): Promise<void> {
    if (step.do === "start") await this.controller.start(step.claimKind, step.name);
    if (step.do === "end") await this.controller.end(step.claimKind, step.name);
    if (step.do === "run") await this.run(step.program, step.kill, step.arrival);
    await this.controller.assertKept();
  }

  private async run(program: Program, kill: Kill | undefined, arrival: Arrival | undefined): Promise<void> {
    if (arrival) return this.runBeside(program, arrival);
    const before = this.before;
    const isDone = await this.up(program, kill && KILLS[kill.how](this.store, kill.write));
    if (isDone || !kill || kill.next === "on") return;
    await this.controller.assertKept();
    if (kill.next === "destroy") return this.end();
    if (kill.next === "again") await this.up(program);
    // The program before may be what a live claim does not allow any more.
    else await this.stack.up(before).catch(() => undefined);
  }

  private async runBeside(program: Program, { write, name, claimKind }: Arrival): Promise<void> {
    const beside = meddledStore(this.store, async (_verb, _plural, at) => {
      if (at === write) await this.controller.start(claimKind, name);
    });
    await this.up(program, beside);
  }

  private async up(program: Program, killed?: Store): Promise<boolean> {
    const code = declared(program);
    const stack = killed ? this.stack.over(killed) : this.stack;
    try {
      await stack.up(code);
    } catch (error) {
      const { message } = error as Error;
      if (!killed && this.isWhole)
        assert.match(
          message,
          /is using|is alive|uses IPPool|already reserved in this program|is pinned to|not made by this provider|is held by claim s|IPAddressClaim \w+ already/,
        );
      this.isWhole = false;
      this.known.clear();
      if (killed) for (const name of ["red", "blue", ...wishesOf(program).map((one) => one.name)]) this.left.add(name);
      return false;
    }
    this.before = code;
    await this.assertWhole(program);
    this.isWhole = true;
    return true;
  }

  private async assertWhole(program: Program): Promise<void> {
    const wishes = wishesOf(program).map((wish) => ({ ...wish, claimKind: kindOf(program, wish) }));
    const own = (["red", "blue"] as const).map((name) => ({ name, claimKind: program.sets[name], pin: undefined }));
    const all = [...wishes, ...own];
    const { entries } = await held(this.store);
    const names = all.map(({ name }) => name);
    for (const name of names) this.left.delete(name);
    const entered = Object.keys(entries).filter((name) => !this.left.has(name));
    assert.deepEqual(entered.sort(), [...names].sort(), "entries");
    const { metal3, capi } = await objects(this.store);
    for (const { name, claimKind, pin } of all) {
      const at = entries[name]!;
      if (pin && !this.controller.isAlive(name)) assert.equal(at, pin, `${name}: its pin`);
      const object = `net-${at.replaceAll(".", "-")}`;
      const [own, other] = claimKind === "IPClaim" ? [metal3, capi] : [capi, metal3];
      if (own[object] !== undefined) assert.equal(own[object], name, `${name}: its object`);
      const isMirrored = claimKind === "IPAddressClaim" || this.store.apiServer !== undefined;
      assert.equal(other[object], isMirrored ? `reserved-${name}` : undefined, `${name}: its mirror`);
      const known = this.known.get(name);
      if (known && !pin) assert.equal(at, known, `${name}: its address of before`);
    }
    this.known = new Map(all.map(({ name }) => [name, entries[name]!]));
    await this.controller.settle();
    await this.controller.assertNoOthers([...names, ...this.left]);
    // A claim that a killed run has left may keep an update of its set in each preview.
    if (this.left.size > 0) return;
    const { steps } = await this.stack.preview(declared(program));
    assert.deepEqual(
      steps.filter((step) => !step.startsWith("same")),
      [],
      "nothing is left to do",
    );
  }

  private async takeUp(): Promise<void> {
    const { metal3, capi } = await objects(this.store);
    const isOf = (name: string) =>
      Object.values(capi).includes(name) || Object.values(metal3).includes(`reserved-${name}`);
    const code = [...this.left].map((name) =>
      host(
        name,
        { host: undefined, claimName: name, claimKind: isOf(name) ? "IPAddressClaim" : "IPClaim" },
        `left-${name}`,
      ),
    );
    this.left.clear();
    await this.stack.up([pool(), ...code]);
  }

  /** Nothing is left after all claims and the stack have ended. */
  async end(): Promise<void> {
    await this.controller.endAll();
    if (this.left.size > 0) await this.takeUp();
    await this.stack.destroy();
    this.before = [];
    this.known.clear();
    this.isWhole = true;
    assert.deepEqual(await objects(this.store), { metal3: {}, capi: {} });
    assert.deepEqual((await held(this.store)).entries, {});
  }
}

const kind = fc.constantFrom(...KINDS);
const wish = (pins: readonly string[]): fc.Arbitrary<Wish> =>
  fc.record({
    by: fc.constantFrom<Wish["by"]>("nothing", "a PreAllocation", "red", "blue"),
    claimKind: kind,
    pin: fc.option(fc.constantFrom(...pins), { nil: undefined }),
  });
const program: fc.Arbitrary<Program> = fc.record({
  wishes: fc.record({ a: wish(PINS.a), b: wish(PINS.b) }),
  sets: fc.record({ red: kind, blue: kind }),
  isReversed: fc.boolean(),
});
const kill: fc.Arbitrary<Kill> = fc.record({
  how: fc.constantFrom<Kill["how"]>("after", "before", "once"),
  write: fc.integer({ min: 1, max: 14 }),
  next: fc.constantFrom<Kill["next"]>("again", "back", "destroy", "on"),
});
const name = fc.constantFrom(...NAMES, "red", "s1", "s2");
const arrival: fc.Arbitrary<Arrival> = fc.record({ write: fc.integer({ min: 1, max: 14 }), name, claimKind: kind });
const run: fc.Arbitrary<Step> = fc.record({
  do: fc.constant("run" as const),
  program,
  kill: fc.option(kill, { nil: undefined }),
  arrival: fc.option(arrival, { nil: undefined }),
});
const life: fc.Arbitrary<Step> = fc.record({
  do: fc.constantFrom("start" as const, "end" as const),
  name,
  claimKind: kind,
});
const steps = fc.array(fc.oneof({ arbitrary: run, weight: 3 }, { arbitrary: life, weight: 2 }), {
  minLength: 1,
  maxLength: 7,
});

const seed = isLong || process.env.SEED ? random : 1;

describe(`histories of claims of both kinds (SEED=${seed})`, () => {
  for (const open of [openMemoryStore, openServedStore]) {
    it(`give no address twice and leave nothing behind (${open.name})`, async () => {
      await fc.assert(
        fc.asyncProperty(program, steps, async (first, history) => {
          const world = new World(open());
          await world.take({ do: "run", program: first, kill: undefined });
          for (const step of history) {
            // A folder has no controller.
            if (open === openServedStore) await world.take(step);
            else if (step.do === "run") await world.take({ ...step, arrival: undefined });
          }
          await world.end();
        }),
        { numRuns: count(60, 3_000), seed },
      );
    });
  }
});
