/** Coverage-guided fuzzing of the code that reads foreign bytes. A folder of kept inputs comes first. */
import assert from "node:assert/strict";
import { record } from "../figures";
import { count, isLong, seed } from "../scale";
import { campaign, corpusOf, keepCorpus } from "./campaign";
import { HANG_MS } from "./fuzz";

const TARGETS: Record<string, string> = {
  address: "address parser",
  range: "range and exclude parser",
  manifest: "manifest loader",
  answers: "answers of a hostile API server",
};
const PLANTED_TRIES = 100_000;

describe(`fuzzing (SEED=${seed})`, () => {
  for (const [target, what] of Object.entries(TARGETS)) {
    it(`${what}: has no crash, and no input takes a second`, async () => {
      const untilMs = count(2_000, 120_000);
      const { runs, corpus, faults, longestMs } = await campaign({ target, seed, untilMs });
      const hangs = faults.filter(({ why }) => /^(took|no end)/.test(why)).length;
      const outcome =
        `${faults.length - hangs} crashes, ${hangs} hangs over ${HANG_MS / 1000} s (longest ${Math.ceil(longestMs)} ms); ` +
        `${runs} inputs, ${corpus.length} kept`;
      const shown = faults.map(({ input, why }) => `${JSON.stringify(input)}: ${why}`);
      assert.deepEqual(shown, []);
      assert.ok(runs > corpusOf(target).length, `${runs} runs`);
      record({ claim: 17, what: `Coverage-guided fuzzing: ${what}`, outcome, seconds: untilMs / 1000 });
      if (isLong && process.env.RECORD === "1") keepCorpus(target, corpus);
    });
  }

  it("finds an unlikely input step by step, and does not find it without coverage", async () => {
    const planted = { target: "planted", seed: 1, tries: PLANTED_TRIES };
    const guided = await campaign({ ...planted, maxFaults: 1 });
    assert.deepEqual(
      guided.faults.map(({ input, why }) => [input.slice(0, 5), why.split("\n")[0]]),
      [["fuzz!", "Error: found"]],
    );
    const blind = await campaign({ ...planted, isGuided: false });
    assert.deepEqual([blind.faults, blind.runs], [[], PLANTED_TRIES]);
  });
  it("stops an input that does not end, and names it", async () => {
    const { faults } = await campaign({ target: "endless", seed: 1, tries: 1, stuckMs: HANG_MS });
    assert.deepEqual(faults, [{ input: "for ever", why: "no end after 1000 ms" }]);
  });
});
