/** The stored objects of pool `net`, read as any user can: YAML files, or objects of the API server. */

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { IP_ADDRESS, IP_POOL } from "../../../provider/api/metal3/kinds";
import type { Store } from "../../../provider/store/store";
import { type Cluster, type KubeObject, objectPath } from "../../testbed/cluster";
import type { Books, Held } from "./audit";

export const METAL3 = "ipam.metal3.io/v1alpha1";
export const CAPI = "ipam.cluster.x-k8s.io/v1beta2";

interface Lock extends KubeObject {
  readonly spec: { readonly address: string; readonly claim: { readonly name: string } };
}

interface Mirror extends KubeObject {
  readonly spec: { readonly address: string; readonly claimRef: { readonly name: string } };
}

interface Pool extends KubeObject {
  readonly spec: { readonly preAllocations?: Readonly<Record<string, string>> };
}

/** By the manifests. A user who applies the folder to a cluster gets these and no others. */
export async function folderBooks(directory: string, namespace: string): Promise<Books> {
  const files = await readdir(directory, { recursive: true });
  const manifests = async <T>(resource: string): Promise<T[]> => {
    const paths = files.filter((path) => path.startsWith(join(namespace, resource)) && path.endsWith(".yaml"));
    return Promise.all(paths.map(async (path) => parse(await readFile(join(directory, path), "utf8")) as T));
  };
  const [locks, pools] = [await manifests<Lock>("ipaddresses"), await manifests<Pool>("ippools")];
  const drafts = files.filter((path) => /\.(version|manifest|taken)$/.test(path));
  return booksOf(locks, undefined, pools, drafts);
}

/** By the store's own reads, because a disk with faults may prevent the publication of a manifest. */
export async function storeBooks(store: Store, namespace: string): Promise<Books> {
  const [locks, pools] = [await store.list(IP_ADDRESS, namespace), await store.list(IP_POOL, namespace)];
  return booksOf(locks as unknown as Lock[], undefined, pools as unknown as Pool[], []);
}

export async function clusterBooks(cluster: Cluster, namespace: string): Promise<Books> {
  const list = <T>(apiVersion: string, resource: string) =>
    cluster.api.list<T>(objectPath(apiVersion, resource, namespace));
  const [locks, mirrors, pools] = await Promise.all([
    list<Lock>(METAL3, "ipaddresses"),
    list<Mirror>(CAPI, "ipaddresses"),
    list<Pool>(METAL3, "ippools"),
  ]);
  return booksOf(locks, mirrors, pools, []);
}

function booksOf(
  locks: readonly Lock[],
  mirrors: readonly Mirror[] | undefined,
  pools: readonly Pool[],
  litter: readonly string[],
): Books {
  const [pool] = pools;
  const misnamed = [...locks, ...(mirrors ?? [])].filter(
    ({ metadata, spec }) => metadata.name !== `net-${spec.address.replaceAll(".", "-")}`,
  );
  return {
    locks: locks.map(({ spec }) => ({ claim: spec.claim.name, address: spec.address })),
    mirrors: mirrors?.map(({ spec }) => ({
      claim: spec.claimRef.name.replace(/^reserved-/, ""),
      address: spec.address,
    })),
    entries: Object.entries(pool?.spec.preAllocations ?? {}).map(
      ([claim, address]): Held => ({ claim, address: String(address) }),
    ),
    litter: [...litter, ...misnamed.map(({ metadata, spec }) => `${metadata.name} has ${spec.address}`)],
  };
}
