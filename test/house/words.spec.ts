import assert from "node:assert/strict";
import { readSources } from "./imports";
import { doorWords } from "./words";

describe("the house's words", () => {
  it("below the doors are no words of a door", () => {
    assert.deepEqual(doorWords(readSources(["provider"])), []);
  });
});

describe("the check of words", () => {
  const one = (text: string, path = "provider/ipam/a.ts") => doorWords(new Map([[path, text]]));

  it("finds commands, project files and names of settings and types, also in comments", () => {
    const text =
      "`run \\`pulumi up\\` again`;\n// pulumi config set metal3-ipam:context\n/** Pulumi.yaml, `terraform apply` */";
    assert.deepEqual(one(text), [
      "provider/ipam/a.ts:1: pulumi up",
      "provider/ipam/a.ts:2: pulumi config",
      "provider/ipam/a.ts:2: metal3-ipam:",
      "provider/ipam/a.ts:3: Pulumi.yaml",
      "provider/ipam/a.ts:3: terraform apply",
    ]);
  });

  it("allows explanations of the engine, and the package's name", () => {
    assert.deepEqual(one('// Pulumi asks in any order.\n"pulumi-metal3-ipam/token"; "@pulumi/pulumi"'), []);
  });

  it("ignores the doors", () => {
    for (const door of ["provider/plugin", "provider/dynamic", "provider/pulumi"])
      assert.deepEqual(one('"pulumi up"', `${door}/a.ts`), [], door);
  });
});
