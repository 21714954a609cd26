/**
 * `pulumi up` gives the addresses that its own preview has shown, although forty new claims compete for slots and the
 * engine checks them in another order in each phase. `make soak` runs it thirty times.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { expectSucceeded, useEngine } from "../../testbed/engine";
import { count, seed as firstSeed } from "../../trust/scale";
import { addressesIn, takeCreated } from "./plan-calls";
import { CROWDS, contested, crowdIn, crowdWithPool, rivals, yaml } from "./plan-programs";

const runs = count(1, 30);

describe("an update after its own preview", function () {
  const engine = useEngine(this);

  for (let run = 0; run < runs; run++) {
    const seed = firstSeed + run;
    for (const [index, what] of CROWDS.entries()) {
      // A pool of this program, or an existing one with holders.
      const isLive = (run + index) % 2 === 1;
      it(`gives the addresses that it showed: ${what} in a pool ${isLive ? "with other holders" : "of the same run"}, seed ${seed}`, async () => {
        const words = rivals(seed);
        assert.ok(contested(words) >= 10);
        const record = join(engine().root, `calls-${seed}.jsonl`);
        const stack = await engine().project({
          name: "crowd",
          runtime: "yaml",
          program: yaml(isLive ? crowdIn(what, words) : crowdWithPool(what, words)),
          env: { PULUMI_DEBUG_GRPC: record },
        });
        if (isLive) await others(stack.directory, words);
        const up = expectSucceeded(await stack.upAfterPreview());
        const { shown, given } = takeCreated(record);
        assert.deepEqual(given, shown);
        assert.deepEqual(addressesIn(up.rows), shown);
        const all = Object.values(shown).flatMap((one) => (typeof one === "string" ? one : Object.values(one)));
        assert.deepEqual([all.length, new Set(all).size], [40, 40]);
      });
    }
  }

  /** Another stack's pool, with twelve holders of other names. */
  async function others(directory: string | undefined, words: readonly string[]): Promise<void> {
    const names = words.slice(0, 12).map((word) => `${word}-o`);
    const program = yaml(crowdWithPool("40 PreAllocations", names));
    const stack = await engine().project({ name: "others", runtime: "yaml", program, directory: directory ?? null });
    expectSucceeded(await stack.up());
  }
});
