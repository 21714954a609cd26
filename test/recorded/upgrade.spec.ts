/** This version continues with what an earlier one has left: a stack's state, its folder, and its preview memory. */
import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { openFolder } from "../engine/backends";
import { dynamicDoor, pluginDoor } from "../engine/doors";
import { claim, host, hosts } from "../resources/declare";
import { expectFailed, expectSucceeded, useEngine } from "../testbed/engine";
import { lasting, madeStack } from "./made-stack";
import { filesIn, layOut, layOutMemory, placed, readSaved, type SavedPreview, type SavedStack } from "./saved";
import { otherOrder, second } from "./upgrade-programs";

describe("the stacks and previews of an earlier version", function () {
  const engine = useEngine(this);

  // The packed plugin. Its process remembers the addresses of a preview.
  for (const door of [dynamicDoor, pluginDoor]) {
    const { name } = door;
    const { runtime } = door.project;

    it(`a stack in a folder, ${name}: no command changes it or warns, no other stack gets it, and it can be destroyed`, async () => {
      const saved: SavedStack = readSaved("stack", door);
      const backend = await openFolder(engine());
      const program = door.program(...second(door === pluginDoor));
      const stack = await engine().project({ name: "upgrade", runtime, program, ...backend.project });
      const directory = String(stack.directory);
      await layOut(saved.folder, directory);
      expectSucceeded(await stack.stackImport(placed(saved.state, directory)));

      const unchanged = { changes: { same: saved.resources }, diagnostics: [], outputs: saved.outputs };
      for (const command of ["preview", "up", "refresh", "up"] as const) {
        const { changes, diagnostics, outputs } = expectSucceeded(await stack[command]());
        assert.deepEqual({ changes, diagnostics, outputs }, unchanged, command);
        assert.deepEqual(await filesIn(directory), saved.folder, command);
      }

      const other = await engine().project({ name: "other", runtime, program: door.program(), ...backend.project });
      for (const one of [host("a"), claim("vip"), hosts(["a", "b"], { pool: "six" })]) {
        await other.setProgram(door.program(one));
        expectFailed(await other.preview(), /stack upgrade\/dev/);
      }

      expectSucceeded(await stack.destroy());
      assert.deepEqual(await backend.contents(), {});
    });

    it(`the same stack of the ${name} door, created now, has the same state and the same manifests`, async () => {
      assert.deepEqual(lasting(await madeStack(engine(), door)), lasting(readSaved("stack", door)));
    });

    it(`a preview of the ${name} door: the update gives its addresses in another order of the engine`, async () => {
      const saved: SavedPreview = readSaved("preview", door);
      const backend = await openFolder(engine());
      const memory = join(engine().root, `runtime-${name}`);
      const program = door.program(...otherOrder);
      const env = { XDG_RUNTIME_DIR: memory };
      const stack = await engine().project({ name: "shown", runtime, program, env, ...backend.project });
      const layOutShown = () => layOutMemory(saved.lines, memory, String(stack.directory), "shown");

      const { outputs: otherwise } = expectSucceeded(await stack.preview());
      assert.notDeepEqual(otherwise, saved.outputs);

      await rm(memory, { recursive: true });
      await layOutShown();
      const preview = expectSucceeded(await stack.preview());
      assert.deepEqual([preview.outputs, preview.diagnostics], [saved.outputs, []]);

      await rm(memory, { recursive: true });
      await layOutShown();
      const up = expectSucceeded(await stack.up());
      assert.deepEqual([up.outputs, up.diagnostics], [saved.outputs, []]);
    });
  }
});
