import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { pulumiOnPath, testedVersions } from "./pulumi-on-path";

const [version = ""] = testedVersions;
const whole = ["pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs"];

describe("a Pulumi on the PATH", () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "metal3-ipam-path-"));
  });
  afterEach(() => rm(root, { recursive: true }));

  /** A folder with a `pulumi` that prints this version, and with other files. */
  async function installed(name: string, says: string, others: readonly string[]): Promise<string> {
    const folder = join(root, name);
    await mkdir(folder);
    await writeFile(join(folder, "pulumi"), `#!/bin/sh\necho ${says}\n`, { mode: 0o755 });
    for (const other of others) await writeFile(join(folder, other), "");
    return folder;
  }

  it("is used if its version is tested and the language's files exist", async () => {
    const folder = await installed("bin", version, whole);
    assert.deepEqual(pulumiOnPath("nodejs", [join(root, "nothing"), folder].join(delimiter)), { folder, version });
  });

  it("is used from the target of a link", async () => {
    const folder = await installed("cellar", version, whole);
    await mkdir(join(root, "bin"));
    await symlink(join(folder, "pulumi"), join(root, "bin", "pulumi"));
    assert.deepEqual(pulumiOnPath("nodejs", join(root, "bin")), { folder, version });
  });

  const refused: [what: string, says: string, others: readonly string[], why: RegExp][] = [
    ["of another version", "v3.100.0", whole, /^the tests have not run on \S+\/bin\/pulumi, v3\.100\.0$/],
    ["that reports no version", "", whole, /^the tests have not run on \S+\/bin\/pulumi, which reports no version$/],
    ["without the language", version, [], /^\S+\/bin has no pulumi-language-nodejs and pulumi-resource-pulumi-nodejs/],
  ];
  for (const [what, says, others, why] of refused) {
    it(`${what} is not used`, async () => {
      const found = pulumiOnPath("nodejs", await installed("bin", says, others));
      assert.match("shortcoming" in found ? found.shortcoming : "", why);
    });
  }

  it("may not exist", () => {
    assert.deepEqual(pulumiOnPath("nodejs", root), { shortcoming: "there is no pulumi on the PATH" });
  });
});
