/** Cluster API's kinds, as far as pools depend on them. */
import type { Kind } from "../kinds";

/** Always named with its group, because Kubernetes has its own `ipaddresses`. */
export const CAPI_IP_ADDRESS: Kind = {
  group: "ipam.cluster.x-k8s.io",
  version: "v1beta2",
  kind: "IPAddress",
  plural: "ipaddresses",
  namespaced: true,
};

/** Asks the provider of any pool for an address. Metal3 serves it for its IPPools, too. */
export const IP_ADDRESS_CLAIM: Kind = {
  group: "ipam.cluster.x-k8s.io",
  version: "v1beta2",
  kind: "IPAddressClaim",
  plural: "ipaddressclaims",
  namespaced: true,
};

/** A pool may belong to a Cluster. */
export const CLUSTER: Kind = {
  group: "cluster.x-k8s.io",
  version: "v1beta2",
  kind: "Cluster",
  plural: "clusters",
  namespaced: true,
};
