import assert from "node:assert/strict";
import { expectFailed, expectSucceeded, useEngine } from "../../testbed/engine";
import { holdings, onEachBackend } from "../backends";

/** `more` is in each resource, for example `adopt: true`. */
const program = (more = "", first = "10.0.0.11") => `
resources:
  net: { type: "metal3-ipam:IPPool", properties: { pools: [{ start: 10.0.0.10, end: 10.0.0.19 }], prefix: 24${more} } }
  a: { type: "metal3-ipam:PreAllocation", properties: { pool: "\${net.name}", host: a, address: ${first}${more} } }
  rack: { type: "metal3-ipam:PreAllocationSet", properties: { pool: "\${net.name}", hosts: [r-1, r-2]${more} } }
outputs: { a: "\${a.address}", rack: "\${rack.addresses}" }`;

describe("adoption and refreshes through the plugin, on a real engine", function () {
  const engine = useEngine(this);

  onEachBackend(engine, (open) => {
    it("`adopt: true` takes over what a user or another stack has created, and the other stack can no longer free it", async () => {
      const backend = await open();
      const pools = [{ start: "10.0.0.10", end: "10.0.0.19" }];
      const preAllocations = { "a-net": "10.0.0.11", "r-1-net": "10.0.0.12", "r-2-net": "10.0.0.13" };
      await backend.create("ippools/net", { spec: { namePrefix: "net", pools, prefix: 24, preAllocations } });
      const project = { runtime: "yaml", plugin: "attached", ...backend.project } as const;
      const one = await engine().project({ name: "one", program: program(), ...project });
      expectFailed(await one.preview(), /IPPool \S+ already exists \(not made by this provider\)\. .*`adopt: true`/);
      await one.setProgram(program(", adopt: true"));
      const shown = expectSucceeded(await one.preview());
      const up = expectSucceeded(await one.up());
      assert.deepEqual([up.changes, shown.outputs], [{ create: 3 }, up.outputs]);
      assert.deepEqual(up.outputs, { a: "10.0.0.11", rack: { "r-1": "10.0.0.12", "r-2": "10.0.0.13" } });
      assert.deepEqual(expectSucceeded(await one.up()).changes, { same: 3 });

      const two = await engine().project({ name: "two", program: program(), ...project });
      expectFailed(await two.preview(), /already exists \(stack one\/dev, resource net\)/);
      await two.setProgram(program(", adopt: true"));
      assert.deepEqual(expectSucceeded(await two.up()).outputs, up.outputs);
      const before = await holdings(backend);
      await one.setProgram(program());
      expectFailed(await one.preview(), /IPPool \S+ already exists \(stack two\/dev, resource net\)/);
      expectSucceeded(await one.destroy());
      assert.deepEqual(await holdings(backend), before);
      assert.deepEqual(expectSucceeded(await two.up()).changes, { same: 3 });
    });

    it("a refresh finds nothing after a create, and drift if there is some; it restores missing outputs of state", async () => {
      const backend = await open();
      // A pin outside of the set's own slot, because without a preview the set may be checked first.
      const apart = program("", "10.0.0.15");
      const project = { name: "fresh", runtime: "yaml", plugin: "attached", program: apart } as const;
      const stack = await engine().project({ ...project, ...backend.project });
      const { outputs } = expectSucceeded(await stack.up());
      const before = await holdings(backend);
      assert.deepEqual(expectSucceeded(await stack.refresh()).changes, { same: 3 });
      await backend.edit("ippools/net", { spec: { preAllocations: { "a-net": "10.0.0.19" }, prefix: 25 } });
      const found = expectSucceeded(await stack.refresh());
      assert.deepEqual([found.changes.update, found.changes.delete], [2, undefined]);
      expectSucceeded(await stack.up());
      assert.deepEqual(await holdings(backend), before);

      const state = await stack.stackExport();
      for (const resource of state.deployment.resources ?? []) {
        if (resource.urn.includes("::metal3-ipam:")) delete resource.outputs;
      }
      expectSucceeded(await stack.stackImport(state));
      const again = expectSucceeded(await stack.up());
      assert.deepEqual([again.changes, again.outputs], [{ update: 3 }, outputs]);
      expectSucceeded(await stack.destroy());
      assert.deepEqual(await backend.contents(), {});
    });
  });
});
