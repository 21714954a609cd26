import assert from "node:assert/strict";
import { SeenDrift } from "../../provider/plugin/seen-drift";
import type { CheckResponse } from "../../provider/resources/handler";

type Drift = CheckResponse["drift"][number];

const entry: Drift = { path: ["address"], live: "10.0.0.9", line: "a: found 10.0.0.9", repair: "restores" };
const extra: Drift = { path: ["gateway"], live: "10.0.0.1", line: "net gateway: found 10.0.0.1", repair: "removes" };
const lock: Drift = { path: ["address"], live: undefined, line: "a: the lock was deleted", repair: "creates" };
const pool: Drift = { path: ["pools"], live: undefined, line: "IPPool net was deleted", repair: "createsPool" };
const inputs = { address: "10.0.0.4" };

describe("drift that a check has found", () => {
  const seen = (...drift: Drift[]) => {
    const all = new SeenDrift();
    all.note("urn", drift, { olds: inputs, inputs });
    return all;
  };

  it("is reported with what the update will do, and then with what it has done", () => {
    const all = seen(entry, extra, lock, pool);
    assert.deepEqual(all.ahead("urn"), [
      "a: found 10.0.0.9. `pulumi up` restores it.",
      "net gateway: found 10.0.0.1. `pulumi up` removes it.",
      "a: the lock was deleted. `pulumi up` creates it again.",
      "IPPool net was deleted. `pulumi up` creates it again with all reservations.",
    ]);
    assert.deepEqual(all.repaired("urn"), [
      "a: found 10.0.0.9. Restored.",
      "net gateway: found 10.0.0.1. Removed.",
      "a: the lock was deleted. Created again.",
      "IPPool net was deleted. Created again with all reservations.",
    ]);
  });

  it("is accepted by a program that has the live value", () => {
    const all = new SeenDrift();
    all.note("urn", [entry, extra], { olds: inputs, inputs: { address: "10.0.0.9" } });
    assert.deepEqual(all.ahead("urn")[0], "a: found 10.0.0.9. `pulumi up` accepts it.");
    assert.deepEqual(all.repaired("urn"), ["a: found 10.0.0.9. Accepted.", "net gateway: found 10.0.0.1. Removed."]);
  });

  it("is not what the program ignores, another backend, or another resource", () => {
    const all = seen(entry, extra, { path: ["target"], live: "there", line: "is not there yet" });
    assert.deepEqual(all.of("urn", [["gateway"], ["target"]]), [entry]);
    assert.equal(all.ahead("urn").length, 2);
    assert.deepEqual(all.ahead("other"), []);
  });

  it("is replaced by a program with a third value, and only reported if the program has none any more", () => {
    const all = new SeenDrift();
    all.note("urn", [entry], { olds: inputs, inputs: { address: "10.0.0.5" } });
    assert.deepEqual(all.ahead("urn"), ["a: found 10.0.0.9. `pulumi up` replaces it."]);
    all.note("urn", [entry], { olds: inputs, inputs: {} });
    assert.deepEqual(all.repaired("urn"), ["a: found 10.0.0.9."]);
  });

  it("of a replacement is what the check before it has found, until the run ends", () => {
    const all = seen(entry);
    all.note("urn", [], { olds: undefined, inputs });
    assert.deepEqual(all.plain("urn"), ["a: found 10.0.0.9."]);
    all.clear();
    assert.deepEqual(all.plain("urn"), []);
  });

  it("is reported by the pool, if the program has the pool, and else by its hosts", () => {
    const lost: Drift = { ...pool, path: ["address"], isOfPool: true };
    assert.deepEqual(seen(lost).ahead("urn"), []);
    assert.deepEqual(seen({ ...lost, repair: undefined }).ahead("urn"), ["IPPool net was deleted."]);
  });

  it("is not reported again if a read has done so", () => {
    const all = seen(entry);
    assert.deepEqual(all.report("urn", [entry]), ["a: found 10.0.0.9."]);
    assert.deepEqual(all.ahead("urn"), []);
    assert.deepEqual(all.repaired("urn"), ["a: found 10.0.0.9. Restored."]);
  });
});
