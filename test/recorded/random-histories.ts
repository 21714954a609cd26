/** Random small histories: updates of one or two stacks, and changes of others between them. Only data: nothing runs here. */
import type { Declared } from "../resources/program";
import { Dice } from "./dice";
import { MEDDLINGS, type Meddling } from "./meddlers";
import { changed } from "./random-changes";
import { withFault } from "./random-faults";
import { type Program, randomMember, type Scene } from "./random-members";
import { type Ground, randomGround } from "./random-pools";

export interface Update {
  readonly stack: "metal/one" | "metal/two";
  readonly program: Program;
  /** As with `--skip-preview`. */
  readonly isBlind: boolean;
  /** The changes before it. */
  readonly before: readonly Meddling[];
}

export interface History {
  /** Whether the engine reads everything before each update, as with the plugin. */
  readonly reads: boolean;
  /** Whether each address has a mirror, as in a cluster with CAPI's IPAddresses. */
  readonly isServed: boolean;
  readonly pools: readonly string[];
  readonly updates: readonly Update[];
}

export function randomHistory(seed: number): History {
  const dice = new Dice(seed);
  const grounds = [randomGround(dice, "net", 1), ...(dice.chance(30) ? [randomGround(dice, "prov", 2)] : [])];
  const first = stackOf(
    dice,
    "metal/one",
    grounds,
    grounds.map(({ pool }) => pool),
  );
  const stacks = dice.chance(35) ? [first, stackOf(dice, "metal/two", grounds, [])] : [first];
  const count = 2 + dice.below(3);
  return {
    reads: dice.chance(40),
    isServed: dice.chance(25),
    pools: grounds.map(({ name }) => name),
    updates: Array.from({ length: count }, (_, index) => {
      const turn = index < stacks.length ? index : dice.below(stacks.length);
      return stacks[turn]!.next();
    }),
  };
}

const HOSTS = {
  "metal/one": ["a", "b", "c", "node-1", "node-2", "node-3", "node-4", "cp-0"],
  "metal/two": ["c", "node-4", "e", "f", "node-5", "node-6", "cp-1"],
};
const CLAIMS = { "metal/one": ["vip", "lb", "gw"], "metal/two": ["gw", "vip-two"] };

function stackOf(dice: Dice, stack: Update["stack"], grounds: readonly Ground[], pools: readonly Declared[]) {
  const scene: Scene = { grounds, hosts: HOSTS[stack], claims: CLAIMS[stack] };
  const past: Program[] = [];
  let program: Program = pools;
  let isFirst = true;

  /** The next program of the stack. */
  function next(): Update {
    if (past.length > 1 && dice.chance(25)) program = dice.pick(past);
    if (isFirst) for (let left = 2 + dice.below(4); left > 0; left--) program = grown(dice, scene, program);
    else for (let left = 1 + dice.below(3); left > 0; left--) program = changed(dice, scene, program);
    past.push(program);
    const before = isFirst || dice.chance(65) ? [] : [randomMeddling(dice)];
    const isFaulty = !isFirst && dice.chance(10);
    isFirst = false;
    return { stack, program: isFaulty ? withFault(dice, program) : program, isBlind: dice.chance(25), before };
  }
  return { next };
}

function grown(dice: Dice, scene: Scene, program: Program): Program {
  const member = randomMember(dice, scene, program);
  return member ? [...program, member] : program;
}

const randomMeddling = (dice: Dice): Meddling => ({
  what: dice.pick(MEDDLINGS),
  which: dice.below(1_000),
});
