import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installPacked } from "./installed-package";

describe("the package as a user installs it", () => {
  let root: string;
  before(() => {
    root = mkdtempSync(join(tmpdir(), "metal3-ipam-standin-"));
  });
  after(() => rmSync(root, { recursive: true, force: true }));

  const write = (answer: number): void => {
    const manifest = {
      name: "standin",
      version: "1.0.0",
      files: ["provider"],
      exports: { "./dynamic": "./provider/index.js" },
    };
    writeFileSync(join(root, "package.json"), JSON.stringify(manifest));
    mkdirSync(join(root, "provider"), { recursive: true });
    mkdirSync(join(root, "node_modules"), { recursive: true });
    writeFileSync(join(root, "provider", "index.js"), `exports.answer = ${answer};`);
  };

  it("is packed and installed again when a source changes, and only then", async () => {
    write(1);
    const first = await installPacked(root);
    assert.equal(await installPacked(root), first);
    assert.match(readFileSync(join(first, "node_modules/standin/provider/index.js"), "utf8"), /answer/);
    write(2);
    assert.notEqual(await installPacked(root), first);
  });
});
