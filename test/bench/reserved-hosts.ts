/** Pools with hosts that have reserved addresses, for the bars that begin with many of them. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Handlers, handlersOver, systemEnvironment } from "../../provider/compose";
import { noPreviewMemory } from "../../provider/ipam/pool/preview-memory";
import { pulumiDoor } from "../../provider/pulumi/door";
import type { Handler, Properties, ResourceOwner } from "../../provider/resources/handler";
import { openFileStore } from "../../provider/store/file/file-store";
import type { Store } from "../../provider/store/store";
import { unsyncedFiles } from "../store/file/folder";

export const NAMESPACE = "metal3";

/** The handlers of one process of an update that had no preview. It is alone in its run. */
export function handlersFor(store: Store, namespace = NAMESPACE): Handlers {
  const environment = systemEnvironment(store.target, pulumiDoor);
  return handlersOver(store, { ...environment, previews: noPreviewMemory, others: undefined }, namespace);
}

export function ownerOf(resource: string, stack = "metal/dev"): ResourceOwner {
  return { stack, resource };
}

/** Check and create, as in an update. */
export async function made(handler: Handler, owner: ResourceOwner, args: Properties): Promise<Properties> {
  const inputs = await checkedInputs(handler, owner, args);
  return (await handler.create({ owner, inputs })).outputs;
}

export async function checkedInputs(handler: Handler, owner: ResourceOwner, args: Properties): Promise<Properties> {
  const { inputs, failures } = await handler.check({ owner, olds: undefined, news: args });
  if (failures.length > 0) throw new Error(failures.map(({ reason }) => reason).join(" "));
  return inputs;
}

/** The pool's name → how many of its addresses, from the lowest on, are reserved. Each pool is a /16. */
export type ReservedIn = Readonly<Record<string, number>>;

/** Hosts per set. A site has racks. */
const SET_SIZE = 1_000;

export async function reserveHosts(store: Store, pools: ReservedIn): Promise<void> {
  const { ipPool, preAllocationSet } = handlersFor(store);
  for (const [index, [pool, count]] of Object.entries(pools).entries()) {
    const network = { pools: [{ subnet: `10.${index}.0.0/16` }], prefix: 16, gateway: `10.${index}.255.254` };
    await made(ipPool, ownerOf(pool), { name: pool, ...network });
    const all = Array.from({ length: count }, (_, number) => `worker-${number}`);
    for (let from = 0; from < count; from += SET_SIZE) {
      const hosts = all.slice(from, from + SET_SIZE);
      await made(preAllocationSet, ownerOf(`${pool}-${from}`), { pool, hosts, placement: "lowest" });
    }
  }
}

export interface Folder {
  readonly directory: string;
  remove(): Promise<void>;
}

export async function temporaryFolder(): Promise<Folder> {
  const directory = await mkdtemp(join(tmpdir(), "metal3-ipam-bench-"));
  return { directory, remove: () => rm(directory, { recursive: true, force: true }) };
}

/** It is filled without syncs, because only what follows is measured. */
export async function reservedFolder(pools: ReservedIn): Promise<Folder> {
  const folder = await temporaryFolder();
  await reserveHosts(openFileStore(folder.directory, { files: unsyncedFiles }), pools);
  return folder;
}
