import assert from "node:assert/strict";
import { RunEnd } from "../../provider/plugin/run-end";

describe("the end of a run, as a process sees it", () => {
  const isWell = (...events: ("cancel" | "failure")[]) => {
    const run = new RunEnd();
    for (const event of events) event === "cancel" ? run.noteCancel() : run.noteFailure();
    return run.isWell;
  };

  it("is well after one Cancel, which a normal end sends", () => assert.equal(isWell("cancel"), true));
  it("is not well without a Cancel: a signal alone came", () => assert.equal(isWell(), false));
  it("is not well after two: Ctrl-C sends one before the end", () => assert.equal(isWell("cancel", "cancel"), false));
  it("is not well after a failure", () => assert.equal(isWell("failure", "cancel"), false));
});
