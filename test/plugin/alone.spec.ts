/** The file that the engine starts, without the code of its package: not built, or copied elsewhere. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFile, mkdir, mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const NAME = "pulumi-resource-metal3-ipam";

describe("the plugin's file alone", () => {
  it("says in one line what is missing, and not where Node looked", async () => {
    const root = await realpath(await mkdtemp(join(tmpdir(), "metal3-ipam-alone-")));
    try {
      const bin = join(root, "provider", "bin");
      await mkdir(bin, { recursive: true });
      await copyFile(join(__dirname, "..", "..", "provider", "bin", NAME), join(bin, NAME));
      const { status, stdout, stderr } = spawnSync(process.execPath, [join(bin, NAME)], { encoding: "utf8" });
      assert.deepEqual([status, stdout], [1, ""]);
      assert.equal(
        stderr,
        `metal3-ipam: ${join(root, "dist", "plugin", "main.js")} is not there: this file runs from its npm package ` +
          "only, built (npm run build) before it was installed; let plugins.providers of Pulumi.yaml name the package's provider/bin\n",
      );
    } finally {
      await rm(root, { recursive: true });
    }
  });
});
