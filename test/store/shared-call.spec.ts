import assert from "node:assert/strict";
import { SharedCall } from "../../provider/store/shared-call";

describe("a shared call", () => {
  it("is never older than the call, and shared by calls during another read", async () => {
    const answers: ((value: number) => void)[] = [];
    const reading = new SharedCall(() => new Promise<number>((answer) => answers.push(answer)));
    const first = reading.now();
    const others = [reading.now(), reading.now(), reading.now()];
    assert.equal(answers.length, 1);
    answers[0]!(1);
    assert.equal(await first, 1);
    await new Promise((turn) => setImmediate(turn));
    assert.equal(answers.length, 2);
    const last = reading.now();
    answers[1]!(2);
    assert.deepEqual(await Promise.all(others), [2, 2, 2]);
    await new Promise((turn) => setImmediate(turn));
    answers[2]!(3);
    assert.equal(await last, 3);
    assert.equal(answers.length, 3);
  });

  it("fails for all that share it, and not for later calls", async () => {
    let reads = 0;
    const reading = new SharedCall(async () => {
      reads += 1;
      if (reads < 3) throw new Error(`reading ${reads}`);
      return reads;
    });
    const [a, b] = [reading.now(), reading.now()];
    await assert.rejects(a, { message: "reading 1" });
    await assert.rejects(b, { message: "reading 2" });
    assert.equal(await reading.now(), 3);
  });
});
