/** A stack that began with dynamic resources goes on with the plugin: what it holds stays what and where it is. */
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

  it("another import is all it takes: nothing is made, changed or deleted, and drift shows at once", async () => {
    const { backend, stack, outputs, before } = await begun();
    await stack.setProgram(typescriptPluginDoor.program(...all));
    assert.deepEqual(expectSucceeded(await stack.preview()).changes, { same: 4 });
    // Of the plugin's kind of preview too, before its first update.
    await backend.edit("ippools/net", { spec: { preAllocations: { "a-net": "10.0.0.18" } } });
    const drifted = expectSucceeded(await stack.preview());
    assert.deepEqual(drifted.changes, { same: 3, update: 1 });
    assert.ok(drifted.all.includes(`found 10.0.0.18 in IPPool metal3/net, expected ${String(outputs.a)}`), drifted.all);

    const up = expectSucceeded(await stack.up());
    assert.deepEqual([up.changes, up.outputs], [{ same: 3, update: 1 }, outputs]);
    // What the plugin has written says from now on which state it is of.
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

  it("the same in another language: the program may be written anew in YAML", async () => {
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

  it("and back again: all is made and deleted anew, and every address stays", async () => {
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
