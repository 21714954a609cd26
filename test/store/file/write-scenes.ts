/** One write each, in every state in which an object can be found. */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { IP_POOL } from "../../../provider/api/metal3/kinds";
import { renderManifest } from "../../../provider/store/file/file-manifest";
import type { Store } from "../../../provider/store/store";
import { poolManifest } from "../manifests";

export const sceneKey = { namespace: "default", name: "pool1" };

export interface Scene {
  readonly name: string;
  prepare(store: Store, directory: string): Promise<void>;
  write(store: Store): Promise<unknown>;
}

const create = (store: Store) => store.create(IP_POOL, poolManifest("pool1", "default", { by: "create" }));
const patch = (store: Store) => store.patch(IP_POOL, sceneKey, { metadata: { annotations: { by: "patch" } } });
const remove = (store: Store) => store.remove(IP_POOL, sceneKey);

export const manifestPath = (directory: string) => join(directory, "default/ippools/pool1.yaml");
export const versionsPath = (directory: string) => join(directory, ".versions/default/ippools.ipam.metal3.io/pool1");

async function handMake(_: Store, directory: string): Promise<void> {
  await mkdir(join(directory, "default/ippools"), { recursive: true });
  await writeFile(manifestPath(directory), renderManifest(poolManifest("pool1", "default", { by: "hand" })));
}

async function handEdit(store: Store, directory: string): Promise<void> {
  await create(store);
  const text = await readFile(manifestPath(directory), "utf8");
  await writeFile(manifestPath(directory), text.replace("10.0.0.30", "10.0.0.40"));
}

async function manyVersions(store: Store): Promise<void> {
  await create(store);
  for (let i = 0; i < 8; i++) {
    await store.patch(IP_POOL, sceneKey, { metadata: { annotations: { i: `${i}` } } });
  }
}

async function leftBehind(store: Store, directory: string): Promise<void> {
  await create(store);
  const text = await readFile(manifestPath(directory), "utf8");
  await store.patch(IP_POOL, sceneKey, { metadata: { annotations: { by: "the killed" } } });
  await writeFile(manifestPath(directory), text);
  await rm(join(versionsPath(directory), "2.published"));
}

export const SCENES: readonly Scene[] = [
  { name: "create the first object", prepare: async () => undefined, write: create },
  { name: "create after a removal", prepare: (store) => create(store).then(() => remove(store)), write: create },
  {
    name: "create after a removal by hand",
    prepare: (store, directory) => create(store).then(() => rm(manifestPath(directory))),
    write: create,
  },
  { name: "patch", prepare: async (store) => void (await create(store)), write: patch },
  { name: "patch, and collect old versions", prepare: manyVersions, write: patch },
  { name: "patch a hand edit", prepare: handEdit, write: patch },
  { name: "patch an object put there by hand", prepare: handMake, write: patch },
  { name: "patch after a killed writer left an old manifest", prepare: leftBehind, write: patch },
  { name: "remove", prepare: async (store) => void (await create(store)), write: remove },
  { name: "remove a hand edit", prepare: handEdit, write: remove },
  { name: "remove an object put there by hand", prepare: handMake, write: remove },
  { name: "remove after a killed writer left an old manifest", prepare: leftBehind, write: remove },
];
