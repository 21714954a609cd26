import assert from "node:assert/strict";
import { circularImports, upwardImports } from "./floors";
import { readSources, type Sources } from "./imports";

const ours = readSources(["provider", "sdk/dynamic", "sdk/hosts"]);

describe("the house", () => {
  it("has files", () => assert.ok(ours.size > 0));
  it("has imports that only go down", () => assert.deepEqual(upwardImports(ours), []));
  it("has no circle of imports", () => assert.deepEqual(circularImports(ours), []));
});

describe("the check of floors", () => {
  const sources = (files: Record<string, string>): Sources => new Map(Object.entries(files));
  const one = (from: string, text: string): string[] => upwardImports(sources({ [from]: text }));

  const refused: [form: string, from: string, text: string, target: string][] = [
    ["an import", "provider/core/a.ts", 'import { b } from "../api/b";', "provider/api/b"],
    ["a type-only import", "provider/store/a.ts", 'import type { b } from "../core/b";', "provider/core/b"],
    ["a side-effect import", "provider/api/a.ts", 'import "../store/b";', "provider/store/b"],
    ["a re-export", "provider/ipam/a.ts", 'export * from "../resources/b";', "provider/resources/b"],
    ["import()", "provider/resources/a.ts", 'await import("../dynamic/b");', "provider/dynamic/b"],
    ["a type import()", "provider/ipam/a.ts", 'let b: import("../compose").B;', "provider/compose"],
    ["require()", "provider/dynamic/a.ts", 'const b = require("../store/b");', "provider/store/b"],
    ["import = require()", "provider/plugin/a.ts", 'import b = require("../dynamic/b");', "provider/dynamic/b"],
    [
      "a store's inside",
      "provider/resources/a.ts",
      'import { b } from "../store/file-store";',
      "provider/store/file-store",
    ],
    ["a reach over the door", "sdk/dynamic/a.ts", 'import { b } from "../../provider/core/b";', "provider/core/b"],
    ["a file system below", "provider/core/a.ts", 'import "node:fs";', "node:fs"],
    ["Pulumi below the doors", "provider/ipam/a.ts", 'import "@pulumi/pulumi";', "@pulumi/pulumi"],
  ];
  for (const [form, from, text, target] of refused) {
    it(`refuses ${form}`, () => {
      const floor = from.replace("provider/", "").replace(/\/[^/]*$/, "");
      assert.deepEqual(one(from, text), [`${from}:1: ${floor} must not import ${target}`]);
    });
  }

  it("allows imports that go down, and other packages", () => {
    const text = `import { a } from "../store/store"; import type { b } from "../api/b"; import "zod"; import "./c";`;
    assert.deepEqual(upwardImports(sources({ "provider/resources/a.ts": text, "provider/store/store.ts": "" })), []);
  });

  it("refuses a file outside the floors", () => {
    assert.deepEqual(one("provider/attic/a.ts", ""), ["provider/attic/a.ts: belongs to no floor"]);
  });

  it("finds circles, also of types and through an index", () => {
    const circle = sources({
      "provider/core/a.ts": 'import type { b } from "./b";',
      "provider/core/b.ts": 'export { c } from "./c";',
      "provider/core/c/index.ts": 'import { a } from "../a";',
      "provider/core/d.ts": 'import { a } from "./a"; import { b } from "./b";',
    });
    assert.deepEqual(circularImports(circle), [
      "provider/core/a.ts → provider/core/b.ts → provider/core/c/index.ts → provider/core/a.ts",
    ]);
  });

  it("does not call a shared import a circle", () => {
    const diamond = sources({
      "provider/core/a.ts": 'import "./b"; import "./c";',
      "provider/core/b.ts": 'import "./d";',
      "provider/core/c.ts": 'import "./d";',
      "provider/core/d.ts": "",
    });
    assert.deepEqual(circularImports(diamond), []);
  });
});
