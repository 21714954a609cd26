import type { Manifest } from "../../provider/api/meta";

/** A pool that Metal3's own webhook accepts. */
export function poolManifest(name: string, namespace = "default", annotations?: Record<string, string>): Manifest {
  return {
    apiVersion: "ipam.metal3.io/v1alpha1",
    kind: "IPPool",
    metadata: { name, namespace, ...(annotations && { annotations }) },
    spec: { namePrefix: name, prefix: 24, pools: [{ start: "10.0.0.10", end: "10.0.0.30" }] },
  };
}

export function addressManifest(name: string, namespace = "default"): Manifest {
  return {
    apiVersion: "ipam.metal3.io/v1alpha1",
    kind: "IPAddress",
    metadata: { name, namespace },
    spec: { address: "10.0.0.11", prefix: 24, claim: { name: "host-0-pool1" }, pool: { name: "pool1" } },
  };
}

/** The same plural in another group. */
export function capiAddressManifest(name: string, namespace = "default"): Manifest {
  return {
    apiVersion: "ipam.cluster.x-k8s.io/v1beta2",
    kind: "IPAddress",
    metadata: { name, namespace },
    spec: {
      address: "10.0.0.11",
      prefix: 24,
      claimRef: { name: "reserved-host-0-pool1" },
      poolRef: { name: "pool1", kind: "IPPool", apiGroup: "ipam.metal3.io" },
    },
  };
}
