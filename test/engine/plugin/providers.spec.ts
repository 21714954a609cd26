/** Several providers in one stack, on a real engine, with one process each. */
import assert from "node:assert/strict";
import { mkdtemp, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { expectFailed, expectSucceeded, type Stack, useEngine } from "../../testbed/engine";
import { manifests } from "../folder";
import { yaml } from "./interruptions";

type Resources = Record<string, object>;
type Program = (directory: string) => Resources;

/** `provider`: absent for the default one. */
function declared(type: string, properties: object, provider?: string, options: object = {}): object {
  return {
    type: `metal3-ipam:${type}`,
    properties,
    options: { ...options, ...(provider && { provider: `$\{${provider}}` }) },
  };
}

const MADE_HERE = "$" + "{net.name}";
const pools = [{ start: "10.0.0.10", end: "10.0.0.19" }];
const pool = (provider?: string, properties: object = {}): Resources => ({
  net: declared("IPPool", { pools, prefix: 24, ...properties }, provider),
});
const host = (name: string, provider?: string, properties: object = {}, as = name): Resources => ({
  [as]: declared("PreAllocation", { pool: MADE_HERE, host: name, ...properties }, provider),
});
const set = (hosts: readonly string[], provider?: string, properties: object = {}): Resources => ({
  rack: declared("PreAllocationSet", { pool: MADE_HERE, hosts, ...properties }, provider),
});
const PIN = { address: "10.0.0.14" };
const PINS = { pins: { a: "10.0.0.14" } };

describe("several providers of one stack, on a real engine", function () {
  const engine = useEngine(this);

  async function open(name: string, program: Program): Promise<{ stack: Stack; change(to: Program): Promise<void> }> {
    const directory = await mkdtemp(join(engine().root, "store-"));
    const stack = await engine().project({ name, runtime: "yaml", program: yaml(program(directory)), directory });
    return { stack, change: (to) => stack.setProgram(yaml(to(directory))) };
  }

  const providers =
    (...names: string[]) =>
    (directory: string): Resources =>
      Object.fromEntries(
        names.map((name) => [name, { type: "pulumi:providers:metal3-ipam", properties: { directory } }]),
      );

  const of =
    (names: readonly string[], ...parts: Resources[]): Program =>
    (directory) =>
      Object.assign({}, providers(...names)(directory), ...parts);

  async function entries(stack: Stack): Promise<Record<string, string>> {
    const file = join(stack.directory ?? "", "default", "ippools", "net.yaml");
    const read = parse(await readFile(file, "utf8")) as { spec: { preAllocations?: Record<string, string> } };
    return read.spec.preAllocations ?? {};
  }

  const moves: Record<string, { before: Program; after: Program; manner: "up" | "upAfterPreview" }> = {
    "a host goes from the default provider to a new one": {
      before: of([], pool(), host("a", undefined, PIN)),
      after: of(["x"], pool(), host("a", "x")),
      manner: "upAfterPreview",
    },
    "a host goes to another provider and to another name": {
      before: of(["x"], pool(), host("a", "x", PIN)),
      after: of(["x"], pool(), host("a", undefined, {}, "renamed"), host("b", "x")),
      manner: "up",
    },
    "a provider is renamed": {
      before: of(["x"], pool("x"), host("a", "x", PIN)),
      after: of(["y"], pool("y"), host("a", "y")),
      manner: "upAfterPreview",
    },
    "a provider is renamed, and the host as well": {
      before: of(["x"], pool("x"), host("a", "x", PIN)),
      after: of(["y"], pool("y"), host("a", "y", {}, "renamed")),
      manner: "up",
    },
    "a pool goes to another provider than its hosts": {
      before: of([], pool(), host("a", undefined, PIN)),
      after: of(["x"], pool("x"), host("a")),
      manner: "up",
    },
    "a host leaves a set of the other provider": {
      before: of(["x"], pool("x"), set(["a", "b"], "x", PINS)),
      after: of(["x"], pool("x"), set(["b"], "x"), host("a")),
      manner: "up",
    },
    "an entry of a pool becomes a host of the other provider": {
      before: of(["x"], pool("x", { preAllocations: { "a-net": "10.0.0.14" } })),
      after: of(["x"], pool("x"), host("a")),
      manner: "upAfterPreview",
    },
  };
  for (const [what, { before, after, manner }] of Object.entries(moves)) {
    it(`keep the address if ${what}`, async () => {
      const { stack, change } = await open("moved", before);
      expectSucceeded(await stack.up());
      await change(after);
      const preview = expectSucceeded(await stack.preview());
      assert.doesNotMatch(preview.all, /warning|another backend|[-~] a of/);
      expectSucceeded(await stack[manner]());
      assert.equal((await entries(stack))["a-net"], "10.0.0.14");
      assert.deepEqual(Object.keys(expectSucceeded(await stack.up()).changes), ["same"]);
      expectSucceeded(await stack.destroy());
      assert.deepEqual(await manifests(stack.directory), {});
    });
  }

  it("show in the preview the addresses that a new pool of one gives to hosts of the other, also with a saved plan", async () => {
    const program = of(["x", "y"], pool("x"), host("a", "y"), host("b"), set(["c", "d"], "y"));
    const { stack } = await open("planned", program);
    const plan = join(stack.folder, "plan.json");
    const preview = expectSucceeded(await stack.preview("--save-plan", plan));
    assert.doesNotMatch(preview.all, /warning|known after/);
    // One text for both providers.
    assert.equal(preview.all.match(/new addresses:/g)?.length, 2, "in the row and below it");
    const shown = new Map(
      [...preview.all.matchAll(/\+ (\S+) of default\/net: (\S+)/g)].map(([, name, at]) => [name, at]),
    );
    assert.deepEqual([...shown.keys()].sort(), ["a", "b", "c", "d"]);
    expectSucceeded(await stack.up("--plan", plan));
    const now = await entries(stack);
    assert.deepEqual(new Map([...shown].map(([name, at]) => [`${name}-net`, at])), new Map(Object.entries(now)));
    assert.deepEqual(expectSucceeded(await stack.up()).changes, { same: 4 });
  });

  it("refuse a host that both declare, in the preview", async () => {
    const { stack, change } = await open("double", of(["x"], pool()));
    expectSucceeded(await stack.up());
    await change(of(["x"], pool(), host("a", "x"), host("a", undefined, {}, "again")));
    const told =
      /a is declared twice for IPPool default\/net in this program: by PreAllocation (a|again) \(of another provider\)/;
    expectFailed(await stack.preview(), told);
    expectFailed(await stack.upAfterPreview(), told);
    assert.deepEqual(await entries(stack), {});
  });

  it("keep what one has given up if a call of the other has failed", async () => {
    const { stack, change } = await open("failed", of(["x"], pool("x"), set(["a", "b"], "x", PINS)));
    expectSucceeded(await stack.up());
    const missing = { lost: declared("PreAllocation", { pool: "nowhere", host: "x" }) };
    await change(of(["x"], pool("x"), set(["b"], "x"), missing));
    expectFailed(await stack.up(), /IPPool default\/nowhere does not exist/);
    assert.equal((await entries(stack))["a-net"], "10.0.0.14");
    await change(of(["x"], pool("x"), set(["b"], "x")));
    expectSucceeded(await stack.up());
    assert.deepEqual(Object.keys(await entries(stack)), ["b-net"]);
  });

  it("treat a stack of the same name in another backend as another stack", async () => {
    const { stack } = await open("namesake", of(["x"], pool("x"), host("a", "x", PIN)));
    expectSucceeded(await stack.up());
    const other = await engine().project({
      name: "namesake",
      runtime: "yaml",
      program: yaml(
        of(["x"], { a: declared("PreAllocation", { pool: "net", host: "a" }, "x") })(stack.directory ?? ""),
      ),
      directory: stack.directory ?? null,
    });
    expectFailed(await other.preview(), /stack namesake\/dev of another backend or of a lost state, resource a/);
  });
});
