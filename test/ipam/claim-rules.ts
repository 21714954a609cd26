/**
 * The state table a second time, independent of the first. Each rule has its own condition, which needs no order.
 * Exactly one rule must apply to each combination.
 */
import type { Letter, WrittenAction, WrittenFacts, WrittenLock } from "./claim-facts";

export interface Rule {
  readonly name: string;
  readonly holds: (facts: WrittenFacts) => boolean;
  readonly action: (facts: WrittenFacts) => WrittenAction;
}

const lockOn = ({ locks }: WrittenFacts, at: Letter | undefined): WrittenLock | undefined =>
  locks.find((lock) => lock.at === at);

/** The lock that this owner may not take. */
export function foreignLock({ locks, held }: WrittenFacts): WrittenLock | undefined {
  return locks.find(({ ownership }) => {
    if (ownership === "own") return false;
    // State holds the claim, so the owner knows better than a lock without marks.
    return ownership === "anothers" || held === undefined;
  });
}

/** The wanted place of the claim. undefined: anywhere. */
export function goalOf(facts: WrittenFacts): Letter | undefined {
  const { wanted, held, entry, keepsEntry } = facts;
  if (wanted?.address) return wanted.address;
  const left = facts.locks.find(({ ownership }) => ownership === "own")?.at;
  const mayUseLeftover = held === undefined && wanted?.firm === false;
  if (mayUseLeftover && left) return left;
  return keepsEntry ? entry : undefined;
}

const otherThan = (letter: Letter): Letter => (letter === "A" ? "B" : "A");

/** The other address, if it has something that the owner must take along. */
export function elsewhere(facts: WrittenFacts): Letter | undefined {
  const { held, entry, goals, keepsEntry } = facts;
  const goal = goalOf(facts);
  if (!goal) return undefined;
  const other = otherThan(goal);
  const lock = lockOn(facts, other)?.ownership;
  const takesLock = lock === "own" || (lock === "unmarked" && keepsEntry && held !== undefined);
  const isInTheWay = entry === other && held !== undefined && goals.includes(other);
  return takesLock || held === other || isInTheWay ? other : undefined;
}

/** Another user has moved the lock of a live host, and the program has not moved the claim. */
export function isDrift(facts: WrittenFacts): boolean {
  const { isAlive, keepsEntry, promised } = facts;
  const goal = goalOf(facts);
  return isAlive && keepsEntry && goal !== undefined && promised === goal && !!lockOn(facts, otherThan(goal));
}

/** The claim is wanted at a known address, and may be there. */
const isPlaced = (facts: WrittenFacts) => facts.wanted !== undefined && !foreignLock(facts) && !!goalOf(facts);
/** ... and it is nowhere else. */
const isHome = (facts: WrittenFacts) => isPlaced(facts) && !isDrift(facts) && !elsewhere(facts);
const isEntered = (facts: WrittenFacts) => facts.entry !== undefined && facts.entry === goalOf(facts);

export const RULES: readonly Rule[] = [
  {
    name: "none",
    holds: ({ wanted, held }) => !wanted && !held,
    action: () => ({ kind: "none" }),
  },
  {
    name: "release",
    holds: ({ wanted, held }) => !wanted && held !== undefined,
    action: ({ held }) => ({ kind: "release", from: held! }),
  },
  {
    name: "refuse: held",
    holds: (facts) => facts.wanted !== undefined && foreignLock(facts) !== undefined,
    action: (facts) => ({ kind: "refuse", because: "held", lock: foreignLock(facts)!.at }),
  },
  {
    name: "acquire any",
    holds: (facts) => facts.wanted !== undefined && !foreignLock(facts) && goalOf(facts) === undefined,
    action: () => ({ kind: "acquire", to: undefined }),
  },
  {
    name: "repair",
    holds: (facts) => isPlaced(facts) && isDrift(facts),
    action: (facts) => ({ kind: "repair", to: goalOf(facts)! }),
  },
  {
    name: "move",
    holds: (facts) => isPlaced(facts) && !facts.isAlive && elsewhere(facts) !== undefined,
    action: (facts) => ({ kind: "move", from: elsewhere(facts)!, to: goalOf(facts)! }),
  },
  {
    name: "refuse: inUse",
    holds: (facts) => isPlaced(facts) && facts.isAlive && !isDrift(facts) && elsewhere(facts) !== undefined,
    action: (facts) => ({ kind: "refuse", because: "inUse", from: elsewhere(facts)!, to: goalOf(facts)! }),
  },
  {
    name: "adopt",
    holds: (facts) => isHome(facts) && lockOn(facts, goalOf(facts))?.isAdopted === true,
    action: (facts) => ({ kind: "adopt", to: goalOf(facts)! }),
  },
  {
    name: "keep",
    holds: (facts) => {
      const lock = lockOn(facts, goalOf(facts));
      const isWhole = isEntered(facts) || (lock !== undefined && !facts.keepsEntry);
      return isHome(facts) && isWhole && !lock?.isAdopted;
    },
    action: (facts) => ({ kind: "keep", to: goalOf(facts)! }),
  },
  {
    name: "complete",
    holds: (facts) => {
      const lock = lockOn(facts, goalOf(facts));
      return isHome(facts) && facts.keepsEntry && lock?.isAdopted === false && !isEntered(facts);
    },
    action: (facts) => ({ kind: "complete", to: goalOf(facts)! }),
  },
  {
    name: "acquire",
    holds: (facts) => isHome(facts) && !lockOn(facts, goalOf(facts)) && !isEntered(facts),
    action: (facts) => ({ kind: "acquire", to: goalOf(facts)! }),
  },
];
