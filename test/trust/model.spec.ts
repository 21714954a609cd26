/** Random sequences of all operations on pools, compared with a plain map of holders. */
import assert from "node:assert/strict";
import { placeLowest } from "../core/placed";
import { record } from "./figures";
import { CoreSequence, type Tampering } from "./model/core-sequence";
import { count, randomFrom, seed } from "./scale";

const STEPS = 24;

/** The steps of the first sequence that differs, with the difference. */
function differences(sequences: number, tampering?: Tampering): { steps: number; different: string[] } {
  const different: string[] = [];
  let steps = 0;
  for (let index = 0; index < sequences; index++) {
    const sequence = new CoreSequence(randomFrom(seed + index), tampering);
    try {
      for (let step = 0; step < STEPS; step++, steps++) sequence.step();
    } catch (error) {
      different.push(`SEED=${seed + index}: ${sequence.steps.join("; ")}: ${error}`);
    }
  }
  return { steps, different };
}

describe(`the model (SEED=${seed})`, () => {
  it("agrees with the core on every sequence, /32 to /8 and /128 to /48", () => {
    const sequences = count(400, 10_000);
    const start = performance.now();
    const { steps, different } = differences(sequences);
    const outcome = `${different.length} differences in ${steps} steps`;
    assert.deepEqual(different.slice(0, 3), []);
    const what = `${sequences} random sequences on the core against a plain map, /32 to /8 and /128 to /48`;
    record({ claim: 12, what, outcome, seconds: (performance.now() - start) / 1000 });
  });

  it("finds a core that skips one address", () => {
    const lowest: typeof placeLowest = (free) => {
      const placed = placeLowest(free);
      if (placed.kind === "exhausted" || free.free < 2n) return placed;
      const next = free.freeAt(1n);
      return next ? { kind: "placed", address: next } : placed;
    };
    assert.notEqual(differences(20, { lowest }).different.length, 0);
  });
});
