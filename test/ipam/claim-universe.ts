/** Every combination of facts about one claim, over two addresses. */
import type { Letter, WrittenFacts, WrittenLock } from "./claim-facts";

const LETTERS: readonly Letter[] = ["A", "B"];
const SOMEWHERE = [undefined, ...LETTERS];

/** `isAdopted` says that a lock may be taken only because of `adopt`. No other lock than an own one can have it. */
const LOCKS: readonly WrittenLock[] = LETTERS.flatMap((at) => [
  { at, ownership: "own", isAdopted: false },
  { at, ownership: "own", isAdopted: true },
  { at, ownership: "unmarked", isAdopted: false },
  { at, ownership: "controllers", isAdopted: false },
  { at, ownership: "anothers", isAdopted: false },
]);

/** None, one, and two in either order, because Metal3's object and the mirror may have two addresses. */
const LOCK_SETS: readonly (readonly WrittenLock[])[] = [
  [],
  ...LOCKS.map((lock) => [lock]),
  ...LOCKS.flatMap((first) => LOCKS.flatMap((second) => (first.at === second.at ? [] : [[first, second]]))),
];

const WANTED: readonly WrittenFacts["wanted"][] = [
  undefined,
  ...SOMEWHERE.flatMap((address) => [true, false].map((firm) => ({ address, firm }))),
];

const GOALS: readonly (readonly Letter[])[] = [[], ["A"], ["B"], ["A", "B"]];

export function* everyCombination(): Generator<WrittenFacts> {
  for (const locks of LOCK_SETS)
    for (const entry of SOMEWHERE)
      for (const held of SOMEWHERE)
        for (const promised of SOMEWHERE)
          for (const wanted of WANTED)
            for (const keepsEntry of [true, false])
              for (const isAlive of [true, false])
                for (const goals of GOALS) yield { locks, entry, held, promised, wanted, keepsEntry, isAlive, goals };
}

export const COMBINATIONS = LOCK_SETS.length * 3 * 3 * 3 * WANTED.length * 2 * 2 * GOALS.length;
