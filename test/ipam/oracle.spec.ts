/**
 * Replays every case recorded from Metal3's own controller through stores and handlers. They give the same addresses, networks
 * and object names. data/deviations.json lists each different outcome of this provider, with its exact text.
 */
import assert from "node:assert/strict";
import { openMemoryStore } from "../../provider/store/memory-store";
import type { Store } from "../../provider/store/store";
import { openFolder } from "../store/file/folder";
import { Claims } from "./claims";
import { CASES, DEVIATIONS, type RecordedCase } from "./recorded-cases";
import { Replay, text } from "./replay";

/** Operations, or claims, with a different outcome. */
const COUNTS = {
  misleading: 24,
  silent: 37,
  hangs: 12,
  served: 4,
  leaks: 5,
  refused: 19,
  entries: 15,
  mapped: 13,
  indexes: 23,
  again: 2,
};

/** Claims whose name or object name has over 250 characters. No folder accepts it. An API server accepts 253. */
const NO_FILE_NAME: Record<string, string[]> = {
  "names/long claim name": ["b".repeat(253)],
  "names/namePrefix of 244": ["a"],
  "names/namePrefix of 244 grows over the limit": ["n1", "n2"],
};

describe("cases recorded from Metal3's controller, by stores and handlers", () => {
  const created = CASES.filter((one) => one.created === "ok");

  it("are complete, and deviate as listed", () => {
    assert.deepEqual([CASES.length, created.length], [230, 214]);
    const operations = ({ cases }: { cases: object }) =>
      Object.values(cases).reduce((sum: number, places: object) => sum + Object.keys(places).length, 0);
    const counts = Object.entries(DEVIATIONS).map(([name, one]) => [name, operations(one)]);
    assert.deepEqual(Object.fromEntries(counts), COUNTS);
    const known = new Set(CASES.map(({ name }) => name));
    for (const { cases } of Object.values(DEVIATIONS))
      for (const name of Object.keys(cases)) assert.ok(known.has(name), name);
  });

  describe("memory store", () => {
    for (const one of created) it(one.name, () => new Replay(openMemoryStore(), one).run());
  });

  describe("file store", () => {
    for (const one of created) {
      const unfit = NO_FILE_NAME[one.name];
      it(one.name + (unfit ? ": fits no file name" : ""), async () => {
        const { store, close } = await openFolder();
        const replayed = unfit ? replayUnfit(store, one, unfit) : new Replay(store, one).run();
        await replayed.finally(close);
      });
    }
  });
});

async function replayUnfit(store: Store, { spec, ops, indexes }: RecordedCase, unfit: readonly string[]) {
  const claims = new Claims(store);
  await claims.createPool(spec);
  for (const { name } of ops) {
    const outcome = text(await claims.claim(name, undefined));
    if (unfit.includes(name))
      assert.match(
        outcome,
        /(has a name of more than 250 characters\. That is too long for a file name\.|the name must have 1 to 253 characters .*)$/,
      );
  }
  const fit = Object.entries(indexes ?? {}).filter(([name]) => !unfit.includes(name));
  assert.deepEqual(await claims.held(), Object.fromEntries(fit));
}
