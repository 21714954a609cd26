import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { PackageSpec } from "../../../provider/plugin/schema/format";
import { imports } from "../../../provider/plugin/schema/imports";
import { referencePage } from "../../../provider/plugin/schema/reference-page";
import { idParts } from "../../../provider/resources/imported";
import { resources } from "../../../provider/resources/registry";
import { repository } from "../../testbed/cache";

const page = readFileSync(join(repository, "docs/resources.md"), "utf8");
const schema = JSON.parse(readFileSync(join(repository, "schema.json"), "utf8")) as PackageSpec;

describe("docs/resources.md", () => {
  it("matches schema.json (otherwise run npm run schema)", () => assert.equal(page, referencePage(schema)));

  it("has links to headings and files that exist", () => {
    const headings = new Set([...page.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => heading.toLowerCase()));
    const targets = new Set([...page.matchAll(/\]\(([^)]*)\)/g)].map(([, target = ""]) => target));
    assert.ok(targets.size > 20, `${targets.size} links`);
    const isThere = (target: string) =>
      target.startsWith("#") ? headings.has(target.slice(1)) : existsSync(join(repository, "docs", target));
    assert.deepEqual(
      [...targets].filter((target) => !isThere(target)),
      [],
    );
  });

  it("has tables whose rows have as many cells as their head", () => {
    const tables = page.match(/(^\|.*\n)+/gm) ?? [];
    const cells = (row: string) => row.split(/(?<!\\)\|/).length;
    const uneven = tables.flatMap((table) => {
      const [head = "", ...rows] = table.trimEnd().split("\n");
      return rows.filter((row) => cells(row) !== cells(head));
    });
    assert.deepEqual(uneven, []);
  });
});

describe("the documented imports", () => {
  it("exist for each resource", () => {
    const kinds = Object.values(resources).map(({ kind }) => kind);
    assert.deepEqual(Object.keys(imports).sort(), [...kinds].sort());
  });

  for (const { kind, importId } of Object.values(resources)) {
    it(`name the token of ${kind}, and an id that it accepts`, () => {
      const [, , token, , id = ""] = imports[kind]?.command.split(" ") ?? [];
      assert.equal(token, `metal3-ipam:index:${kind}`);
      const path = id.replaceAll("'", "").split("?")[0] ?? "";
      assert.equal(idParts(importId, id, path).length, importId.parts);
    });
  }
});
