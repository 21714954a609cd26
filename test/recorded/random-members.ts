/** Random PreAllocations, PreAllocationSets and IPClaims of given pools. */
import type { Declared } from "../resources/program";
import type { Dice } from "./dice";
import type { Ground } from "./random-pools";

/** The inputs for a stack's members. */
export interface Scene {
  readonly grounds: readonly Ground[];
  /** Hosts that this stack may declare. */
  readonly hosts: readonly string[];
  readonly claims: readonly string[];
}

export type Program = readonly Declared[];

export const listOf = ({ args }: Declared): readonly string[] => (args.hosts ?? args.claimNames ?? []) as string[];

/** The names that no member has yet. */
export function unused(names: readonly string[], program: Program): string[] {
  const used = new Set(program.flatMap((one) => [one.args.host, one.args.claimName, one.args.name, ...listOf(one)]));
  return names.filter((name) => !used.has(name));
}

export function randomMember(dice: Dice, scene: Scene, program: Program): Declared | undefined {
  const ground = dice.pick(scene.grounds);
  const hosts = unused(scene.hosts, program);
  const claims = unused(scene.claims, program);
  const kind = dice.below(10);
  if (kind < 4 && hosts.length > 0) return randomHost(dice, ground, program, dice.pick(hosts));
  if (kind < 8 && hosts.length > 1) return randomSet(dice, ground, program, dice.some(hosts, 2, 4));
  return claims.length > 0 ? randomClaim(dice, ground, program, dice.pick(claims)) : undefined;
}

export function randomHost(dice: Dice, ground: Ground, program: Program, name: string, as = `one-${name}`): Declared {
  const who = dice.chance(20) ? { claimName: name } : { host: name };
  const args = { pool: ground.name, ...who, ...choices(dice, ground, program), ...adopting(dice) };
  return { kind: "preAllocation", as, args };
}

export function randomSet(
  dice: Dice,
  ground: Ground,
  program: Program,
  names: readonly string[],
  as = `set-${names[0]}`,
): Declared {
  const { address: _address, ...chosen } = choices(dice, ground, program);
  const pins = dice.chance(45) ? { pins: randomPins(dice, ground, program, names) } : {};
  const start = dice.chance(25) ? { start: randomAddress(dice, ground, program) } : {};
  const who = dice.chance(20) ? { claimNames: names } : { hosts: names };
  const args = { pool: ground.name, ...who, ...pins, ...start, ...chosen, ...adopting(dice) };
  return { kind: "preAllocationSet", as, args };
}

export function randomClaim(dice: Dice, ground: Ground, program: Program, name: string): Declared {
  return { kind: "ipClaim", as: name, args: { name, pool: ground.name, ...choices(dice, ground, program) } };
}

export function randomPins(dice: Dice, ground: Ground, program: Program, names: readonly string[]) {
  const addresses = dice.shuffled(unpinned(ground, program));
  const pinned = dice.some(names, 1, 2).slice(0, addresses.length);
  return Object.fromEntries(pinned.map((name, index) => [name, addresses[index]]));
}

/** Rarely an address that another member has, or one outside of the pool. */
export function randomAddress(dice: Dice, ground: Ground, program: Program): string {
  const free = unpinned(ground, program);
  if (free.length > 0 && dice.chance(95)) return dice.pick(free);
  return dice.chance(70) ? dice.pick(ground.offered) : ground.at(ground.size + 1);
}

function unpinned({ offered }: Ground, program: Program): string[] {
  const pinned = new Set(program.flatMap(({ args }) => [args.address, ...Object.values(args.pins ?? {})]));
  return offered.filter((address) => !pinned.has(address));
}

function choices(dice: Dice, ground: Ground, program: Program) {
  return {
    ...(dice.chance(35) && { address: randomAddress(dice, ground, program) }),
    ...(dice.chance(35) && { fallback: "next" }),
    ...(dice.chance(25) && { placement: dice.pick(["lowest", "lowest", "byName"]) }),
  };
}

const adopting = (dice: Dice) => (dice.chance(20) ? { adopt: true } : {});
