/**
 * The addresses of `examples/bootstrap` match the record. `RECORD=1` records the current ones.
 *
 * The other examples need no record: `engine/example-languages.spec.ts` compares those in other languages with this one,
 * and `e2e/bare-metal-hosts.spec.ts` has the addresses of the examples with BareMetalHosts in full.
 */
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { repository } from "../testbed/cache";
import { expectSucceeded, useEngine } from "../testbed/engine";

const RECORD = join(__dirname, "data", "examples.json");
const FILES = ["Pulumi.yaml", "index.ts", "inventory.json", "package.json", "tsconfig.json"];

describe("examples/bootstrap", function () {
  const engine = useEngine(this);

  it("shows the recorded addresses, and reserves them", async () => {
    const text = (file: string) => readFile(join(repository, "examples", "bootstrap", file), "utf8");
    const files = Object.fromEntries(await Promise.all(FILES.map(async (file) => [file, await text(file)] as const)));
    const config = { "metal3-ipam:namespace": "metal3" };
    const stack = await engine().project({ name: "bootstrap", files, config });
    const shown = expectSucceeded(await stack.preview()).outputs;
    const { outputs } = expectSucceeded(await stack.up());
    if (process.env.RECORD) await writeFile(RECORD, `${JSON.stringify(outputs, undefined, 1)}\n`);
    const recorded = JSON.parse(await readFile(RECORD, "utf8"));
    assert.deepEqual(shown, recorded);
    assert.deepEqual(outputs, recorded);
  });
});
