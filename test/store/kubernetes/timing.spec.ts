import assert from "node:assert/strict";
import { setTimeout } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { systemTiming } from "../../../provider/store/kubernetes/timing";

describe("the system's time", () => {
  /** The request of a silent server has no other end than its alarm. */
  it("fires an alarm that only a combined signal listens to, even after garbage collection", async () => {
    setFlagsFromString("--expose-gc");
    const collectGarbage: () => void = runInNewContext("gc");
    const began = performance.now();
    const rung = combined();
    for (let times = 0; times < 5; times++) {
      await setTimeout(10);
      collectGarbage();
    }
    assert.equal(await Promise.race([rung, setTimeout(60_000, "never", { ref: false })]), "TimeoutError");
    assert.ok(performance.now() - began >= 199);
  });
});

/** In a function of its own, so that nothing on the stack keeps the signals. */
function combined(): Promise<string> {
  const signal = AbortSignal.any([new AbortController().signal, systemTiming.alarm(200)]);
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(signal.reason.name)));
}
