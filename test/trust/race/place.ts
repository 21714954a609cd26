/** The place of a race: a folder of manifests, or a namespace of an API server, with pool `net` in it. */
import { IP_POOL } from "../../../provider/api/metal3/kinds";
import { openFolder } from "../../store/file/folder";
import { type Cluster, objectPath } from "../../testbed/cluster";
import type { Books } from "./audit";
import { clusterBooks, folderBooks, METAL3, storeBooks } from "./books";
import type { Entrant } from "./racer";

export interface Place {
  readonly namespace: string;
  /** The place for the entrants. */
  readonly of: Entrant["place"];
  books(): Promise<Books>;
  /** For a folder: by the store, because manifests may be missing after disk faults. */
  stored?(): Promise<Books>;
  close(): Promise<void>;
}

/** `last`: the pool's last address; it begins with 10.0.0.0. */
const poolManifest = (namespace: string, last: string) => ({
  apiVersion: METAL3,
  kind: "IPPool",
  metadata: { namespace, name: "net" },
  spec: { namePrefix: "net", pools: [{ start: "10.0.0.0", end: last }] },
});

export async function folderPlace(last: string): Promise<Place> {
  const namespace = "metal3";
  const { directory, store, close } = await openFolder();
  await store.create(IP_POOL, poolManifest(namespace, last));
  const books = () => folderBooks(directory, namespace);
  return { namespace, of: { folder: directory }, books, stored: () => storeBooks(store, namespace), close };
}

/** `server` and `ca`: of a proxy in front of the cluster. `namespace`: an existing one, which stays. */
export async function clusterPlace(
  cluster: Cluster,
  last: string,
  through: { readonly server?: string; readonly ca?: string; readonly namespace?: string } = {},
): Promise<Place> {
  const namespace = through.namespace ?? (await cluster.namespace("race"));
  await cluster.api.create(objectPath(METAL3, "ippools", namespace), poolManifest(namespace, last));
  const kubeconfig = await cluster.kubeconfig({ server: through.server, ca: through.ca });
  const close = async () => {
    if (through.namespace === undefined) await cluster.api.delete(objectPath("v1", "namespaces", undefined, namespace));
  };
  return { namespace, of: { kubeconfig }, books: () => clusterBooks(cluster, namespace), close };
}

/** The pool's last address if it offers one address for each host. */
export function lastOf(count: number): string {
  return `10.0.${Math.floor((count - 1) / 256)}.${(count - 1) % 256}`;
}
