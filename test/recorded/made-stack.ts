/** Creates a stack with everything, in two updates. For `data`, and for the comparison with it. */
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

/** The part that is equal in every run: without random values, times and the store's own files. */
export function lasting({ outputs, state, folder }: SavedStack): unknown {
  const resources = (state.deployment.resources ?? []).map(({ urn, id, inputs, outputs: told }) => ({
    urn,
    id,
    inputs,
    outputs: told,
  }));
  // Parsed, because entries that are created at the same time have any order.
  const published = withoutGivenUp(
    Object.entries(folder).flatMap(([path, text]) =>
      path.startsWith(".") ? [] : [[path, withoutTerms(parse(text))] as const],
    ),
  );
  // Earlier versions did not reserve DNS servers, and recorded no providers.
  const text = JSON.stringify({ outputs, resources, folder: Object.fromEntries(published) }, (key, value) =>
    ["__excludesDns", "__providers"].includes(key) ? undefined : value,
  );
  return JSON.parse(text.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "{{uuid}}"));
}

/** Dynamic resources do not hear of the end of a run. A later update releases what this one has given up. */
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

/** Earlier versions did not write a pool's terms. */
function withoutTerms({ metadata, ...manifest }: Manifest): Manifest {
  const annotations = Object.entries(metadata.annotations ?? {}).filter(([key]) => !isTerm(key));
  return { ...manifest, metadata: { ...metadata, annotations: Object.fromEntries(annotations) } };
}
