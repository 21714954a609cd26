import { CAPI_IP_ADDRESS } from "../../../provider/api/capi/kinds";
import { apiVersionOf } from "../../../provider/api/kinds";
import { IP_ADDRESS, IP_CLAIM, IP_POOL } from "../../../provider/api/metal3/kinds";
import {
  type KubernetesStore,
  type KubernetesStoreOptions,
  openKubernetesStore,
} from "../../../provider/store/kubernetes/kubernetes-store";
import type { Cluster } from "../../testbed/cluster";
import { openConnection } from "./connected";

/** The store over a cluster under test, as the admin. */
export async function openOn(cluster: Cluster, options: KubernetesStoreOptions = {}): Promise<KubernetesStore> {
  return openKubernetesStore(await openConnection({ path: await cluster.kubeconfig(), env: {} }), options);
}

/** Removes what earlier tests left in a namespace. */
export async function empty(cluster: Cluster, namespace: string): Promise<void> {
  for (const kind of [IP_CLAIM, IP_ADDRESS, CAPI_IP_ADDRESS, IP_POOL]) {
    await cluster.api.delete(`/apis/${apiVersionOf(kind)}/namespaces/${namespace}/${kind.plural}`);
  }
}

/** A kubeconfig's content for one server; `user` and `cluster` are more of what theirs say. */
export function kubeconfigFor(server: string, user: object = {}, cluster: object = {}): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "bed", cluster: { server, ...cluster } }],
    users: [{ name: "tester", user }],
    contexts: [{ name: "bed", context: { cluster: "bed", user: "tester" } }],
    "current-context": "bed",
  });
}
