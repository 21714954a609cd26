/**
 * A short life from end to end, for one combination of versions. `make versions` runs it once for each. It is not part of
 * `make test`, where longer tests show the same on the default.
 */
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Backend, holdings, onEachBackend, openFolder } from "../engine/backends";
import { type Door, dynamicDoor, typescriptPluginDoor } from "../engine/doors";
import { claim, host, hosts, pool } from "../resources/declare";
import type { Declared } from "../resources/program";
import { programs } from "../sdk/programs";
import { eventually, type KubeObject, objectPath, useCluster } from "../testbed/cluster";
import { expectSucceeded, type Stack, unknown, useEngine } from "../testbed/engine";
import type { Runtime } from "../testbed/program";
import { ownWords } from "./own-words";
import { recordRows } from "./record";

const languages: Partial<Record<Runtime, string>> = { python: "Python", go: "Go", yaml: "YAML" };
const first = (...more: Declared[]): Declared[] => [pool(), host("a"), ...more, hosts(["r-1", "r-2"]), claim("vip")];

describe("versions", function () {
  const engine = useEngine(this);
  const cluster = useCluster(this);
  recordRows(this, () => ownWords(cluster()));

  const started = async (door: Door, backend: Backend): Promise<Stack> =>
    engine().project({ name: "versions", ...door.project, program: door.program(...first()), ...backend.project });

  async function startsTwice(stack: Stack): Promise<void> {
    const shown = expectSucceeded(await stack.preview());
    const made = expectSucceeded(await stack.up());
    // Not every language knows a function's answer before its pool exists.
    const known = Object.entries(shown.outputs).filter(([, value]) => value !== unknown);
    assert.ok(known.length > 1, shown.all);
    assert.deepEqual({ ...made.outputs, ...Object.fromEntries(known) }, made.outputs);
    const { create } = made.changes;
    assert.deepEqual(expectSucceeded(await stack.up()).changes, { same: create });
    assert.deepEqual(expectSucceeded(await stack.destroy()).changes, { delete: create });
  }

  describe("TypeScript", () => {
    onEachBackend(engine, (open, where) => {
      const door = typescriptPluginDoor;
      let backend: Backend;
      let stack: Stack;
      let addresses: Record<string, unknown>;
      before(async () => {
        backend = await open();
        stack = await started(door, backend);
      });

      it("up gives the addresses of its preview", async () => {
        const shown = expectSucceeded(await stack.preview());
        const made = expectSucceeded(await stack.up());
        assert.deepEqual(made.changes, { create: 4 });
        assert.deepEqual(made.outputs, shown.outputs);
        addresses = made.outputs;
      });

      it("a second up changes nothing", async () => {
        const again = expectSucceeded(await stack.up());
        assert.deepEqual(again.changes, { same: 4 });
        assert.deepEqual(again.outputs, addresses);
      });

      it("the preview of a change shows the new address", async () => {
        await stack.setProgram(door.program(...first(host("b"))));
        const shown = expectSucceeded(await stack.preview());
        const made = expectSucceeded(await stack.up());
        assert.deepEqual(made.changes, { create: 1, same: 4 });
        assert.ok(shown.all.includes(String(made.outputs.b)), shown.all);
        addresses = made.outputs;
      });

      it("a change by hand is in a plain preview, with both values, and up restores it", async () => {
        const before = await holdings(backend);
        const moved = "10.0.0.19";
        assert.doesNotMatch(JSON.stringify(addresses), /10\.0\.0\.19/);
        await backend.edit("ippools/net", { spec: { preAllocations: { "a-net": moved } } });
        const shown = expectSucceeded(await stack.preview());
        for (const address of [moved, String(addresses.a)]) assert.ok(shown.all.includes(address), shown.all);
        assert.deepEqual(expectSucceeded(await stack.up()).changes, { update: 1, same: 4 });
        assert.deepEqual(await holdings(backend), before);
      });

      it("refresh finds nothing", async () => {
        assert.deepEqual(expectSucceeded(await stack.refresh()).changes, { same: 5 });
      });

      it("the code of an import previews without a change", () => importsQuietly(backend));

      if (where === "cluster") {
        it("with Metal3's controller: a host's claim gets its reserved address", async () => {
          const { namespace } = backend;
          await backend.create("ipclaims/a-net", { spec: { pool: { name: "net", namespace } } });
          const path = objectPath("ipam.metal3.io/v1alpha1", "ipclaims", namespace, "a-net");
          const name = await eventually("the claim is served", async () => {
            const { status } = await cluster().api.get<KubeObject & { status?: { address?: { name: string } } }>(path);
            return status?.address?.name;
          });
          const served = (await holdings(backend))[`ipaddresses/${name}`] as { address: string };
          assert.equal(served.address, addresses.a);
          await backend.remove("ipclaims/a-net");
          await eventually("the claim is gone", async () => !(await backend.contents())["ipclaims/a-net"]);
        });
      }

      it("destroy leaves nothing", async () => {
        assert.deepEqual(expectSucceeded(await stack.destroy()).changes, { delete: 5 });
        await eventually("the backend is empty", async () => Object.keys(await backend.contents()).length === 0);
      });
    });
  });

  /** Imports a pool and an entry that a user has written. Afterwards both are gone again. */
  async function importsQuietly(backend: Backend): Promise<void> {
    const { namespace } = backend;
    const pools = [{ start: "10.9.0.10", end: "10.9.0.19" }];
    const spec = {
      namePrefix: "hand",
      pools,
      prefix: 24,
      gateway: "10.9.0.1",
      preAllocations: { "w-0-hand": "10.9.0.12" },
    };
    await backend.create("ippools/hand", { spec });
    const stored = (await holdings(backend))["ippools/hand"]; // with what the API server has filled in
    const project = { name: "imported", runtime: "yaml", program: "resources: {}", ...backend.project } as const;
    const stack = await engine().project(project);
    const [list, code] = [join(stack.folder, "import.json"), join(stack.folder, "code.yaml")];
    const resources = [
      { type: "metal3-ipam:index:IPPool", name: "hand", id: `${namespace}/hand` },
      { type: "metal3-ipam:index:PreAllocation", name: "w-0", id: `${namespace}/hand/w-0-hand` },
    ];
    await writeFile(list, JSON.stringify({ resources }));
    const imported = await stack.start("import", "--yes", "--protect=false", "--file", list, "--out", code).done;
    assert.deepEqual(expectSucceeded(imported).changes, { import: 2 });
    await stack.setProgram(await readFile(code, "utf8"));
    assert.deepEqual(expectSucceeded(await stack.preview()).changes, { same: 2 });
    assert.deepEqual((await holdings(backend))["ippools/hand"], stored);
    expectSucceeded(await stack.destroy());
  }

  it("dynamic resources, in a folder: up, again, destroy", async () => {
    await startsTwice(await started(dynamicDoor, await openFolder(engine())));
  });

  for (const [runtime, language] of Object.entries(languages) as [Runtime, string][]) {
    it(`${language}, in a folder: up, again, destroy`, async () => {
      await startsTwice(await engine().project({ name: `versions-${runtime}`, runtime, program: programs[runtime] }));
    });
  }
});
