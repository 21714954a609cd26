import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { claim, host, hosts, pool } from "../resources/declare";
import { useCluster } from "../testbed/cluster";
import { expectFailed, expectSucceeded, useEngine } from "../testbed/engine";
import { type OpenBackend, onEachBackend, openCluster, openFolder } from "./backends";
import { type Door, dynamicDoor, pluginDoor, type Written } from "./doors";
import { program } from "./programs";

const grown = { pools: [{ start: "10.0.0.10", end: "10.0.0.99" }] };
const shrunk = { pools: [{ start: "10.0.0.10", end: "10.0.0.15" }] };

describe("the main job on a real engine", function () {
  const engine = useEngine(this);

  async function started(door: Door, open: OpenBackend, name: string, ...resources: Written[]) {
    const backend = await open();
    const source = door.program(...resources);
    const stack = await engine().project({ name, ...door.project, program: source, ...backend.project });
    return { backend, stack, rewrite: (...next: Written[]) => stack.setProgram(door.program(...next)) };
  }

  function lives(door: Door, open: OpenBackend): void {
    it("creates what the preview showed, keeps it, changes it, and leaves nothing behind", async () => {
      const all = [pool(), host("a"), hosts(["r-1", "r-2", "r-3"]), claim("vip")];
      const { backend, stack, rewrite } = await started(door, open, "life", ...all);

      const shown = expectSucceeded(await stack.preview());
      assert.deepEqual(shown.changes, { create: 4 });
      assert.match(String(shown.outputs.a), /^10\.0\.0\.1\d$/);
      const created = expectSucceeded(await stack.up());
      assert.deepEqual(created.changes, { create: 4 });
      assert.deepEqual(created.outputs, shown.outputs);
      assert.deepEqual(expectSucceeded(await stack.up()).changes, { same: 4 });
      assert.deepEqual(expectSucceeded(await stack.refresh()).changes, { same: 4 });

      // A removed host frees its address, and the others do not move.
      const fewerHosts = hosts(["r-3", "r-1"]);
      await rewrite(pool(), host("a"), fewerHosts, claim("vip"));
      const fewer = expectSucceeded(await stack.up());
      assert.deepEqual(fewer.changes, { same: 3, update: 1 });
      const { "r-2": _gone, ...rest } = created.outputs.rack as Record<string, string>;
      assert.deepEqual(fewer.outputs, { ...created.outputs, rack: rest });

      // Pinned to its address, and without the pin again: nothing changes.
      await rewrite(pool(), host("a", { address: created.outputs.a }), fewerHosts, claim("vip"));
      assert.deepEqual(expectSucceeded(await stack.up()).changes, { same: 4 });
      await rewrite(pool(), host("a"), fewerHosts, claim("vip"));
      assert.deepEqual(expectSucceeded(await stack.up()).changes, { same: 4 });

      // A pool that grows moves no host.
      await rewrite(pool(grown), host("a"), fewerHosts, claim("vip"));
      const larger = expectSucceeded(await stack.up());
      assert.deepEqual(larger.changes, { same: 3, update: 1 });
      assert.deepEqual(larger.outputs, fewer.outputs);

      assert.deepEqual(expectSucceeded(await stack.destroy()).changes, { delete: 4 });
      assert.deepEqual(await backend.contents(), {});
      if (stack.directory === undefined) return;
      const left = await readdir(stack.directory);
      assert.deepEqual(
        left.filter((name) => !name.startsWith(".")),
        ["metal3"],
      );
    });
  }

  function refusesToShrink(door: Door, open: OpenBackend): void {
    it("refuses a pool that shrinks below a holder, names the holder, and writes nothing", async () => {
      const pinned = host("a", { address: "10.0.0.18" });
      const { backend, stack, rewrite } = await started(door, open, "shrink", pool(), pinned);
      expectSucceeded(await stack.up());
      const before = await backend.contents();
      await rewrite(pool(shrunk), pinned);
      const failed = expectFailed(
        await stack.preview(),
        /pools: no longer offers 10\.0\.0\.18, held by a \(stack shrink\/dev, resource a\)/,
      );
      assert.doesNotMatch(failed.all, /^\s+at /m);
      assert.deepEqual(await backend.contents(), before);
    });
  }

  function comesBack(door: Door, open: OpenBackend): void {
    it("gives the same addresses again when everything is gone", async () => {
      const all = [pool(), host("a"), hosts(["r-1", "r-2"]), claim("vip")];
      const { backend, stack } = await started(door, open, "again", ...all);
      const first = expectSucceeded(await stack.up());
      await backend.wipe();
      const preview = expectSucceeded(await stack.preview("--diff"));
      assert.ok(preview.all.includes(`IPPool ${backend.namespace}/net was deleted`), preview.all);
      assert.deepEqual(expectSucceeded(await stack.up()).outputs, first.outputs);
      assert.deepEqual(expectSucceeded(await stack.preview()).changes, { same: 4 });
    });
  }

  describe("through the plugin", () => {
    onEachBackend(engine, (open) => {
      lives(pluginDoor, open);
      refusesToShrink(pluginDoor, open);
      comesBack(pluginDoor, open);
    });
  });

  // Both doors call the same handlers, and a command of this one costs six times as much. So each backend has one row.
  describe("through dynamic resources", function () {
    const cluster = useCluster(this);
    lives(dynamicDoor, () => openFolder(engine()));
    comesBack(dynamicDoor, () => openCluster(cluster()));
  });

  // The engine ends at the first resource with faults, and reports all faults of that one.
  const faulty: [what: string, source: string, faults: RegExp[]][] = [
    [
      "an IPPool",
      `new IPPool("net", { pools: [{ start: "10.0.0.300", end: "10.0.0.19" }], prefix: 999, gateway: "010.0.0.1" });`,
      [
        /pools\[0\]\.start: "10\.0\.0\.300" is not an IP address/,
        /prefix: 999 is more than 128/,
        /gateway: "010\.0\.0\.1".*Leading zeros/,
      ],
    ],
    [
      "a PreAllocation",
      `new PreAllocation("a", { pool: "net", host: "Not_A_Name", address: "10.0.0.1/24" });`,
      [/host: "Not_A_Name" must consist of lower-case/, /address: "10\.0\.0\.1\/24"/],
    ],
    [
      "a PreAllocationSet",
      `new PreAllocationSet("rack", { pool: "net", hosts: ["x", "x"], pins: { y: "10.0.0.1" } });`,
      [
        /hosts\[1\]: "x" is already listed as hosts\[0\]\. Remove one of them\./,
        /pins\.y: "y" is not in `hosts`\. Add it there, or remove the pin\./,
      ],
    ],
  ];
  for (const [what, source, faults] of faulty) {
    it(`refuses wrong input of ${what} in the preview: all faults at once, with property, value and remedy`, async () => {
      const backend = await openFolder(engine());
      const stack = await engine().project({ name: "faults", program: program(source), ...backend.project });
      const failed = expectFailed(await stack.preview(), /has a problem/);
      for (const fault of faults) assert.match(failed.all, fault);
      assert.doesNotMatch(failed.all, /^\s+at /m);
      assert.deepEqual(await backend.contents(), {});
    });
  }
});
