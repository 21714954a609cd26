/**
 * A preview and an update as two commands give the same addresses, or `up` stops and says why. If nothing on this
 * machine remembers the preview, a warning names each address that may differ.
 */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { expectFailed, expectSucceeded, type Stack, useEngine } from "../../testbed/engine";
import type { PulumiResult } from "../../testbed/result";
import { seed } from "../../trust/scale";
import { type Addresses, addressesIn, takeCreated } from "./plan-calls";
import {
  crowdWithPool,
  ipClaim,
  ipPool,
  preAllocation,
  preAllocationSet,
  type Resources,
  rivals,
  yaml,
} from "./plan-programs";

const PLAN = "plan.json";

describe("a preview, and an update as another command", function () {
  const engine = useEngine(this);
  let memory: string;
  let record: string;

  async function project(resources: Resources): Promise<Stack> {
    memory = await mkdtemp(join(engine().root, "memory-"));
    record = join(memory, "..", `${memory.split("-").at(-1)}.jsonl`);
    const env = { PULUMI_DEBUG_GRPC: record, XDG_RUNTIME_DIR: memory, PULUMI_EXPERIMENTAL: "1" };
    return engine().project({ name: "plan", runtime: "yaml", program: yaml(resources), env });
  }

  /** What another machine knows about the preview. */
  const goElsewhere = () => rm(memory, { recursive: true });

  const mixed = "12 PreAllocations, 12 IPClaims and two sets of 8";

  it(`agree: 40 new claims, seed ${seed}`, async () => {
    const stack = await project(crowdWithPool(mixed, rivals(seed)));
    const shown = addressesIn(expectSucceeded(await stack.preview()).rows);
    const up = expectSucceeded(await stack.up());
    assert.deepEqual(addressesIn(up.rows), shown);
    assert.deepEqual(up.diagnostics, []);
  });

  it(`agree with --save-plan and --plan, seed ${seed}`, async () => {
    const stack = await project(crowdWithPool(mixed, rivals(seed)));
    const shown = addressesIn(expectSucceeded(await stack.preview("--save-plan", PLAN)).rows);
    assert.deepEqual(addressesIn(expectSucceeded(await stack.up("--plan", PLAN)).rows), shown);
  });

  it(`on another machine: a warning names each claim that gets another address, seed ${seed}`, async () => {
    const words = rivals(seed);
    const stack = await project(crowdWithPool("40 PreAllocations", words));
    const shown = addressesIn(expectSucceeded(await stack.preview()).rows);
    await goElsewhere();
    const up = expectSucceeded(await stack.up());
    const given = addressesIn(up.rows);
    const warnings = up.diagnostics.map(({ message }) => message).join("\n");
    const moved = words.filter((word) => given[word] !== shown[word]);
    for (const word of moved)
      assert.match(warnings, new RegExp(`(^|\\s)${word} (got|\\(resource) `), `${moved}\n${warnings}`);
    assert.deepEqual(expectSucceeded(await stack.preview()).changes, { same: 41 });
  });

  it(`on another machine with --plan: the plan's addresses, or the engine stops, seed ${seed}`, async () => {
    const stack = await project(crowdWithPool("40 PreAllocations", rivals(seed)));
    const shown = addressesIn(expectSucceeded(await stack.preview("--save-plan", PLAN)).rows);
    takeCreated(record);
    await goElsewhere();
    const up = await stack.up("--plan", PLAN);
    const { given } = takeCreated(record);
    for (const [name, address] of Object.entries(given)) assert.deepEqual(address, shown[name]);
    if (up.code !== 0) expectFailed(up, /violates plan/);
    else assert.deepEqual(given, shown);
  });

  describe("with an address that another client takes in between", () => {
    const names = ["a", "rack", "vip"];
    let stack: Stack;
    let shown: Addresses;

    const resources = {
      net: ipPool(),
      a: preAllocation("a"),
      rack: preAllocationSet(["r-1", "r-2", "r-3"]),
      vip: ipClaim(),
    };

    async function planned(...args: string[]): Promise<void> {
      stack = await project({ net: resources.net });
      expectSucceeded(await stack.up());
      await stack.setProgram(yaml(resources));
      shown = addressesIn(expectSucceeded(await stack.preview(...args)).rows);
      takeCreated(record);
      const rack = shown.rack as Record<string, string>;
      const lost = [shown.a, rack["r-2"], shown.vip] as string[];
      const theft = lost.map((address, index) => preAllocation(`thief-${index}`, "net", { address }));
      const thief = await engine().project({
        name: "thief",
        runtime: "yaml",
        program: yaml(Object.fromEntries(theft.map((one, index) => [`thief-${index}`, one]))),
        directory: stack.directory ?? null,
      });
      expectSucceeded(await thief.up());
    }

    const errorsIn = ({ diagnostics }: PulumiResult, name: string) =>
      diagnostics
        .filter(({ severity, urn }) => severity === "error" && urn?.endsWith(`::${name}`))
        .map((one) => one.message);

    it("stops and names the holder; when run again it continues, with the addresses of its own preview", async () => {
      await planned();
      const stopped = expectFailed(
        await stack.up("--continue-on-error"), // without it the engine stops after the first error
        /thief-0 \(stack thief\/dev, resource thief-0\) has it now/,
      );
      for (const name of names)
        assert.match(errorsIn(stopped, name).join(), / cannot get .*, which the preview showed/, stopped.all);
      takeCreated(record);
      const again = expectSucceeded(await stack.upAfterPreview());
      const created = takeCreated(record);
      assert.deepEqual(created.given, created.shown);
      assert.deepEqual(Object.keys(created.given).sort(), names);
      for (const [name, address] of Object.entries(created.given)) assert.notDeepEqual(address, shown[name]);
      assert.deepEqual(expectSucceeded(await stack.preview()).changes, { same: 4 });
      assert.deepEqual(again.diagnostics, []);

      const pinned = { ...resources, p: preAllocation("p", undefined, { address: shown.a }) };
      await stack.setProgram(yaml(pinned));
      expectFailed(
        await stack.preview(),
        /p' has a problem: address: .* is held by thief-0 \(stack thief\/dev, resource/,
      );
    });

    it("with a plan: the engine stops before the provider creates another one", async () => {
      await planned("--save-plan", PLAN);
      expectFailed(await stack.up("--plan", PLAN), /violates plan|is held by/);
      assert.deepEqual(takeCreated(record).given, {});
    });
  });
});
