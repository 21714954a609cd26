import assert from "node:assert/strict";
import { exchangesOf, linesOf, shortened, shows } from "./transcript";

describe("a transcript", () => {
  it("has commands of several lines, and their outputs", () => {
    const lines = ["$ a \\", "  b", "one", "$ c", "$ d", "two", "three"];
    const exchanges = [
      { command: "a \\\n  b", output: ["one"] },
      { command: "c", output: [] },
      { command: "d", output: ["two", "three"] },
    ];
    assert.deepEqual(exchangesOf(lines), exchanges);
    assert.deepEqual(linesOf(exchanges), lines);
  });

  it("begins with a command", () => {
    assert.throws(() => exchangesOf(["one"]), { message: "the first line is no command: one" });
  });
});

describe("a shown output", () => {
  const output = ["one", "two", "three", "four"];

  it("is the whole output, or leaves lines out where it says so", () => {
    const good = [
      output,
      ["one", "...", "four"],
      ["...", "three", "four"],
      ["one", "..."],
      ["..."],
      ["one", "...", "two", "...", "four"],
    ];
    for (const shown of good) assert.equal(shows(shown, output), true, String(shown));
    const bad = [["one"], ["one", "two", "four"], ["one", "...", "three"], ["two", "..."], []];
    for (const shown of bad) assert.equal(shows(shown, output), false, String(shown));
  });

  it("may have other times", () => {
    assert.equal(shows(["(hand edit, 2026-11-30T16:47:10.278Z)"], ["(hand edit, 2027-01-02T03:04:05.678Z)"]), true);
    assert.equal(shows(["172.22.0.1"], ["172.22.0.2"]), false);
  });
});

describe("a new output", () => {
  it("leaves out what the page has left out", () => {
    const output = ["title", "a", "b", "Outputs:", "x: 2", "end"];
    assert.deepEqual(shortened(["title", "...", "Outputs:", "x: 1", "end"], output), [
      "title",
      "...",
      "Outputs:",
      "x: 2",
      "end",
    ]);
    assert.deepEqual(shortened(["...", "Outputs:", "x: 1"], output), ["...", "Outputs:", "x: 2", "end"]);
    assert.deepEqual(shortened(["title", "..."], output), ["title", "..."]);
  });

  it("may have a message in new words where it is the only one of its kind", () => {
    const output = ["row", "    warning: new", "end"];
    assert.deepEqual(shortened(["...", "    warning: old", "..."], output), ["...", "    warning: new", "..."]);
    assert.equal(shortened(["...", "    warning: old", "..."], [...output, "    warning: newer"]), undefined);
  });

  it("cannot be shortened where a line around the omission is gone", () => {
    assert.equal(shortened(["title", "...", "Output:", "x"], ["title", "Outputs:", "x"]), undefined);
    assert.equal(shortened(["one", "...", "x"], ["two", "x"]), undefined);
  });
});
