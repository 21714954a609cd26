import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { repository } from "../testbed/cache";
import { expectSucceeded, useEngine } from "../testbed/engine";
import type { Runtime } from "../testbed/program";

type Hosts = Record<string, Record<string, string>>;

/** All files of an example in git, and its configuration without the folder. Each project has its own folder here. */
async function example(name: string) {
  const folder = join(repository, "examples", name);
  const found = await readdir(folder, { withFileTypes: true });
  const own = found.filter(
    (entry) => entry.isFile() && !entry.name.startsWith(".") && entry.name !== "Pulumi.dev.yaml",
  );
  const text = (file: string) => readFile(join(folder, file), "utf8");
  const files = Object.fromEntries(await Promise.all(own.map(async (entry) => [entry.name, await text(entry.name)])));
  const { "metal3-ipam:directory": _directory, ...config } = parse(await text("Pulumi.dev.yaml")).config;
  return { name, files: files as Record<string, string>, config };
}

describe("the bootstrap in every language, through the plugin", function () {
  const engine = useEngine(this);
  let dynamic: { hosts: Hosts; vips: object };

  before(async () => {
    const stack = await engine().project(await example("bootstrap"));
    dynamic = expectSucceeded(await stack.preview()).outputs as typeof dynamic;
  });

  const runtimes: Record<string, Runtime> = { typescript: "ts-node", python: "python", go: "go", yaml: "yaml" };
  for (const [language, runtime] of Object.entries(runtimes)) {
    it(`${language}: the preview has every address, and the dynamic resources give the same`, async () => {
      const { files, ...rest } = await example(`bootstrap-${language}`);
      const stack = await engine().project({ ...rest, files, runtime });
      const shown = expectSucceeded(await stack.preview()).outputs;
      const { outputs, changes } = expectSucceeded(await stack.up());
      assert.deepEqual(outputs, shown);
      const { hosts, vips } = outputs as typeof dynamic;
      // YAML has no loops: its program has fewer hosts and networks.
      const expected = Object.entries(dynamic.hosts).flatMap(([host, networks]) =>
        hosts[host] ? [[host, Object.fromEntries(Object.keys(hosts[host]).map((name) => [name, networks[name]]))]] : [],
      );
      assert.deepEqual(hosts, Object.fromEntries(expected));
      assert.deepEqual(vips, dynamic.vips);
      assert.equal(Object.keys(hosts).length, language === "yaml" ? 7 : 15);
      assert.deepEqual(expectSucceeded(await stack.preview()).changes, { same: changes.create });
    });
  }
});
