import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { openPreviewMemory } from "../../provider/pulumi/preview-memory";
import { openMemoryStore } from "../../provider/store/memory-store";
import { claim, held, host, hosts, pool } from "./declare";
import { type Declared, Stack, testEnvironment } from "./program";

describe("an address that a preview has shown", () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "metal3-ipam-previews-"));
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  it("is given by the update, whatever the order of checks", async () => {
    const members = [
      host("a"),
      host("b"),
      host("c"),
      claim("v"),
      claim("w"),
      hosts(["r-1", "r-2", "r-3"]),
      hosts(["s-1"], {}, "s"),
    ];
    const orders = fc.shuffledSubarray(members, { minLength: members.length });
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(orders, orders, async (first, second) => {
        const previews = openPreviewMemory("target", () => 0, join(root, String(runs++)));
        const stack = new Stack(openMemoryStore(), "metal/dev", testEnvironment({ previews }));
        const shown = (await stack.preview([pool(), ...first])).inputs;
        await stack.up([pool(), ...second]);
        const address = (one: Declared, properties: Record<string, unknown> | undefined) =>
          one.kind === "preAllocationSet" ? properties?.addresses : properties?.address;
        for (const one of members)
          assert.deepEqual(address(one, stack.outputs(one.as)), address(one, shown.get(one.as)), one.as);
      }),
      { numRuns: 40 },
    );
  });

  it("is kept for a host that has moved from its set to a resource of its own", async () => {
    const previews = openPreviewMemory("target", () => 0, join(root, "p"));
    const store = openMemoryStore();
    const stack = new Stack(store, "metal/dev", testEnvironment({ previews }));
    await stack.up([pool(), hosts(["a", "c"], { pins: { c: "10.0.0.19" } })]);
    await rm(join(root, "p"), { recursive: true });
    // The set is updated first, as if the new resource depends on it.
    await stack.up([pool(), hosts(["a"]), host("c")]);
    assert.equal(stack.outputs("c").address, "10.0.0.19");
    assert.equal((await held(store)).entries["c-net"], "10.0.0.19");
  });

  it("does not block another claim that needs it", async () => {
    const previews = openPreviewMemory("target", () => 0, join(root, "p"));
    const environment = testEnvironment({ previews });
    const store = openMemoryStore();
    const ten = Array.from({ length: 10 }, (_, index) => `h-${index}`);
    await new Stack(store, "metal/dev", environment).preview([pool(), hosts(ten)]);
    const stack = new Stack(store, "metal/dev", environment);
    await stack.up([pool(), hosts(ten.map((name) => `other-${name}`))]);
    assert.equal(Object.keys(stack.outputs("rack").addresses as object).length, 10);
  });
});
