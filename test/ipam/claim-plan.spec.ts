/** One test for each row of the state table: the design's and the code's (`provider/ipam/plan/claim-plan.ts`). */
import assert from "node:assert/strict";
import { needsLiveness, planClaim } from "../../provider/ipam/plan/claim-plan";
import { atLetter, factsOf, goalsOf, recorded, type WrittenFacts, type WrittenLock } from "./claim-facts";

const [A, B] = [atLetter("A"), atLetter("B")];
const own = (at: "A" | "B"): WrittenLock => ({ at, ownership: "own", isAdopted: false });
const lockBy = (at: "A" | "B", ownership: WrittenLock["ownership"]): WrittenLock => ({
  at,
  ownership,
  isAdopted: false,
});
const adopted = (at: "A" | "B"): WrittenLock => ({ at, ownership: "own", isAdopted: true });
const firm = (address: "A" | "B" | undefined) => ({ address, firm: true });
const soft = (address: "A" | "B" | undefined) => ({ address, firm: false });

const NOTHING: WrittenFacts = {
  locks: [],
  entry: undefined,
  held: undefined,
  promised: undefined,
  wanted: undefined,
  keepsEntry: true,
  isAlive: false,
  goals: [],
};
const written = (changes: Partial<WrittenFacts>): WrittenFacts => ({ ...NOTHING, ...changes });
const plan = (changes: Partial<WrittenFacts>) => planClaim(factsOf(written(changes)), goalsOf(written(changes)));
const asksForLife = (changes: Partial<WrittenFacts>) =>
  needsLiveness(factsOf(written(changes)), goalsOf(written(changes)));

/** Lock and entry at A, like in state. */
const WHOLE = { locks: [own("A")], entry: "A", held: "A", promised: "A" } as const;

describe("the state table of the design", () => {
  it("row 1: lock and entry at A, A is wanted → keep", () => {
    for (const isAlive of [true, false]) {
      assert.deepEqual(plan({ ...WHOLE, wanted: firm("A"), isAlive }), { kind: "keep", to: A });
    }
  });

  it("row 2: entry at A without a lock (the host's life ended), A is wanted → keep", () => {
    assert.deepEqual(plan({ ...WHOLE, locks: [], wanted: firm("A") }), { kind: "keep", to: A });
  });

  it("row 3: lock at A without an entry (killed in between), A is wanted → complete", () => {
    assert.deepEqual(plan({ ...WHOLE, entry: undefined, wanted: firm("A") }), { kind: "complete", to: A });
    // State does not know the lock yet. Its marks name the owner.
    assert.deepEqual(plan({ locks: [own("A")], wanted: firm("A") }), { kind: "complete", to: A });
  });

  it("row 4: nothing is recorded, A is wanted → acquire", () => {
    assert.deepEqual(plan({ wanted: firm("A") }), { kind: "acquire", to: A });
    assert.deepEqual(plan({ wanted: soft("A") }), { kind: "acquire", to: A });
  });

  it("row 5: lock and entry at A, B is wanted, the claim is not in use → move", () => {
    const facts = { ...WHOLE, wanted: firm("B") };
    assert.deepEqual(plan(facts), { kind: "move", from: A, to: B });
    assert.equal(asksForLife(facts), true);
  });

  it("row 6: lock and entry at A, B is wanted, the claim is in use → refuse", () => {
    const refusal = { kind: "refuse", because: "inUse", from: A, to: B };
    assert.deepEqual(plan({ ...WHOLE, wanted: firm("B"), isAlive: true }), refusal);
  });

  it("row 7: lock and entry at A, nothing is wanted → release (to hand over, rule 10, comes with the next issue)", () => {
    for (const isAlive of [true, false]) assert.deepEqual(plan({ ...WHOLE, isAlive }), { kind: "release", from: A });
    assert.equal(asksForLife(WHOLE), false);
  });

  it("row 8: lock at B by hand, entry at A, A is wanted, the claim is in use → repair", () => {
    const facts = { ...WHOLE, locks: [lockBy("B", "unmarked")], wanted: firm("A") };
    assert.deepEqual(plan({ ...facts, isAlive: true }), { kind: "repair", to: A });
    assert.equal(asksForLife(facts), true);
  });
});

describe("the further rows of the code's table", () => {
  it("nothing is recorded, any address is wanted → acquire", () => {
    assert.deepEqual(plan({ wanted: soft(undefined) }), { kind: "acquire", to: undefined });
  });

  it("nothing is recorded, nothing is wanted → none", () => {
    assert.deepEqual(plan({}), { kind: "none" });
    assert.deepEqual(plan({ locks: [lockBy("A", "anothers")], entry: "A" }), { kind: "none" });
  });

  it("a lock of another owner at A, A is wanted with `adopt` → adopt", () => {
    assert.deepEqual(plan({ locks: [adopted("A")], entry: "A", wanted: firm("A") }), { kind: "adopt", to: A });
    assert.deepEqual(plan({ locks: [adopted("A")], wanted: soft(undefined) }), { kind: "adopt", to: A });
  });

  it("a lock of another owner at A, B is wanted with `adopt` → move", () => {
    assert.deepEqual(plan({ locks: [adopted("A")], wanted: firm("B") }), { kind: "move", from: A, to: B });
  });

  for (const ownership of ["anothers", "unmarked", "controllers"] as const) {
    it(`a lock of another owner (${ownership}), A is wanted → refuse: held`, () => {
      for (const at of ["A", "B"] as const) {
        const lock = lockBy(at, ownership);
        const refusal = { kind: "refuse", because: "held", lock: recorded(lock) };
        assert.deepEqual(plan({ locks: [lock], wanted: firm("A") }), refusal);
        assert.deepEqual(plan({ locks: [lock], wanted: soft(undefined) }), refusal);
      }
    });
  }

  it("a lock that another owner has taken over, A is wanted and state says A → refuse: held", () => {
    const lock = lockBy("A", "anothers");
    const refusal = { kind: "refuse", because: "held", lock: recorded(lock) };
    assert.deepEqual(plan({ ...WHOLE, locks: [lock], wanted: firm("A") }), refusal);
  });

  it("a lock of the controller at A for the host's next life, entry at A, A is wanted → keep", () => {
    const locks = [lockBy("A", "controllers")];
    assert.deepEqual(plan({ ...WHOLE, locks, wanted: firm("A"), isAlive: true }), { kind: "keep", to: A });
  });

  it("lock alone at A, B is wanted → move, or refuse if the claim is in use", () => {
    const facts = { ...WHOLE, entry: undefined, wanted: firm("B") };
    assert.deepEqual(plan(facts), { kind: "move", from: A, to: B });
    assert.deepEqual(plan({ ...facts, isAlive: true }), { kind: "refuse", because: "inUse", from: A, to: B });
  });

  it("entry alone at A, B is wanted → move, or refuse if the claim is in use", () => {
    const facts = { ...WHOLE, locks: [], wanted: firm("B") };
    assert.deepEqual(plan(facts), { kind: "move", from: A, to: B });
    assert.deepEqual(plan({ ...facts, isAlive: true }), { kind: "refuse", because: "inUse", from: A, to: B });
  });

  it("lock at B by hand, entry at A, A is wanted, the claim is not in use → move", () => {
    const facts = { ...WHOLE, locks: [lockBy("B", "unmarked")], wanted: firm("A") };
    assert.deepEqual(plan(facts), { kind: "move", from: B, to: A });
  });

  it("lock at A, entry at B, A is wanted → complete", () => {
    assert.deepEqual(plan({ ...WHOLE, entry: "B", wanted: firm("A") }), { kind: "complete", to: A });
  });

  it("lock at A, entry at B, and another claim of the owner needs B → move", () => {
    const facts = { ...WHOLE, entry: "B", wanted: firm("A"), goals: ["A", "B"] } as const;
    assert.deepEqual(plan(facts), { kind: "move", from: B, to: A });
  });

  it("lock alone at A, nothing is wanted → release", () => {
    assert.deepEqual(plan({ ...WHOLE, entry: undefined }), { kind: "release", from: A });
  });

  it("entry alone at A, nothing is wanted → release", () => {
    assert.deepEqual(plan({ ...WHOLE, locks: [] }), { kind: "release", from: A });
  });

  it("an IPClaim, which has no entry: its lock at A, A is wanted → keep", () => {
    const facts = { ...WHOLE, entry: undefined, keepsEntry: false };
    assert.deepEqual(plan({ ...facts, wanted: firm("A"), isAlive: true }), { kind: "keep", to: A });
  });
});

describe("the meaning of any address", () => {
  it("is the lock that a killed update has left, before the entry", () => {
    assert.deepEqual(plan({ locks: [own("A")], entry: "B", wanted: soft(undefined) }), { kind: "complete", to: A });
  });

  it("is the entry if the check has shown it, or state holds the claim", () => {
    assert.deepEqual(plan({ entry: "A", wanted: soft(undefined) }), { kind: "keep", to: A });
    assert.deepEqual(plan({ ...WHOLE, wanted: firm(undefined) }), { kind: "keep", to: A });
  });

  it("is not the entry for an IPClaim", () => {
    const facts = { entry: "A", wanted: soft(undefined), keepsEntry: false } as const;
    assert.deepEqual(plan(facts), { kind: "acquire", to: undefined });
  });
});
