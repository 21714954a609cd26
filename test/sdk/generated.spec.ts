import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repository } from "../testbed/cache";
import { generatedSdks, generateSdk } from "../testbed/generate-sdk";

/** Every file below, by its path: its text. */
async function texts(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const read = paths.sort().map(async (path) => [path.slice(folder.length + 1), await readFile(path, "utf8")]);
  return Object.fromEntries(await Promise.all(read));
}

describe("the generated SDKs", () => {
  let folder: string;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "metal3-ipam-sdk-"));
    await generateSdk(folder);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const name of generatedSdks) {
    it(`sdk/${name} matches schema.json (otherwise npm run sdk)`, async () => {
      const generated = await texts(join(folder, name));
      const committed = await texts(join(repository, "sdk", name));
      assert.deepEqual(Object.keys(committed), Object.keys(generated));
      for (const [path, text] of Object.entries(generated)) assert.equal(committed[path], text, path);
    });
  }
});
