import assert from "node:assert/strict";
import { audit, auditText, type Books, SOUND } from "./audit";

const a = { claim: "a-net", address: "10.0.0.1" };
const b = { claim: "b-net", address: "10.0.0.2" };
const whole: Books = { locks: [a, b], mirrors: [a, b], entries: [a, b], litter: [] };

describe("the audit of a race", () => {
  it("finds nothing if the answers and the store agree", () => {
    assert.deepEqual(audit([a, b], whole), SOUND);
    assert.deepEqual(audit([a, b], { ...whole, mirrors: undefined }), SOUND);
  });

  it("finds an address of two claims, in every place of the second one", () => {
    const thief = { claim: "c-net", address: "10.0.0.2" };
    const duplicates = ["10.0.0.2: b-net, c-net"];
    assert.deepEqual(audit([a, b, thief], whole).duplicates, duplicates);
    for (const book of ["locks", "mirrors", "entries"] as const) {
      assert.deepEqual(audit([a, b], { ...whole, [book]: [a, b, thief] }).duplicates, duplicates);
    }
  });

  it("finds a claim with two addresses", () => {
    const second = { claim: "a-net", address: "10.0.0.3" };
    const found = audit([a, b], { ...whole, locks: [a, b, second] });
    assert.deepEqual(found.duplicates, ["a-net: 10.0.0.1, 10.0.0.3"]);
    assert.deepEqual(found.leaked, ["a-net 10.0.0.3: lock"]);
  });

  it("finds answers that are not stored, and stored addresses without an answer", () => {
    assert.deepEqual(audit([a, b], { ...whole, mirrors: [b], entries: [a] }).lost, [
      "a-net 10.0.0.1: no mirror",
      "b-net 10.0.0.2: no entry",
    ]);
    const found = audit([a], { ...whole, entries: [a], litter: ["3.x.version"] });
    assert.deepEqual(found.leaked, ["b-net 10.0.0.2: lock", "b-net 10.0.0.2: mirror", "3.x.version"]);
    assert.equal(auditText(found), "0 duplicates, 0 lost, 3 leaked");
  });
});
