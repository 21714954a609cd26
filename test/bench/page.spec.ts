import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { cpus } from "node:os";
import { join } from "node:path";
import { repository } from "../testbed/cache";
import type { Bar } from "./bar";
import { withBars } from "./page";

const bar = (number: number, isMet: boolean): Bar => ({
  number,
  what: "one",
  measured: "1 s / 2 s",
  figure: "0.5 ×",
  limit: "≤ 1 ×",
  isMet,
});
const page = "# Text\n\n<!-- `make bench` writes the lines from here -->\nold\n<!-- to here -->\nmore\n";

describe("the page of figures", () => {
  it("has a row for each bar, in order, and says which ones are missed", () => {
    const written = withBars(page, [bar(2, false), bar(1, true)], "2026-12-01", 12.4);
    assert.equal(
      written,
      [
        "# Text",
        "",
        "<!-- `make bench` writes the lines from here -->",
        "",
        `Taken on 2026-12-01: ${cpus().length} cores, Node ${process.versions.node}, 12 minutes. 1 rows meet their bar, and 1 miss it.`,
        "",
        "| bar | what | measured | figure | limit | |",
        "|---|---|---|---|---|---|",
        "| 1 | one | 1 s / 2 s | 0.5 × | ≤ 1 × | met |",
        "| 2 | one | 1 s / 2 s | 0.5 × | ≤ 1 × | **missed** |",
        "",
        "<!-- to here -->",
        "more",
        "",
      ].join("\n"),
    );
    assert.equal(withBars(written, [bar(2, false), bar(1, true)], "2026-12-01", 12.4), written);
  });

  it("refuses a page without a place for them", () => {
    assert.throws(() => withBars("# Text\n", [], "2026-12-01", 1), {
      message: "docs/performance.md has no place for the figures",
    });
  });

  it("finds its place in docs/performance.md", async () => {
    const document = await readFile(join(repository, "docs", "performance.md"), "utf8");
    assert.match(withBars(document, [bar(1, true)], "2026-12-01", 1), /^\| 1 \| one \|/m);
  });
});
