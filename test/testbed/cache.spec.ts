import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cachedFolder, dropOld } from "./cache";

describe("the testbed's cache", () => {
  const outside = process.env.METAL3_IPAM_TOOLS;
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "metal3-ipam-cache-"));
    process.env.METAL3_IPAM_TOOLS = root;
  });
  afterEach(() => {
    rmSync(root, { recursive: true, force: true });
    if (outside === undefined) delete process.env.METAL3_IPAM_TOOLS;
    else process.env.METAL3_IPAM_TOOLS = outside;
  });

  const fill = async (folder: string): Promise<void> => writeFileSync(join(folder, "made"), "");

  it("builds a folder once", async () => {
    assert.equal(await cachedFolder("a-1", fill), join(root, "a-1"));
    await cachedFolder("a-1", () => assert.fail("built again"));
  });

  it("takes the first result when two build at once, and leaves nothing else", async () => {
    const folders = await Promise.all([1, 2, 3].map(() => cachedFolder("a-1", fill)));
    assert.deepEqual(new Set(folders), new Set([join(root, "a-1")]));
    assert.deepEqual(readdirSync(root), ["a-1"]);
  });

  it("keeps nothing of a build that fails, and cleans up after a killed one", async () => {
    mkdirSync(join(root, "a-1.99999999.0123abcd.half"));
    await assert.rejects(
      cachedFolder("a-1", () => Promise.reject(new Error("no compiler"))),
      /no compiler/,
    );
    assert.deepEqual(readdirSync(root), []);
  });

  it("drops what was not used for long, except the newest few", async () => {
    for (const [index, name] of ["a-1", "a-2", "a-3", "b-1"].entries()) {
      mkdirSync(join(root, name));
      utimesSync(join(root, name), index, index);
    }
    await dropOld("a-", 2);
    assert.deepEqual(readdirSync(root), ["a-2", "a-3", "b-1"]);
    assert.equal(existsSync(await cachedFolder("a-2", fill)), true);
  });
});
