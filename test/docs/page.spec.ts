import assert from "node:assert/strict";
import { blocksOf, withLines } from "./page";

const page = `# Title

\`\`\`ts index.ts
one
\`\`\`

<!-- norun: no network -->

\`\`\`sh
two
three
\`\`\`
`;

describe("a page's blocks", () => {
  const [first, second] = blocksOf(page);

  it("say what they are, and why they do not run", () => {
    assert.deepEqual(first, { language: "ts", word: "index.ts", lines: ["one"], line: 4, norun: undefined });
    assert.deepEqual(second, {
      language: "sh",
      word: undefined,
      lines: ["two", "three"],
      line: 10,
      norun: "no network",
    });
  });

  it("can have other lines", () => {
    assert.ok(second !== undefined);
    assert.equal(withLines(page, second, ["four"]), page.replace("two\nthree", "four"));
  });

  it("have an end", () => {
    assert.throws(() => blocksOf("```ts\n"), { message: "line 1: the block has no end" });
  });
});
