/** Edits of a pool's entries, against a slow oracle that looks at all entries for each edit. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { type Address, formatAddress, sameAddress } from "../../provider/core/address";
import { EntryDraft, type EntryEdit, type EntryOutcome } from "../../provider/ipam/metal3/entry-draft";

const addressAt = (last: number): Address => ({ family: 4, value: 0x0a00_0000n + BigInt(last) });
const claim = fc.constantFrom("a", "b", "c", "d");
const someAddress = fc.integer({ min: 0, max: 4 }).map(addressAt);
const someEntries = fc.dictionary(claim, someAddress).map((entries) => new Map(Object.entries(entries)));
const someEdit: fc.Arbitrary<EntryEdit> = fc.record({
  claim,
  to: fc.option(someAddress, { nil: undefined }),
  over: fc.oneof(fc.constant("any" as const), fc.array(someAddress, { maxLength: 2 })),
});
const someGroups = fc.array(fc.uniqueArray(someEdit, { selector: (edit) => edit.claim, maxLength: 3 }), {
  maxLength: 4,
});

/** The entries after all edits, or the old ones if one of the edits cannot be made. */
function afterAll(entries: ReadonlyMap<string, Address>, edits: readonly EntryEdit[]) {
  const isAllowed = ({ over, to }: EntryEdit, live: Address) =>
    over === "any" || [...over, to].some((one) => one && sameAddress(one, live));
  const after = new Map(entries);
  for (const edit of edits) {
    const live = entries.get(edit.claim);
    if (edit.to) after.set(edit.claim, edit.to);
    else if (!live || isAllowed(edit, live)) after.delete(edit.claim);
  }
  const outcomes = edits.map((edit): EntryOutcome => {
    const live = entries.get(edit.claim);
    const { to } = edit;
    if (!to) return { kind: "written", isNew: false, removed: live && isAllowed(edit, live) ? live : undefined };
    if (live && sameAddress(live, to)) return { kind: "written", isNew: false };
    if (live && !isAllowed(edit, live)) return { kind: "changed", live };
    const others = [...after].filter(([key, address]) => key !== edit.claim && sameAddress(address, to));
    return others.length === 0 ? { kind: "written", isNew: !live } : { kind: "held", claim: others[0]![0] };
  });
  return { after: outcomes.every(({ kind }) => kind === "written") ? after : entries, outcomes };
}

const texts = (entries: ReadonlyMap<string, Address>) =>
  Object.fromEntries([...entries].map(([key, address]) => [key, formatAddress(address)]).sort());
const kinds = (outcomes: readonly EntryOutcome[]) => outcomes.map(({ kind }) => kind);

describe("edits of a pool's entries", () => {
  it("are made group by group, each whole or not at all, and their patch is the difference", () => {
    fc.assert(
      fc.property(someEntries, someGroups, (before, groups) => {
        const draft = new EntryDraft({ preAllocations: before, misspelt: new Map() });
        let expected: ReadonlyMap<string, Address> = before;
        for (const edits of groups) {
          const oracle = afterAll(expected, edits);
          const outcomes = draft.make(edits);
          expected = oracle.after;
          assert.deepEqual(kinds(outcomes), kinds(oracle.outcomes));
          if (!kinds(outcomes).includes("held")) assert.deepEqual(outcomes, oracle.outcomes);
        }
        const [old, now] = [texts(before), texts(expected)];
        const set = Object.entries(now).filter(([key, text]) => old[key] !== text);
        const gone = Object.keys(old).filter((key) => !(key in now));
        const patch = Object.fromEntries([...set, ...gone.map((key) => [key, null])]);
        assert.deepEqual(draft.patch(), patch);
        assert.equal(draft.isChanged, Object.keys(patch).length > 0);
      }),
      { numRuns: 2_000 },
    );
  });

  it("name the claim that holds the address", () => {
    const draft = new EntryDraft({ preAllocations: new Map([["a", addressAt(1)]]), misspelt: new Map() });
    assert.deepEqual(draft.make([{ claim: "b", to: addressAt(1), over: [] }]), [{ kind: "held", claim: "a" }]);
    assert.deepEqual(draft.patch(), {});
  });

  it("write a misspelt entry again", () => {
    const draft = new EntryDraft({
      preAllocations: new Map([["a", addressAt(1)]]),
      misspelt: new Map([["a", "10.0.0.01"]]),
    });
    draft.make([{ claim: "a", to: addressAt(1), over: [] }]);
    assert.deepEqual(draft.patch(), { a: "10.0.0.1" });
  });
});
