/** The faults for which a run is refused. */
import assert from "node:assert/strict";
import { Refused } from "./program";

/** The faults of the pools `net` and `two`, one for each line. Empty if the run is not refused. */
export async function refusals(run: Promise<unknown>): Promise<string[]> {
  return run.then(
    () => [],
    (error: unknown) => {
      assert.ok(error instanceof Refused, String(error));
      return error.message.split("\n").filter((line) => line.startsWith("net:") || line.startsWith("two:"));
    },
  );
}
