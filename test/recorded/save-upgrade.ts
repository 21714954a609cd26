/**
 * Creates the data of `upgrade.spec.ts`: `npx tsx test/recorded/save-upgrade.ts`, run at the version whose stacks later
 * versions must continue. Each run replaces the data of an earlier version.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openFolder } from "../engine/backends";
import { type Door, dynamicDoor, pluginDoor } from "../engine/doors";
import { type Engine, expectSucceeded, startEngine } from "../testbed/engine";
import { madeStack } from "./made-stack";
import { readMemory, type SavedPreview, savedFile } from "./saved";
import { heldMeanwhile, shownOrder } from "./upgrade-programs";

async function saveStack(engine: Engine, door: Door): Promise<void> {
  const saved = await madeStack(engine, door);
  await writeFile(savedFile("stack", door), `${JSON.stringify(saved, undefined, 1)}\n`);
}

async function savePreview(engine: Engine, door: Door): Promise<void> {
  const backend = await openFolder(engine);
  await backend.create("ipaddresses/somebody", {
    spec: { address: heldMeanwhile, pool: { name: "net" }, claim: { name: "somebody" } },
  });
  const runtimeFolder = join(engine.root, `saved-${door.name}`);
  const project = {
    name: "shown",
    runtime: door.project.runtime,
    program: door.program(...shownOrder),
    ...backend.project,
  };
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
