/** Every combination of the facts of one claim, compared with a second table; and impossible results. */
import assert from "node:assert/strict";
import { needsLiveness, planClaim } from "../../provider/ipam/plan/claim-plan";
import { factsOf, goalsOf, type WrittenAction, type WrittenFacts, written } from "./claim-facts";
import { foreignLock, RULES } from "./claim-rules";
import { COMBINATIONS, everyCombination } from "./claim-universe";

interface Planned {
  readonly facts: WrittenFacts;
  readonly action: WrittenAction;
}

const planned: Planned[] = [];

before(() => {
  for (const facts of everyCombination()) {
    planned.push({ facts, action: written(planClaim(factsOf(facts), goalsOf(facts))) });
  }
});

const text = (value: unknown) => JSON.stringify(value);
const nameOf = (action: WrittenAction) => (action.kind === "refuse" ? `refuse: ${action.because}` : action.kind);
const goalsIn = (action: WrittenAction) => ("to" in action ? action.to : undefined);
const lockAt = ({ locks }: WrittenFacts, at: string | undefined) => locks.find((lock) => lock.at === at);

describe("every combination of facts about one claim", () => {
  it("is tested", () => {
    assert.equal(planned.length, COMBINATIONS);
    assert.equal(COMBINATIONS, 184_464);
  });

  it("has exactly one rule of the second table, and its action", () => {
    for (const { facts, action } of planned) {
      const [rule, ...others] = RULES.filter(({ holds }) => holds(facts));
      assert.ok(rule && others.length === 0, `${text(facts)}: ${[rule, ...others].map((one) => one?.name)}`);
      const expected = rule.action(facts);
      if (text(sorted(action)) !== text(sorted(expected))) assert.deepEqual(action, expected, text(facts));
    }
  });

  it("uses each rule, so that no rule of the table is dead", () => {
    const used = new Set(planned.map(({ facts }) => RULES.find(({ holds }) => holds(facts))?.name));
    assert.deepEqual([...used].sort(), RULES.map(({ name }) => name).sort());
  });

  it("asks whether the claim is live exactly if it makes a difference", () => {
    for (const { facts } of planned) {
      if (facts.isAlive) continue;
      const [idle, alive] = [false, true].map((isAlive) =>
        text(written(planClaim(factsOf({ ...facts, isAlive }), goalsOf(facts)))),
      );
      const asks = needsLiveness(factsOf(facts), goalsOf(facts));
      if (asks !== (idle !== alive)) assert.fail(`${text(facts)}: ${asks}`);
    }
  });
});

function sorted(action: WrittenAction): [string, unknown][] {
  return Object.entries(action).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** `reason`: why it must not happen. */
interface Impossible {
  readonly name: string;
  readonly reason: string;
  readonly found: (planned: Planned) => boolean;
}

const IMPOSSIBLE: readonly Impossible[] = [
  {
    name: "a move to the address that the claim leaves",
    reason: "the former address is always another one",
    found: ({ action }) => action.kind === "move" && action.from === action.to,
  },
  {
    name: "a refusal of a change to the same address",
    reason: "a claim in use may always stay where it is",
    found: ({ action }) => action.kind === "refuse" && action.because === "inUse" && action.from === action.to,
  },
  {
    name: "a move of a claim in use",
    reason: "a host that is using an address never loses it",
    found: ({ facts, action }) => action.kind === "move" && facts.isAlive,
  },
  {
    name: "a refusal because of use, of a claim that is not in use",
    reason: "an idle claim can move",
    found: ({ facts, action }) => nameOf(action) === "refuse: inUse" && !facts.isAlive,
  },
  {
    name: "a repair of a claim that is not in use",
    reason: "without a live host the lock itself is put right, by a move",
    found: ({ facts, action }) => action.kind === "repair" && !facts.isAlive,
  },
  {
    name: "a repair without an entry",
    reason: "the entry is all that a repair writes",
    found: ({ facts, action }) => action.kind === "repair" && !facts.keepsEntry,
  },
  {
    name: "a repair of a claim that the program has moved",
    reason: "then it is a change and no drift",
    found: ({ facts, action }) => action.kind === "repair" && facts.promised !== action.to,
  },
  {
    name: "a repair although all locks are in the right place",
    reason: "there is no drift",
    found: ({ facts, action }) => action.kind === "repair" && facts.locks.every(({ at }) => at === action.to),
  },
  {
    name: "an adoption without a lock of another owner at that address",
    reason: "only such a lock is adopted",
    found: ({ facts, action }) => action.kind === "adopt" && !lockAt(facts, action.to)?.isAdopted,
  },
  {
    name: "an adopted lock that is kept or completed",
    reason: "its marks have to be written",
    found: ({ facts, action }) =>
      ["keep", "complete"].includes(action.kind) && lockAt(facts, goalsIn(action))?.isAdopted === true,
  },
  {
    name: "a claim that is kept with neither lock nor entry at that address",
    reason: "nothing would hold the address",
    found: ({ facts, action }) =>
      action.kind === "keep" && facts.entry !== action.to && lockAt(facts, action.to) === undefined,
  },
  {
    name: "a claim that is kept, completed, adopted or acquired while the owner has a lock of it elsewhere",
    reason: "there are never two locks for one claim",
    found: ({ facts, action }) =>
      ["keep", "complete", "adopt", "acquire"].includes(action.kind) &&
      facts.locks.some(({ at, ownership }) => ownership === "own" && at !== goalsIn(action)) &&
      !(action.kind === "acquire" && action.to === undefined),
  },
  {
    name: "a completion of an IPClaim",
    reason: "it has no entry to complete",
    found: ({ facts, action }) => action.kind === "complete" && !facts.keepsEntry,
  },
  {
    name: "a completion without a lock, or with the right entry",
    reason: "there is nothing to complete",
    found: ({ facts, action }) =>
      action.kind === "complete" && (!lockAt(facts, action.to) || facts.entry === action.to),
  },
  {
    name: "an acquisition of an address that the claim has a lock or an entry for",
    reason: "it is kept, completed or adopted",
    found: ({ facts, action }) =>
      action.kind === "acquire" &&
      action.to !== undefined &&
      (lockAt(facts, action.to) !== undefined || facts.entry === action.to),
  },
  {
    name: "any other address than the wanted one",
    reason: "a pin is an order",
    found: ({ facts, action }) =>
      "to" in action && facts.wanted?.address !== undefined && action.to !== facts.wanted.address,
  },
  {
    name: "a refusal over a lock of the owner's own",
    reason: "the owner may take it",
    found: ({ facts, action }) =>
      action.kind === "refuse" && action.because === "held" && lockAt(facts, action.lock)?.ownership === "own",
  },
  {
    name: "anything but a refusal for a wanted claim whose lock this owner may not take",
    reason: "another owner's lock is never overwritten",
    found: ({ facts, action }) =>
      facts.wanted !== undefined && foreignLock(facts) !== undefined && nameOf(action) !== "refuse: held",
  },
  {
    name: "a release of a wanted claim",
    reason: "a wanted claim stays",
    found: ({ facts, action }) => action.kind === "release" && facts.wanted !== undefined,
  },
  {
    name: "a release of a claim that the owner does not hold",
    reason: "only its own is its to release",
    found: ({ facts, action }) => action.kind === "release" && facts.held !== action.from,
  },
  {
    name: "a claim that is held and not wanted, and not released",
    reason: "it would be held for ever",
    found: ({ facts, action }) => !facts.wanted && facts.held !== undefined && action.kind !== "release",
  },
  {
    name: "a move only because of a lock of the controller",
    reason: "that lock goes with its claim",
    found: ({ facts, action }) =>
      action.kind === "move" &&
      lockAt(facts, action.from)?.ownership === "controllers" &&
      facts.held !== action.from &&
      facts.entry !== action.from,
  },
  {
    name: "a move of a claim that the owner has never had",
    reason: "it is acquired, or it is refused",
    found: ({ facts, action }) =>
      action.kind === "move" && facts.held === undefined && facts.locks.every(({ ownership }) => ownership !== "own"),
  },
];

describe("an impossible result of all combinations of facts", () => {
  for (const { name, reason, found } of IMPOSSIBLE) {
    it(`is ${name} (${reason})`, () => assert.deepEqual(planned.find(found), undefined));
  }
});
