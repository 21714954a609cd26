import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { transpiledPackage } from "./transpiled-package";

/** Without compose.js, so that a program that needs the backend's code would fail. */
describe("a program that imports pulumi-metal3-ipam/dynamic", () => {
  const { folder, remove } = transpiledPackage();
  after(remove);

  function run(file: string, program: string): string {
    writeFileSync(path.join(folder, file), program);
    // Found like in a user's Node: the package's own exports, and no TypeScript.
    return execFileSync(process.execPath, [file], {
      cwd: folder,
      encoding: "utf8",
      env: { ...process.env, NODE_OPTIONS: "" },
    }).trim();
  }

  const names = ["IPAddressClaim", "IPClaim", "IPPool", "PreAllocation", "PreAllocationSet"];
  const providers = ["ipAddressClaim", "ipClaim", "ipPool", "preAllocation", "preAllocationSet"];
  const kinds = [...names.map(() => "function"), ...providers.map(() => "object")].join();
  const all = [...names, ...providers].join(", ");
  const print = `console.log([${all}].map((each) => typeof each).join());`;

  it("finds all names from an ES module", () => {
    assert.equal(run("program.mjs", `import { ${all} } from "pulumi-metal3-ipam/dynamic"; ${print}`), kinds);
  });

  it("finds all names from CommonJS", () => {
    assert.equal(run("program.cjs", `const { ${all} } = require("pulumi-metal3-ipam/dynamic"); ${print}`), kinds);
  });
});
