import assert from "node:assert/strict";
import { applied } from "./hunk";

describe("a change of a file", () => {
  const text = "one\n\ntwo\nthree\n";

  it("finds its place by its lines", () => {
    assert.equal(applied([" two", "-three", "+four", "+five"], text), "one\n\ntwo\nfour\nfive\n");
    assert.equal(applied(["+zero", " one", ""], text), "zero\none\n\ntwo\nthree\n");
    assert.equal(applied(["-one", "+1", "@@", "-three", "+$&"], text), "1\n\ntwo\n$&\n");
  });

  it("is refused where its lines are not there, or twice", () => {
    assert.throws(() => applied(["-tw", "+2"], text), { message: "the lines are in the file 0 times:\ntw\n" });
    assert.throws(() => applied([" a", "+b"], "a\nc\na\n"), { message: "the lines are in the file 2 times:\na\n" });
  });
});
