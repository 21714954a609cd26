/** Makes a stack that has everything, in two updates: for `data`, and to be compared with what is there. */
import { parse } from "yaml";
import type { Manifest } from "../../provider/api/meta";
import { isTerm } from "../../provider/ipam/ipam";
import { openFolder } from "../engine/backends";
import { type Door, pluginDoor } from "../engine/doors";
import { type Engine, expectSucceeded } from "../testbed/engine";
import { filesIn, portable, type SavedStack } from "./saved";
import { byHand, first, second } from "./upgrade-programs";

export async function madeStack(engine: Engine, door: Door): Promise<SavedStack> {
  const backend = await openFolder(engine);
  const project = {
    name: "upgrade",
    runtime: door.project.runtime,
    program: door.program(...first),
    ...backend.project,
  };
  const stack = await engine.project(project);
  expectSucceeded(await stack.up());
  const canImport = door === pluginDoor;
  if (canImport) await backend.edit("ippools/net", { spec: { preAllocations: byHand } });
  const program = second(canImport);
  await stack.setProgram(door.program(...program));
  const { outputs } = expectSucceeded(await stack.up());
  const directory = String(stack.directory);
  const state = portable(await stack.stackExport(), directory);
  return { outputs, resources: program.length, state, folder: await filesIn(directory) };
}

/** What is alike in every run: without chance, times and the store's own bookkeeping. */
export function lasting({ outputs, state, folder }: SavedStack): unknown {
  const resources = (state.deployment.resources ?? []).map(({ urn, id, inputs, outputs: told }) => ({
    urn,
    id,
    inputs,
    outputs: told,
  }));
  // Read, for entries that are made at the same time stand in any order.
  const published = Object.entries(folder).flatMap(([path, text]) =>
    path.startsWith(".") ? [] : [[path, withoutTerms(parse(text))]],
  );
  // Earlier versions have kept no DNS server back, and have not said so.
  const text = JSON.stringify({ outputs, resources, folder: Object.fromEntries(published) }, (key, value) =>
    key === "__excludesDns" ? undefined : value,
  );
  return JSON.parse(text.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "{{uuid}}"));
}

/** Earlier versions have not written a pool's terms. */
function withoutTerms({ metadata, ...manifest }: Manifest): object {
  const annotations = Object.entries(metadata.annotations ?? {}).filter(([key]) => !isTerm(key));
  return { ...manifest, metadata: { ...metadata, annotations: Object.fromEntries(annotations) } };
}
