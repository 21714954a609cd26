/** A namespace of the cluster for one test: its objects, and the stacks that write there. */
import type { Environment } from "../../provider/ipam/environment";
import type { KubernetesStore } from "../../provider/store/kubernetes/kubernetes-store";
import type { Stack } from "../resources/program";
import { type Cluster, type ClusterSpec, type KubeObject, objectPath, useCluster } from "../testbed/cluster";
import { stackIn, storeOf } from "./stack";

const METAL3 = "ipam.metal3.io/v1alpha1";
const CAPI_IPAM = "ipam.cluster.x-k8s.io/v1beta2";

const KINDS = {
  pool: [METAL3, "ippools", "IPPool"],
  claim: [METAL3, "ipclaims", "IPClaim"],
  address: [METAL3, "ipaddresses", "IPAddress"],
  capiClaim: [CAPI_IPAM, "ipaddressclaims", "IPAddressClaim"],
  capiAddress: [CAPI_IPAM, "ipaddresses", "IPAddress"],
  cluster: ["cluster.x-k8s.io/v1beta2", "clusters", "Cluster"],
  machine: ["cluster.x-k8s.io/v1beta2", "machines", "Machine"],
  inClusterPool: ["ipam.cluster.x-k8s.io/v1alpha2", "inclusterippools", "InClusterIPPool"],
  configMap: ["v1", "configmaps", "ConfigMap"],
} as const;

export type SiteKind = keyof typeof KINDS;

/** Objects of the five kinds of IPAM, by the names that kubectl knows. */
const ALL_OF_IPAM = [
  "ippools.ipam.metal3.io",
  "ipclaims.ipam.metal3.io",
  "ipaddresses.ipam.metal3.io",
  "ipaddresses.ipam.cluster.x-k8s.io",
  "ipaddressclaims.ipam.cluster.x-k8s.io",
].join();

export class Site {
  constructor(
    readonly cluster: Cluster,
    readonly store: KubernetesStore,
    readonly namespace: string,
  ) {}

  stack(name?: string, changes: Partial<Environment> = {}): Stack {
    return stackIn(this.store, this.namespace, name, changes);
  }

  find<T = KubeObject>(kind: SiteKind, name: string): Promise<T | undefined> {
    return this.cluster.api.find<T>(this.path(kind, name));
  }

  get<T = KubeObject>(kind: SiteKind, name: string): Promise<T> {
    return this.cluster.api.get<T>(this.path(kind, name));
  }

  list<T = KubeObject>(kind: SiteKind): Promise<T[]> {
    return this.cluster.api.list<T>(this.path(kind));
  }

  create(of: SiteKind, name: string, content: object, metadata: object = {}): Promise<KubeObject> {
    const [apiVersion, , kind] = KINDS[of];
    return this.cluster.api.create(this.path(of), { apiVersion, kind, metadata: { name, ...metadata }, ...content });
  }

  /** A merge patch. */
  patch(kind: SiteKind, name: string, change: object): Promise<KubeObject> {
    return this.cluster.api.patch(this.path(kind, name), change);
  }

  delete(kind: SiteKind, name: string): Promise<void> {
    return this.cluster.api.delete(this.path(kind, name));
  }

  /** All IPAM objects, as `kubectl get -o name` writes them. */
  async left(): Promise<string[]> {
    const names = await this.cluster.kubectl(["get", "-n", this.namespace, "-o", "name", ALL_OF_IPAM]);
    return names.split("\n").filter(Boolean);
  }

  /** All IPAM objects, as they are stored. Equal before and after means that nothing was written. */
  async objects(): Promise<KubeObject[]> {
    const kinds = ["pool", "claim", "address", "capiAddress"] as const;
    return (await Promise.all(kinds.map((kind) => this.list(kind)))).flat();
  }

  private path(kind: SiteKind, name?: string): string {
    const [apiVersion, resource] = KINDS[kind];
    return objectPath(apiVersion, resource, this.namespace, name);
  }
}

/** Gives a suite a new namespace whenever it asks. */
export function useSite(suite: Mocha.Suite, spec: ClusterSpec = {}): () => Promise<Site> {
  const cluster = useCluster(suite, spec);
  let store: KubernetesStore;
  suite.beforeAll("store", async () => {
    store = await storeOf(cluster());
  });
  suite.afterAll("store", () => store?.close());
  return async () => new Site(cluster(), store, await cluster().namespace());
}
