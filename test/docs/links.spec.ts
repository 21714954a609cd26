import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "../testbed/cache";
import { anchorsOf, fault, isExternal, linksOf, markdownFiles } from "./links";

describe("links of the repository's pages", () => {
  const links = markdownFiles(repository).flatMap((page) =>
    linksOf(page, readFileSync(join(repository, page), "utf8")),
  );

  it("lead to files and headings that are there", () => {
    const faults = links
      .filter((link) => !isExternal(link))
      .flatMap((link) => {
        const why = fault(repository, link);
        return why === undefined ? [] : [`${link.page}:${link.line}: ${link.target}: ${why}`];
      });
    assert.deepEqual(faults, []);
  });

  it("lead elsewhere over https only", () => {
    const open = links.filter((link) => isExternal(link) && !/^(https|mailto):/.test(link.target));
    assert.deepEqual(open, []);
  });
});

describe("a link", () => {
  it("is found in text, in HTML and below a text, and not in code", () => {
    const text = '[a](b.md#c "d") ![e](<f.png>)\n<a href="g">\n`[h](i)`\n```md\n[j](k)\n```\n[l]: m\n[`n`](o)';
    const found = linksOf("page.md", text).map(({ line, target }) => [line, target]);
    assert.deepEqual(found, [
      [1, "b.md#c"],
      [1, "f.png"],
      [2, "g"],
      [7, "m"],
      [8, "o"],
    ]);
  });

  it("has a fault where it leads nowhere", () => {
    const to = (target: string) => fault(repository, { page: "docs/trust.md", line: 1, target });
    assert.equal(to("../README.md"), undefined);
    assert.equal(to("../examples"), undefined);
    assert.equal(to("#promises"), undefined);
    assert.equal(to("architecture.md#words"), undefined);
    assert.equal(to("README.md"), "there is no such file");
    assert.equal(to("../../README.md"), "leads out of the repository");
    assert.equal(to("#promise"), "there is no such heading");
  });
});

describe("a heading", () => {
  it("has the name that GitHub gives it", () => {
    const text =
      '# One, two: `three` & four\n## What\'s [new](a.md)?\n```sh\n# no heading\n```\n## A\n## A\n<a id="own"></a>';
    assert.deepEqual(anchorsOf(text), ["one-two-three--four", "whats-new", "a", "a-1", "own"]);
  });
});
