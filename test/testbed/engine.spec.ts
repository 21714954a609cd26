import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { type Engine, expectFailed, expectSucceeded, type Stack, startEngine, unknown } from "./engine";
import { installedPeers } from "./installed-package";
import { COLD_MS } from "./run";

/** A dynamic resource by literal, like those of this package, but without a backend. */
const handler = `exports.handler = () => ({
  async create(inputs) {
    if (inputs.value === "bad") throw new Error("there is no bad value");
    if (inputs.value === "slow") await new Promise((done) => setTimeout(done, 600000));
    return { id: "id-a", outs: { ...inputs, made: "made " + inputs.value } };
  },
  async diff(id, olds, news) { return { changes: olds.value !== news.value }; },
  async update(id, olds, news) { return { outs: { ...news, made: "made " + news.value } }; },
})`;

/** Other ways to write a program: test/engine/runtimes.spec.ts. */
const runtimes = ["javascript", "ts-node"] as const;

const programs: Record<(typeof runtimes)[number], (value: string) => string> = {
  javascript: (value) => `const pulumi = require("@pulumi/pulumi"); ${body(value, "exports.made =")}`,
  "ts-node": (value) => `import * as pulumi from "@pulumi/pulumi"; ${body(value, "export const made: unknown =")}`,
};

const body = (value: string, output: string): string => `
  const inputs = { value: "${value}", made: undefined, __provider: ${JSON.stringify(handler)} };
  const a = new pulumi.CustomResource("pulumi-nodejs:dynamic/test:Thing", "a", inputs);
  ${output} ${output.startsWith("exports") ? "a.made" : "(a as unknown as { made: unknown }).made"};`;

describe("a real Pulumi engine", () => {
  let engine: Engine;
  before(async function () {
    this.timeout(COLD_MS);
    engine = await startEngine(installedPeers());
  });
  after(() => engine.dispose());

  const started = (runtime: (typeof runtimes)[number], value = "one"): Promise<Stack> =>
    engine.project({ name: `life-${runtime}`, runtime, program: programs[runtime](value) });

  it("runs a program through a resource's life", async () => {
    const stack = await started("ts-node");
    const planned = expectSucceeded(await stack.preview());
    assert.deepEqual(planned.changes, { create: 1 });
    assert.equal(planned.outputs.made, unknown);

    const made = expectSucceeded(await stack.up());
    assert.deepEqual(made.changes, { create: 1 });
    assert.deepEqual(made.outputs, { made: "made one" });
    assert.deepEqual(await stack.outputs(), { made: "made one" });
    assert.deepEqual(expectSucceeded(await stack.up()).changes, { same: 1 });

    await stack.setProgram(programs["ts-node"]("two"));
    const changed = expectSucceeded(await stack.preview("--diff"));
    assert.match(changed.stdout, /~ value: "one" => "two"/);
    assert.deepEqual(
      changed.rows.map(({ type, name, op }) => ({ type, name, op })),
      [{ type: "test:Thing", name: "a", op: "update" }],
    );
    assert.deepEqual(expectSucceeded(await stack.destroy()).changes, { delete: 1 });
  });

  it("gives a preview as JSON, previews before an update, and refreshes", async () => {
    const stack = await started("javascript");
    assert.deepEqual(
      (await stack.previewJson()).steps.map((step) => step.op),
      ["create", "create"],
    );
    assert.deepEqual(expectSucceeded(await stack.upAfterPreview()).changes, { create: 1 });
    const refreshed = expectSucceeded(await stack.refresh());
    assert.deepEqual(refreshed.changes, { same: 1 });
    assert.deepEqual(
      refreshed.rows.map(({ op, found }) => ({ op, found })),
      [{ op: "refresh", found: "same" }],
    );
  });

  it("moves state through export and import, and renames a stack", async () => {
    const stack = await started("javascript");
    expectSucceeded(await stack.up());
    const state = await stack.stackExport();
    expectSucceeded(await stack.destroy());
    expectSucceeded(await stack.stackImport(state));
    await stack.renameStack("renamed");
    assert.deepEqual(expectSucceeded(await stack.up()).changes, { same: 1 });
  });

  it("shows the failed resource", async () => {
    const stack = await started("javascript", "bad");
    const failed = expectFailed(await stack.up(), /there is no bad value/);
    assert.deepEqual(failed.changes, {});
    assert.equal(failed.rows[0]?.failed, true);
    assert.equal(
      failed.diagnostics.some(({ severity }) => severity === "error"),
      true,
    );
    assert.throws(() => expectSucceeded(failed), /there is no bad value/);
  });

  it("has several stacks, with their own configuration", async () => {
    const program = `const { Config } = require("@pulumi/pulumi"); const our = new Config("metal3-ipam");
      exports.directory = our.get("directory"); exports.context = our.get("context");`;
    const dev = await engine.project({
      name: "side",
      runtime: "javascript",
      program,
      config: { "metal3-ipam:context": "a" },
    });
    const prod = await dev.sibling("prod");
    const other = await engine.project({
      name: "side",
      runtime: "javascript",
      program,
      directory: dev.directory ?? null,
    });
    await prod.setSecret("metal3-ipam:context", "b");
    const results = await Promise.all([dev, prod, other].map((stack) => stack.up()));
    for (const result of results) expectSucceeded(result);
    assert.deepEqual(await dev.outputs(), { directory: dev.directory, context: "a" });
    assert.deepEqual(await prod.outputs(), { directory: dev.directory, context: "b" });
    assert.deepEqual(await other.outputs(), { directory: dev.directory });
  });

  it("ends a running update with all its processes, and removes its files", async () => {
    const own = await startEngine(installedPeers());
    const stack = await own.project({ name: "slow", runtime: "javascript", program: programs.javascript("slow") });
    const running = stack.start("up", "--yes", "--skip-preview");
    await new Promise((done) => setTimeout(done, 3000));
    await own.dispose();
    assert.notEqual((await running.done).code, 0);
    assert.equal(existsSync(own.root), false);
  });
});
