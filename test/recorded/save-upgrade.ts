/**
 * Makes what `upgrade.spec.ts` lays out: `npx tsx test/recorded/save-upgrade.ts`, run at the version whose stacks later
 * ones have to go on with. Each run replaces what an earlier version has left.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openFolder } from "../engine/backends";
import { type Door, dynamicDoor, pluginDoor } from "../engine/doors";
import { type Engine, expectSucceeded, startEngine } from "../testbed/engine";
import { filesIn, portable, readMemory, type SavedPreview, type SavedStack, savedFile } from "./saved";
import { byHand, first, heldMeanwhile, second, shownOrder } from "./upgrade-programs";

async function saveStack(engine: Engine, door: Door): Promise<void> {
  const backend = await openFolder(engine);
  const project = { name: "upgrade", runtime: door.runtime, program: door.program(...first), ...backend.project };
  const stack = await engine.project(project);
  expectSucceeded(await stack.up());
  const canImport = door === pluginDoor;
  if (canImport) await backend.edit("ippools/net", { spec: { preAllocations: byHand } });
  const program = second(canImport);
  await stack.setProgram(door.program(...program));
  const { outputs } = expectSucceeded(await stack.up());
  const directory = String(stack.directory);
  const saved: SavedStack = {
    outputs,
    resources: program.length,
    state: portable(await stack.stackExport(), directory),
    folder: await filesIn(directory),
  };
  await writeFile(savedFile("stack", door), `${JSON.stringify(saved, undefined, 1)}\n`);
}

async function savePreview(engine: Engine, door: Door): Promise<void> {
  const backend = await openFolder(engine);
  await backend.create("ipaddresses/somebody", {
    spec: { address: heldMeanwhile, pool: { name: "net" }, claim: { name: "somebody" } },
  });
  const runtimeFolder = join(engine.root, `saved-${door.name}`);
  const project = { name: "shown", runtime: door.runtime, program: door.program(...shownOrder), ...backend.project };
  const stack = await engine.project({ ...project, env: { XDG_RUNTIME_DIR: runtimeFolder } });
  const { outputs } = expectSucceeded(await stack.preview());
  const lines = await readMemory(runtimeFolder, String(stack.directory), "shown");
  const saved: SavedPreview = { outputs, lines };
  await writeFile(savedFile("preview", door), `${JSON.stringify(saved, undefined, 1)}\n`);
}

async function main(): Promise<void> {
  const engine = await startEngine();
  try {
    for (const door of [dynamicDoor, pluginDoor]) {
      await saveStack(engine, door);
      await savePreview(engine, door);
    }
  } finally {
    await engine.dispose();
  }
}

main().catch((error: Error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
