/** Random programs that move one or two claims between resources, and the kills of their runs. */
import * as fc from "fast-check";
import type { Store } from "../../provider/store/store";
import { claim, host, hosts, pool } from "./declare";
import { dyingStore, failingAt, goneFrom, meddledStore } from "./meddling";
import type { Declared } from "./program";

const HOLDERS = ["an entry", "a PreAllocation", "red", "blue", "an IPClaim", "an entry and an IPClaim"] as const;
const HOSTS = ["a", "b"];
const PINS = ["10.0.0.14", "10.0.0.15", "10.0.0.16"];

/** The resource that declares a claim, and the address that the program wants. */
export interface Wish {
  readonly by: (typeof HOLDERS)[number];
  readonly pin: string | undefined;
}

export interface Program {
  /** One for each claim. */
  readonly wishes: readonly Wish[];
  /** The order in which the resources are declared. */
  readonly isReversed: boolean;
}

export interface Run {
  readonly program: Program;
  readonly manner: "up" | "update";
  readonly kill: { readonly how: keyof typeof KILLS; readonly write: number } | undefined;
  /** After a kill: the same program again, the one before it, or any other. */
  readonly next: "again" | "back" | "on";
}

/** Right after a write, right before it, and a write that fails alone. */
export const KILLS = {
  after: dyingStore,
  before: (store: Store, write: number) => meddledStore(store, goneFrom(write)),
  once: (store: Store, write: number) => meddledStore(store, failingAt(write)),
};

export function claimOf(index: number): string {
  return `${HOSTS[index]}-net`;
}

export function isIPClaim({ by }: Wish): boolean {
  return by.endsWith("an IPClaim");
}

export function hasEntry({ by }: Wish): boolean {
  return by !== "an IPClaim";
}

/** The start of each history. */
export function firstProgram(claims: number): Program {
  return { wishes: PINS.slice(0, claims).map((pin): Wish => ({ by: "red", pin })), isReversed: false };
}

/** Each set has a host of its own, so that it is never empty. */
export const ALWAYS = { red: "r", blue: "s" };

export function declared({ wishes, isReversed }: Program): Declared[] {
  const of = (isOne: (wish: Wish) => boolean) =>
    wishes.flatMap((wish, index) => (isOne(wish) ? [{ ...wish, index, host: HOSTS[index]! }] : []));
  const entries = of(({ by }) => by.startsWith("an entry")).map(({ pin, index }) => [claimOf(index), pin]);
  const sets = (["red", "blue"] as const).map((set) => {
    const members = of(({ by }) => by === set);
    const pins = Object.fromEntries(members.flatMap(({ pin, host }) => (pin ? [[host, pin]] : [])));
    return hosts([ALWAYS[set], ...members.map((one) => one.host)], { pins }, set);
  });
  const others = [
    ...of(({ by }) => by === "a PreAllocation").map((one) => host(one.host, { address: one.pin }, `pre-${one.host}`)),
    ...sets,
    ...of(isIPClaim).map(({ pin, index, host }) => ({ ...claim(claimOf(index), { address: pin }), as: `vip-${host}` })),
  ];
  return [pool({ preAllocations: Object.fromEntries(entries) }), ...(isReversed ? others.reverse() : others)];
}

function wishAt(pin: string): fc.Arbitrary<Wish> {
  return fc
    .record({ by: fc.constantFrom(...HOLDERS), isPinned: fc.boolean() })
    .map(({ by, isPinned }) => ({ by, pin: isPinned || by.startsWith("an entry") ? pin : undefined }));
}

export function histories(claims: number): fc.Arbitrary<Run[]> {
  const pins = fc.shuffledSubarray(PINS, { minLength: claims, maxLength: claims });
  const program = pins.chain((all) => fc.record({ wishes: fc.tuple(...all.map(wishAt)), isReversed: fc.boolean() }));
  const how = fc.constantFrom<keyof typeof KILLS>("after", "before", "once");
  const kill = fc.record({ how, write: fc.integer({ min: 1, max: 12 }) });
  const run = fc.record({
    program,
    manner: fc.constantFrom<Run["manner"]>("up", "update"),
    kill: fc.option(kill, { nil: undefined }),
    next: fc.constantFrom<Run["next"]>("again", "back", "on"),
  });
  return fc.array(run, { minLength: 1, maxLength: 4 });
}
