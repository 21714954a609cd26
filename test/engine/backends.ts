/**
 * The backend of the stacks of a real engine, for tests that read and change it: a folder of manifests, or a cluster
 * with Metal3's controller. A test that runs on both is written once.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parse, stringify } from "yaml";
import { CAPI_IP_ADDRESS } from "../../provider/api/capi/kinds";
import { apiVersionOf, type Kind } from "../../provider/api/kinds";
import { IP_ADDRESS, IP_CLAIM, IP_POOL } from "../../provider/api/metal3/kinds";
import { mergePatch } from "../../provider/store/merge-patch";
import type { MergePatch } from "../../provider/store/store";
import { type Cluster, eventually, type KubeObject, objectPath, useCluster } from "../testbed/cluster";
import type { Engine, ProjectSpec } from "../testbed/engine";
import { manifests } from "./folder";

/** Objects by `<plural>/<name>`. CAPI's have its group in their plural. */
export type Objects = Readonly<Record<string, { readonly metadata: object; readonly spec: Record<string, unknown> }>>;

export interface Backend {
  /** Spread this into each project that uses the backend. */
  readonly project: Pick<ProjectSpec, "config" | "directory">;
  /** The namespace of the programs, which nothing else uses. */
  readonly namespace: string;
  /** All stored objects, without what a server or a controller adds. Equal before and after means that nothing was written. */
  contents(): Promise<Objects>;
  /** Writes an object (metadata and spec) as a user does with an editor or `kubectl create`. */
  create(key: string, object: { readonly metadata?: object; readonly spec: object }): Promise<void>;
  /** Changes an object as another user does. */
  edit(key: string, patch: MergePatch): Promise<void>;
  remove(key: string): Promise<void>;
  /** Loses all objects, as with a lost machine. */
  wipe(): Promise<void>;
}

/** Gives each test a backend of its own. */
export type OpenBackend = () => Promise<Backend>;

/** Runs the same rows in a folder and in a cluster. */
export function onEachBackend(
  engine: () => Engine,
  rows: (open: OpenBackend, where: "folder" | "cluster") => void,
): void {
  describe("in a folder", () => rows(() => openFolder(engine()), "folder"));
  describe("in a cluster", function () {
    const cluster = useCluster(this);
    rows(() => openCluster(cluster()), "cluster");
  });
}

/** All objects without tokens and owners, which may change while all addresses stay. */
export async function holdings(backend: Backend): Promise<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(await backend.contents()).map(([key, { spec }]) => [key, spec]));
}

/** The objects without these annotations. */
export function without(annotations: readonly string[], objects: Objects): unknown {
  return JSON.parse(JSON.stringify(objects, (key, value) => (annotations.includes(key) ? undefined : value)));
}

/** `namespace`: if a cluster has to have the same one. */
export async function openFolder({ root }: Engine, namespace = "metal3"): Promise<Backend> {
  const directory = await mkdtemp(join(root, "store-"));
  const file = (key: string) => join(directory, namespace, `${key}.yaml`);
  return {
    project: { directory, config: { "metal3-ipam:namespace": namespace } },
    namespace,
    async contents() {
      const found = Object.entries((await manifests(directory)) as Objects);
      return Object.fromEntries(
        found.map(([path, object]) => [path.slice(namespace.length + 1, -".yaml".length), object]),
      );
    },
    async create(key, object) {
      await mkdir(dirname(file(key)), { recursive: true });
      await writeFile(file(key), stringify(manifest(key, namespace, object)));
    },
    async edit(key, patch) {
      await writeFile(file(key), stringify(mergePatch(parse(await readFile(file(key), "utf8")), patch)));
    },
    remove: (key) => rm(file(key)),
    wipe: () => rm(directory, { recursive: true }),
  };
}

/** In the order in which Metal3's controller allows their deletion. */
const KINDS: readonly (readonly [folder: string, kind: Kind])[] = [
  ["ipclaims", IP_CLAIM],
  ["ipaddresses", IP_ADDRESS],
  [`ipaddresses.${CAPI_IP_ADDRESS.group}`, CAPI_IP_ADDRESS],
  ["ippools", IP_POOL],
];

export async function openCluster(cluster: Cluster): Promise<Backend> {
  const namespace = await cluster.namespace();
  const kubeconfig = await cluster.kubeconfig();
  const pathOf = (key: string): string => {
    const [folder, name] = key.split("/");
    const kind = new Map(KINDS).get(folder ?? "");
    if (kind === undefined || name === undefined) throw new Error(`${key} is not <plural>/<name>`);
    return objectPath(apiVersionOf(kind), kind.plural, namespace, name);
  };
  async function objects(): Promise<[key: string, object: KubeObject][]> {
    const found = KINDS.map(async ([folder, kind]) => {
      const items = await cluster.api.list(objectPath(apiVersionOf(kind), kind.plural, namespace));
      return items.map((object) => [`${folder}/${object.metadata.name}`, object] as [string, KubeObject]);
    });
    return (await Promise.all(found)).flat();
  }
  return {
    project: { directory: null, config: { "metal3-ipam:kubeconfig": kubeconfig, "metal3-ipam:namespace": namespace } },
    namespace,
    async contents() {
      return Object.fromEntries((await objects()).map(([key, object]) => [key, written(object)]));
    },
    async create(key, object) {
      await cluster.api.create(dirname(pathOf(key)), manifest(key, namespace, object));
    },
    async edit(key, patch) {
      await cluster.api.patch(`${pathOf(key)}?fieldManager=somebody`, patch);
    },
    remove: (key) => cluster.api.delete(pathOf(key)),
    wipe: () => wipeNamespace(cluster, objects, pathOf),
  };
}

function manifest(key: string, namespace: string, { metadata, spec }: { metadata?: object; spec: object }) {
  const [folder = "", name = ""] = key.split("/");
  const kind = new Map(KINDS).get(folder);
  if (kind === undefined) throw new Error(`${key} is not <plural>/<name>`);
  return { apiVersion: apiVersionOf(kind), kind: kind.kind, metadata: { name, namespace, ...metadata }, spec };
}

/** Without what servers write: a controller's finalizers and owner references may come at any time. */
function written({ metadata, spec }: KubeObject): Objects[string] {
  const { name, namespace, labels = {}, annotations = {} } = metadata;
  return { metadata: { name, namespace, labels, annotations }, spec: spec as Record<string, unknown> };
}

/** Etcd's disk is lost: no finalizer keeps an object, and no controller can react. */
async function wipeNamespace(
  cluster: Cluster,
  objects: () => Promise<[key: string, object: KubeObject][]>,
  pathOf: (key: string) => string,
): Promise<void> {
  await eventually("the namespace is empty", async () => {
    const left = await objects();
    for (const [key, { metadata }] of left) {
      const ignore = (): void => undefined; // it was deleted with another object
      if (metadata.finalizers?.length)
        await cluster.api.patch(pathOf(key), { metadata: { finalizers: null } }).catch(ignore);
      if (metadata.deletionTimestamp === undefined) await cluster.api.delete(pathOf(key)).catch(ignore);
    }
    return left.length === 0;
  });
}
