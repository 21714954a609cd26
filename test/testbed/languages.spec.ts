import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Engine, expectSucceeded, startEngine } from "./engine";
import { installedPeers } from "./installed-package";
import type { Runtime } from "./program";
import { COLD_MS } from "./run";

/** A plugin with a single resource and no backend, at the place of the package's plugin. */
const plugin = `#!/usr/bin/env node
const schema = {
  name: "metal3-ipam",
  version: "0.1.0",
  resources: {
    "metal3-ipam:index:Thing": {
      inputProperties: { value: { type: "string" } },
      properties: { value: { type: "string" }, made: { type: "string" } },
    },
  },
};
require("@pulumi/pulumi/provider").main({
  version: schema.version,
  schema: JSON.stringify(schema),
  create: async (urn, { value }) => ({ id: "id-a", outs: { value, made: "made " + value } }),
}, process.argv.slice(2));`;

const programs: Partial<Record<Runtime, (value: string) => string>> = {
  yaml: (value) => `
resources:
  a: { type: metal3-ipam:Thing, properties: { value: ${value} } }
outputs:
  made: \${a.made}`,
  javascript: (value) => `
    const { CustomResource } = require("@pulumi/pulumi");
    exports.made = new CustomResource("metal3-ipam:index:Thing", "a", { value: "${value}", made: undefined }).made;`,
};

/** Programs in Python and Go on this package's plugin: test/sdk/languages.spec.ts. */
describe("programs on a plugin", () => {
  let installed: string;
  let engine: Engine;
  before(async function () {
    this.timeout(COLD_MS);
    installed = mkdtempSync(join(tmpdir(), "metal3-ipam-plugin-"));
    const modules = join(installed, "node_modules");
    const folder = join(modules, "pulumi-metal3-ipam", "provider", "bin");
    mkdirSync(folder, { recursive: true });
    symlinkSync(join(await installedPeers(), "node_modules", "@pulumi"), join(modules, "@pulumi"));
    writeFileSync(join(folder, "pulumi-resource-metal3-ipam"), plugin);
    chmodSync(join(folder, "pulumi-resource-metal3-ipam"), 0o755);
    engine = await startEngine(Promise.resolve(installed));
  });
  after(async () => {
    await engine.dispose();
    rmSync(installed, { recursive: true, force: true });
  });

  for (const [runtime, program] of Object.entries(programs) as [Runtime, (value: string) => string][]) {
    it(`runs a ${runtime} program, twice`, async () => {
      const stack = await engine.project({ name: `plugin-${runtime}`, runtime, program: program("one") });
      const made = expectSucceeded(await stack.upAfterPreview());
      assert.deepEqual(made.changes, { create: 1 });
      assert.deepEqual(made.outputs, { made: "made one" });
      assert.deepEqual(expectSucceeded(await stack.up()).changes, { same: 1 });
      assert.doesNotMatch(made.all, /warning/);
    });
  }
});
