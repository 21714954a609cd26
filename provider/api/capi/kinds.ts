/** Cluster API's kinds, as far as pools depend on them. */
import type { Kind } from "../kinds";

/** Named with its group everywhere: Kubernetes has an `ipaddresses` of its own. */
export const CAPI_IP_ADDRESS: Kind = {
  group: "ipam.cluster.x-k8s.io",
  version: "v1beta2",
  kind: "IPAddress",
  plural: "ipaddresses",
  namespaced: true,
};

/** Pools may belong to one. */
export const CLUSTER: Kind = {
  group: "cluster.x-k8s.io",
  version: "v1beta2",
  kind: "Cluster",
  plural: "clusters",
  namespaced: true,
};
