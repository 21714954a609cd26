import assert from "node:assert/strict";
import { withFigure } from "./figures";

const document = [
  "# Trust",
  "",
  "| Claim | Where |",
  "|---|---|",
  "| Race | race |",
  "",
  "| Claim | What was done | Outcome | Time | Taken |",
  "| --- | --- | --- | --- | --- |",
  "",
  "The end.",
].join("\n");
const race = { claim: 2, what: "16 × 128, folder", outcome: "0 duplicates", seconds: 12.4 };
const rows = (text: string) => text.split("\n").filter((line) => /^\| \d/.test(line));

describe("the table of figures", () => {
  it("takes rows in the order of their claims, and changes nothing else", () => {
    const one = withFigure(document, race, "2026-01-02, 2 cores");
    const two = withFigure(one, { claim: 1, what: "a", outcome: "b", seconds: 0.4 }, "2026-01-03, 2 cores");
    assert.deepEqual(rows(two), [
      "| 1 | a | b | 0 s | 2026-01-03, 2 cores |",
      "| 2 | 16 × 128, folder | 0 duplicates | 12 s | 2026-01-02, 2 cores |",
    ]);
    assert.equal(
      two
        .split("\n")
        .filter((line) => !rows(two).includes(line))
        .join("\n"),
      document,
    );
  });

  it("replaces the row of a figure that is taken again, and puts another of the same claim below it", () => {
    const more = { ...race, what: "16 × 128, API server" };
    const text = [race, more, { ...race, seconds: 9 }].reduce(
      (text, figure) => withFigure(text, figure, "now"),
      document,
    );
    assert.deepEqual(rows(text), [
      "| 2 | 16 × 128, folder | 0 duplicates | 9 s | now |",
      "| 2 | 16 × 128, API server | 0 duplicates | 12 s | now |",
    ]);
  });

  it("does not write over a document without a table", () => {
    assert.throws(() => withFigure("# Trust\n", race, "now"), { message: "docs/trust.md has no table" });
  });
});
