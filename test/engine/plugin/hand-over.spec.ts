/** Claims that an update gives up, on a real engine that starts and ends the packed plugin itself. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { expectFailed, expectSucceeded, type Stack, useEngine } from "../../testbed/engine";
import { isLong } from "../../trust/scale";
import { manifests } from "../folder";
import { secondsUntil, upUntil, yaml } from "./interruptions";

const MADE_HERE = "$" + "{net.name}";
const pools = [{ start: "10.0.0.10", end: "10.0.0.19" }];
const pool = (preAllocations: object = {}) => ({
  net: { type: "metal3-ipam:IPPool", properties: { pools, prefix: 24, preAllocations } },
});
const set = (name: string, hosts: readonly string[], properties: object = {}, options: object = {}) => ({
  [name]: { type: "metal3-ipam:PreAllocationSet", properties: { pool: MADE_HERE, hosts, ...properties }, options },
});
const single = (host: string, address?: string) => ({
  [host]: { type: "metal3-ipam:PreAllocation", properties: { pool: MADE_HERE, host, address } },
});
const vip = (name: string, address?: string) => ({
  [name]: { type: "metal3-ipam:IPClaim", properties: { pool: MADE_HERE, address } },
});
const PINS = { "a-net": "10.0.0.14", "b-net": "10.0.0.17" };

interface Pool {
  readonly spec: { readonly preAllocations?: Record<string, string> };
}

describe("a claim that an update gives up, on a real engine", function () {
  const engine = useEngine(this);

  const project = (name: string, program: object) =>
    engine().project({ name, runtime: "yaml", program: yaml(program) });

  async function entries(stack: Stack): Promise<Record<string, string>> {
    const file = join(stack.directory ?? "", "default", "ippools", "net.yaml");
    return (parse(await readFile(file, "utf8")) as Pool).spec.preAllocations ?? {};
  }

  const handed: Record<string, { before: object; after: object; claims?: string[] }> = {
    "entries of a pool to a set": { before: pool(PINS), after: { ...pool(), ...set("rack", ["a", "b"]) } },
    "entries of a pool to PreAllocations": { before: pool(PINS), after: { ...pool(), ...single("a"), ...single("b") } },
    "a set to another one, registered first": {
      before: { ...pool(), ...set("z", ["a", "b", "c"], { pins: { a: "10.0.0.14", b: "10.0.0.17" } }) },
      after: { ...pool(), ...set("a", ["a", "b"]), ...set("z", ["c"]) },
    },
    "a set to another one that depends on it": {
      before: { ...pool(), ...set("a", ["a", "b", "c"], { pins: { a: "10.0.0.14", b: "10.0.0.17" } }) },
      after: { ...pool(), ...set("a", ["c"]), ...set("z", ["a", "b"], {}, { dependsOn: ["$" + "{a}"] }) },
    },
    "entries of a pool to IPClaims": {
      before: pool(PINS),
      after: { ...pool(), ...vip("a-net"), ...vip("b-net") },
      claims: ["a-net", "b-net"],
    },
    "a set to IPClaims": {
      before: { ...pool(), ...set("rack", ["a", "b"], { pins: { a: "10.0.0.14", b: "10.0.0.17" } }) },
      after: { ...pool(), ...vip("a-net"), ...vip("b-net") },
      claims: ["a-net", "b-net"],
    },
  };
  /** Those that run with `make soak` only. */
  const more: typeof handed = {
    "PreAllocations to a set": {
      before: { ...pool(), ...single("a", "10.0.0.14"), ...single("b", "10.0.0.17") },
      after: { ...pool(), ...set("rack", ["a", "b"]) },
    },
    "PreAllocations to entries of the pool": {
      before: { ...pool(), ...single("a", "10.0.0.14"), ...single("b", "10.0.0.17") },
      after: pool(PINS),
    },
    "PreAllocations to IPClaims": {
      before: { ...pool(), ...single("a", "10.0.0.14"), ...single("b", "10.0.0.17") },
      after: { ...pool(), ...vip("a-net"), ...vip("b-net") },
      claims: ["a-net", "b-net"],
    },
    "a set to entries of the pool": {
      before: { ...pool(), ...set("rack", ["a", "b"], { pins: { a: "10.0.0.14", b: "10.0.0.17" } }) },
      after: pool(PINS),
    },
    "a set to PreAllocations": {
      before: { ...pool(), ...set("rack", ["a", "b"], { pins: { a: "10.0.0.14", b: "10.0.0.17" } }) },
      after: { ...pool(), ...single("a"), ...single("b") },
    },
    "IPClaims to a set": {
      before: { ...pool(), ...vip("a-net", "10.0.0.14"), ...vip("b-net", "10.0.0.17") },
      after: { ...pool(), ...set("rack", ["a", "b"]) },
    },
    "IPClaims to PreAllocations": {
      before: { ...pool(), ...vip("a-net", "10.0.0.14"), ...vip("b-net", "10.0.0.17") },
      after: { ...pool(), ...single("a"), ...single("b") },
    },
    "IPClaims to entries of the pool": {
      before: { ...pool(), ...vip("a-net", "10.0.0.14"), ...vip("b-net", "10.0.0.17") },
      after: pool(PINS),
    },
  };
  const commands: Record<string, (stack: Stack) => Promise<unknown>> = {
    "with its preview": async (stack) => expectSucceeded(await stack.upAfterPreview()),
    "without a preview": async (stack) => expectSucceeded(await stack.up()),
    "after a preview in another process": async (stack) => {
      expectSucceeded(await stack.preview());
      expectSucceeded(await stack.up());
    },
    "with a saved plan": async (stack) => {
      const plan = join(stack.folder, "plan.json");
      expectSucceeded(await stack.preview("--save-plan", plan));
      expectSucceeded(await stack.up("--plan", plan));
    },
  };
  const rows = Object.entries({ ...handed, ...(isLong && more) }).flatMap(([what, change], index) => {
    // Each change with two of the commands, each command with half of the changes. The long form and the handlers have all.
    const all = Object.entries(commands);
    const chosen = isLong ? all : [all[index % all.length]!, all[(index + 2) % all.length]!];
    return chosen.map((command) => ({ what, change, command }));
  });
  for (const { what, change, command } of rows) {
    const [how, run] = command;
    it(`moves with its address from ${what}, ${how}`, async () => {
      const stack = await project("handed", change.before);
      expectSucceeded(await stack.up());
      await stack.setProgram(yaml(change.after));
      await run(stack);
      const { "c-net": _other, ...now } = await entries(stack);
      assert.deepEqual(now, change.claims ? {} : PINS);
      const again = expectSucceeded(await stack.preview());
      assert.deepEqual(Object.keys(again.changes), ["same"]);
      assert.doesNotMatch(again.all, /given up/);
      expectSucceeded(await stack.destroy());
      assert.deepEqual(await manifests(stack.directory), {});
    });
  }

  it("is free as soon as the run is over", async () => {
    const stack = await project("freed", { ...pool(), ...set("rack", ["a", "b"]) });
    expectSucceeded(await stack.up());
    await stack.setProgram(yaml({ ...pool(), ...set("rack", ["b"]) }));
    expectSucceeded(await stack.up());
    assert.deepEqual(Object.keys(await entries(stack)), ["b-net"]);
    expectSucceeded(await stack.destroy());
  });

  it("stays held after a failure of this run; the next preview names it, and the next run frees it", async () => {
    const both = { pins: { a: "10.0.0.14" } };
    const stack = await project("failed", { ...pool(), ...set("rack", ["a", "b"], both) });
    expectSucceeded(await stack.up());
    const without = { ...pool(), ...set("rack", ["b"]) };
    const missing = { lost: { type: "metal3-ipam:PreAllocation", properties: { pool: "nowhere", host: "x" } } };
    await stack.setProgram(yaml({ ...without, ...missing }));
    expectFailed(await stack.up(), /IPPool default\/nowhere does not exist/);
    assert.deepEqual((await entries(stack))["a-net"], "10.0.0.14");
    await stack.setProgram(yaml(without));
    const preview = expectSucceeded(await stack.preview());
    assert.match(
      preview.all,
      /still reserves 10\.0\.0\.14 \(a\), given up by this resource at \S+\. That update failed, was stopped or had targets, or the host was still being deleted\./,
    );
    expectSucceeded(await stack.up());
    assert.deepEqual(Object.keys(await entries(stack)), ["b-net"]);
    assert.deepEqual(expectSucceeded(await stack.up()).changes, { same: 2 });
  });

  it("stays held after a run with targets, which does not show its successor", async () => {
    const stack = await project("targets", { ...pool(), ...set("rack", ["a", "b"], { pins: { a: "10.0.0.14" } }) });
    expectSucceeded(await stack.up());
    await stack.setProgram(yaml({ ...pool(), ...set("rack", ["b"]), ...single("a") }));
    expectSucceeded(await stack.up("--target", "**::rack"));
    assert.deepEqual((await entries(stack))["a-net"], "10.0.0.14");
    expectSucceeded(await stack.upAfterPreview());
    assert.deepEqual((await entries(stack))["a-net"], "10.0.0.14");
    assert.deepEqual(expectSucceeded(await stack.up()).changes, { same: 3 });
  });

  it("stays held if Ctrl-C stops the run", async () => {
    const stack = await project("stopped", { ...pool(), ...set("rack", ["a", "b"], { pins: { a: "10.0.0.14" } }) });
    expectSucceeded(await stack.up());
    const waiting = {
      late: {
        type: "metal3-ipam:PreAllocation",
        properties: { pool: "nowhere", host: "x" },
        options: { dependsOn: ["$" + "{rack}"], customTimeouts: { create: "10m" } },
      },
    };
    await stack.setProgram(yaml({ ...pool(), ...set("rack", ["b"]), ...waiting }));
    const running = await upUntil(stack, /waiting for IPPool default\/nowhere to be there/);
    expectFailed((await secondsUntil(running, "SIGINT")).result, /Stopped while waiting/);
    assert.deepEqual((await entries(stack))["a-net"], "10.0.0.14");
  });

  it("stays held if the program fails before the resource that takes it over", async () => {
    const PIN = { a: "10.0.0.14" };
    const program = (hosts: readonly string[], pins: object, more = "") => `
      const pulumi = require("@pulumi/pulumi");
      const { IPPool, PreAllocation, PreAllocationSet } = require("pulumi-metal3-ipam");
      const net = new IPPool("net", ${JSON.stringify({ pools, prefix: 24 })});
      const rack = new PreAllocationSet("rack", { pool: net.name, ...${JSON.stringify({ hosts, pins })} });
      ${more}`;
    const stack = await engine().project({ name: "broken", runtime: "javascript", program: program(["a", "b"], PIN) });
    expectSucceeded(await stack.up());
    const taker = (isBroken: string) => `
      new PreAllocation("a", { pool: net.name, host: "a" }, { dependsOn: rack.addresses.apply(() => {
        if (${isBroken}) throw new Error("broken");
        return [rack];
      }) });`;
    await stack.setProgram(program(["b"], {}, taker("!pulumi.runtime.isDryRun()")));
    expectFailed(await stack.upAfterPreview(), /Error: broken/);
    assert.equal((await entries(stack))["a-net"], "10.0.0.14");
    await stack.setProgram(program(["b"], {}, taker("false")));
    expectSucceeded(await stack.up());
    assert.equal((await entries(stack))["a-net"], "10.0.0.14");
    assert.deepEqual(expectSucceeded(await stack.up()).changes, { same: 3 });
  });
});
