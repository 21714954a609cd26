/** Random programs get the recorded addresses. `RECORD=1` records the current ones. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { randomHistory } from "./random-histories";
import { type HistoryRecord, replayed } from "./replayed";

const RECORD = join(__dirname, "data", "programs.json");
const COUNT = 200;

describe("200 random programs", function () {
  this.timeout(60_000);
  it("get the recorded addresses, update by update", async () => {
    const now: HistoryRecord[] = [];
    for (let seed = 1; seed <= COUNT; seed++) {
      // Through JSON like the record, which drops undefined values.
      now.push(JSON.parse(JSON.stringify(await replayed(randomHistory(seed)))));
    }
    if (process.env.RECORD) writeFileSync(RECORD, `[\n${now.map((one) => JSON.stringify(one)).join(",\n")}\n]\n`);
    const recorded: HistoryRecord[] = JSON.parse(readFileSync(RECORD, "utf8"));
    assert.equal(recorded.length, COUNT);
    for (const [index, { updates, ...ends }] of recorded.entries()) {
      const { updates: updatesNow, ...endsNow } = now[index]!;
      const where = `program ${index + 1}`;
      for (const [count, update] of updates.entries()) {
        expectSame(updatesNow[count], update, `${where}, update ${count + 1}`);
      }
      assert.equal(updatesNow.length, updates.length, where);
      expectSame(endsNow, ends, `${where}, after its updates`);
    }
  });
});

/** The message of `deepEqual` has the difference, and the label has its place. */
function expectSame(now: unknown, recorded: unknown, where: string): void {
  assert.deepEqual({ where, ...(now as object) }, { where, ...(recorded as object) });
}
