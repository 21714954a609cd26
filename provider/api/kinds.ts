/** One row of the API: how a kind is called on the wire and in a path. */
export interface Kind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** Lower-case plural, the path segment and the folder name: `ippools`. */
  readonly plural: string;
  readonly namespaced: boolean;
}

const metal3 = { group: "ipam.metal3.io", version: "v1alpha1", namespaced: true } as const;

/** Metal3 IPAM's kinds: ip-address-manager, `api/v1alpha1`. */
export const IP_POOL: Kind = { ...metal3, kind: "IPPool", plural: "ippools" };
export const IP_CLAIM: Kind = { ...metal3, kind: "IPClaim", plural: "ipclaims" };
export const IP_ADDRESS: Kind = { ...metal3, kind: "IPAddress", plural: "ipaddresses" };

/** CAPI's own address object; always named with its group, for Kubernetes has an `ipaddresses` of its own. */
export const CAPI_IP_ADDRESS: Kind = {
  group: "ipam.cluster.x-k8s.io",
  version: "v1beta2",
  kind: "IPAddress",
  plural: "ipaddresses",
  namespaced: true,
};

/** CAPI's Cluster, which pools may belong to. */
export const CLUSTER: Kind = {
  group: "cluster.x-k8s.io",
  version: "v1beta2",
  kind: "Cluster",
  plural: "clusters",
  namespaced: true,
};

export const NAMESPACE: Kind = { group: "", version: "v1", kind: "Namespace", plural: "namespaces", namespaced: false };

/** `group/version`, the `apiVersion` of a manifest. */
export function apiVersionOf(kind: Kind): string {
  return kind.group === "" ? kind.version : `${kind.group}/${kind.version}`;
}
