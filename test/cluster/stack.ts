/** The handlers over a real API server, in the engine's order. For tests of a cluster without an engine. */
import { systemEnvironment } from "../../provider/compose";
import type { Environment } from "../../provider/ipam/environment";
import { noPreviewMemory } from "../../provider/ipam/pool/preview-memory";
import { pulumiDoor } from "../../provider/pulumi/door";
import { type KubernetesStore, openKubernetesStore } from "../../provider/store/kubernetes/kubernetes-store";
import { Stack } from "../resources/program";
import { openConnection } from "../store/kubernetes/connected";
import type { Cluster, KubeconfigSpec } from "../testbed/cluster";

/** A store as the provider opens it, for the admin or another user. */
export async function storeOf(cluster: Cluster, who: KubeconfigSpec = {}): Promise<KubernetesStore> {
  const path = await cluster.kubeconfig(who);
  return openKubernetesStore(await openConnection({ path, env: {} }), { uniqueAnnotation: "pulumi-metal3-ipam/token" });
}

/** Real time and random numbers. Previews remember only what a test wants. */
export function clusterEnvironment(store: KubernetesStore, changes: Partial<Environment> = {}): Environment {
  return { ...systemEnvironment(store.target, pulumiDoor), previews: noPreviewMemory, others: undefined, ...changes };
}

/** A stack whose resources live in this namespace of the cluster. */
export function stackIn(store: KubernetesStore, namespace: string, name = "metal/dev", changes = {}): Stack {
  return new Stack(store, name, clusterEnvironment(store, changes), namespace);
}
