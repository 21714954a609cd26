/** What the engine's command line says about the program. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isOfTargets, isWatching } from "../../provider/pulumi/engine-command";

describe("the engine's command", () => {
  it("is the same for a plugin and for a dynamic provider, which a script of Pulumi starts", async () => {
    const folder = await mkdtemp(join(tmpdir(), "metal3-ipam-script-"));
    const module = join(__dirname, "../../provider/pulumi/engine-command.ts");
    const print = `process.stdout.write(require(${JSON.stringify(module)}).engineCommand())`;
    const words = ["--import", "tsx", "-e", print];
    const script = join(folder, "pulumi-resource-pulumi-nodejs");
    await writeFile(script, '#!/bin/sh\n"$@"\nexit $?\n', { mode: 0o755 });
    const told = [
      execFileSync(process.execPath, words, { encoding: "utf8" }),
      execFileSync(script, [process.execPath, ...words], { encoding: "utf8" }),
    ];
    assert.match(told[0] ?? "", /^[0-9a-f]{8}$/);
    assert.equal(told[1], told[0]);
    await rm(folder, { recursive: true });
  });
});

describe("a command with targets", () => {
  for (const [words, env, expected] of [
    [["up", "--yes"], {}, false],
    [["up", "-y"], {}, false],
    [["up", "--target", "urn"], {}, true],
    [["up", "--target=urn"], {}, true],
    [["up", "--target-replace", "urn"], {}, true],
    [["up", "--exclude=urn"], {}, true],
    [["up", "--exclude-dependents", "--target-dependents"], {}, false],
    [["up", "-t", "urn"], {}, true],
    [["up", "-turn"], {}, true],
    [["up", "-yft", "urn"], {}, true],
    [["destroy", "-yx", "urn"], {}, true],
    [["up", "-s", "dev", "-mtext"], {}, false],
    [["up", "-stest"], {}, false],
    [["up"], { PULUMI_OPTION_TARGET: "urn" }, true],
    [["up"], { PULUMI_OPTION_TARGET_REPLACE: "urn" }, true],
    [["up"], { PULUMI_OPTION_EXCLUDE: "urn" }, true],
    [["up"], { PULUMI_OPTION_TARGET: "", PULUMI_OPTION_TARGET_DEPENDENTS: "true" }, false],
  ] as const) {
    it(`${expected ? "is" : "is not"} pulumi ${words.join(" ")} with ${JSON.stringify(env)}`, () => {
      assert.equal(isOfTargets([...words], env), expected);
    });
  }
});

describe("a command that runs update after update", () => {
  for (const [words, expected] of [
    [["pulumi", "watch"], true],
    [["pulumi", "--non-interactive", "watch", "-s", "dev"], true],
    [["pulumi", "up", "-s", "watch"], false],
    [["pulumi", "preview"], false],
    [[], false],
  ] as const) {
    it(`${expected ? "is" : "is not"} ${words.join(" ")}`, () => assert.equal(isWatching([...words]), expected));
  }
});
