/** Makes a stack that has everything, in two updates: for `data`, and to be compared with what is there. */
import { parse } from "yaml";
import type { Manifest } from "../../provider/api/meta";
import { isTerm, marksOf } from "../../provider/ipam/ipam";
import { releasingOf } from "../../provider/ipam/metal3/marks";
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
  const published = withoutGivenUp(
    Object.entries(folder).flatMap(([path, text]) =>
      path.startsWith(".") ? [] : [[path, withoutTerms(parse(text))] as const],
    ),
  );
  // Earlier versions have kept no DNS server back, and have noted no providers.
  const text = JSON.stringify({ outputs, resources, folder: Object.fromEntries(published) }, (key, value) =>
    ["__excludesDns", "__providers"].includes(key) ? undefined : value,
  );
  return JSON.parse(text.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "{{uuid}}"));
}

/** Dynamic resources are not told when a run is over: the next update releases what the last one has given up. */
function withoutGivenUp(files: readonly (readonly [path: string, manifest: Manifest])[]): [string, Manifest][] {
  const isGivenUp = ({ metadata }: Manifest) => releasingOf(marksOf({ metadata } as Manifest)) !== undefined;
  const gone = new Set(
    files.flatMap(([, one]) => (isGivenUp(one) ? [(one.spec as { claim?: { name: string } }).claim?.name] : [])),
  );
  return files.flatMap(([path, one]): [string, Manifest][] => {
    if (isGivenUp(one)) return [];
    const { preAllocations, ...spec } = one.spec as { preAllocations?: Record<string, string> };
    if (!preAllocations) return [[path, one]];
    const left = Object.entries(preAllocations).filter(([claim]) => !gone.has(claim));
    return [[path, { ...one, spec: { ...spec, preAllocations: Object.fromEntries(left) } }]];
  });
}

/** Earlier versions have not written a pool's terms. */
function withoutTerms({ metadata, ...manifest }: Manifest): Manifest {
  const annotations = Object.entries(metadata.annotations ?? {}).filter(([key]) => !isTerm(key));
  return { ...manifest, metadata: { ...metadata, annotations: Object.fromEntries(annotations) } };
}
