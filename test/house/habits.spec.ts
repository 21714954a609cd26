import assert from "node:assert/strict";
import { idleTests, longFiles, todos, uncheckedTypes, vagueFiles } from "./habits";
import { readSources, type Sources } from "./imports";

const product = readSources(["provider", "sdk/dynamic", "sdk/hosts"]);
const tests = readSources(["test"]);
const all: Sources = new Map([...product, ...tests]);

describe("the house's habits", () => {
  it("names files after what they do", () => assert.deepEqual(vagueFiles(all), []));
  it("keeps files short", () => assert.deepEqual(longFiles(all), []));
  it("never gives up types", () => assert.deepEqual(uncheckedTypes(product), []));
  it("leaves no notes for later", () => assert.deepEqual(todos(all), []));
  it("runs all tests, or says why not", () => assert.deepEqual(idleTests(tests), []));
});

describe("the check of habits", () => {
  const one = (text: string, path = "a.ts"): Sources => new Map([[path, text]]);

  it("knows vague names", () => {
    for (const path of [
      "provider/utils.ts",
      "provider/helpers/a.ts",
      "provider/api/types.ts",
      "provider/core/common.spec.ts",
    ]) {
      assert.equal(vagueFiles(one("", path)).length, 1, path);
    }
    assert.deepEqual(vagueFiles(one("", "provider/core/commonplace.ts")), []);
  });

  it("counts lines", () => {
    assert.deepEqual(longFiles(one("a;\n".repeat(300))), []);
    assert.deepEqual(longFiles(one("a;\n".repeat(301))), ["a.ts: 301 lines, at most 300"]);
  });

  it("finds any in every form, and not in words", () => {
    const text = 'let a: any;\nb as any;\nlet c: Map<string, any>;\n// as any\nconst any = ": any";';
    assert.deepEqual(uncheckedTypes(one(text)), ["a.ts:1: any", "a.ts:2: any", "a.ts:3: any"]);
  });

  it("finds notes for later", () => {
    assert.deepEqual(todos(one(`a; // ${"TO"}DO: b`)), [`a.ts:1: a; // ${"TO"}DO: b`]);
  });

  it("finds tests that run alone or not at all", () => {
    const text =
      'it.only("a");\ndescribe.skip("b");\nit.skip("c (needs a cluster)");\nit("d");\nit.skip(`e: no cluster`);';
    assert.deepEqual(idleTests(one(text)), [
      "a.ts:1: it.only hides all other tests",
      "a.ts:2: describe.skip without a reason in its name",
    ]);
  });
});
