/** A stack that began with dynamic resources continues with the plugin: its objects stay as they are. */
import assert from "node:assert/strict";
import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { STATE_ANNOTATION } from "../../provider/ipam/metal3/marks";
import { claim, host, hosts, pool } from "../resources/declare";
import { expectSucceeded, useEngine } from "../testbed/engine";
import { holdings, openFolder, without } from "./backends";
import { dynamicDoor, pluginDoor, typescriptPluginDoor } from "./doors";

const all = [pool({ preAllocations: { own: "10.0.0.19" } }), host("a"), hosts(["r-1", "r-2"]), claim("vip")];

describe("from dynamic resources to the plugin", function () {
  const engine = useEngine(this);

  async function begun() {
    const backend = await openFolder(engine());
    const program = dynamicDoor.program(...all);
    const stack = await engine().project({ name: "change", plugin: "attached", program, ...backend.project });
    const { outputs } = expectSucceeded(await stack.up());
    const before = await backend.contents();
    return { backend, stack, outputs, before };
  }

  it("needs only another import: nothing is created, changed or deleted, and previews show drift", async () => {
    const { backend, stack, outputs, before } = await begun();
    await stack.setProgram(typescriptPluginDoor.program(...all));
    assert.deepEqual(expectSucceeded(await stack.preview()).changes, { same: 4 });
    // Also in the plugin's preview, before its first update.
    await backend.edit("ippools/net", { spec: { preAllocations: { "a-net": "10.0.0.18" } } });
    const drifted = expectSucceeded(await stack.preview());
    assert.deepEqual(drifted.changes, { same: 3, update: 1 });
    assert.ok(drifted.all.includes(`found 10.0.0.18 in IPPool metal3/net, expected ${String(outputs.a)}`), drifted.all);

    const up = expectSucceeded(await stack.up());
    assert.deepEqual([up.changes, up.outputs], [{ same: 3, update: 1 }, outputs]);
    // From now on the objects that the plugin writes name their state.
    assert.deepEqual(without([STATE_ANNOTATION], await backend.contents()), before);
    const { deployment } = await stack.stackExport();
    const types = (deployment.resources ?? []).flatMap(({ urn }) => urn.split("::")[2] ?? []);
    assert.deepEqual(
      types.filter((type) => type.includes("dynamic")),
      [],
    );
    assert.deepEqual(expectSucceeded(await stack.refresh()).changes, { same: 4 });
    assert.deepEqual(expectSucceeded(await stack.up()).changes, { same: 4 });
    assert.deepEqual(expectSucceeded(await stack.destroy()).changes, { delete: 4 });
    assert.deepEqual(await backend.contents(), {});
  });

  it("works in another language: the program may be rewritten in YAML", async () => {
    const { backend, stack, outputs, before } = await begun();
    const other = await engine().project({
      name: "change",
      ...pluginDoor.project,
      program: pluginDoor.program(...all),
      backend: await mkdtemp(join(engine().root, "other-backend-")),
      ...backend.project,
    });
    expectSucceeded(await other.stackImport(await stack.stackExport()));
    const up = expectSucceeded(await other.up());
    assert.deepEqual([up.changes, up.outputs], [{ same: 4 }, outputs]);
    assert.deepEqual(await backend.contents(), before);
    expectSucceeded(await other.destroy());
    assert.deepEqual(await backend.contents(), {});
  });

  it("works back again: all resources are created and deleted again, and every address stays", async () => {
    const { backend, stack, outputs } = await begun();
    const before = await holdings(backend);
    await stack.setProgram(typescriptPluginDoor.program(...all));
    expectSucceeded(await stack.up());
    await stack.setProgram(dynamicDoor.program(...all));
    const back = expectSucceeded(await stack.up());
    assert.deepEqual([back.changes, back.outputs], [{ create: 4, delete: 4 }, outputs]);
    assert.deepEqual(await holdings(backend), before);
    expectSucceeded(await stack.destroy());
    assert.deepEqual(await backend.contents(), {});
  });
});
