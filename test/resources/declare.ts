/** Short names for the resources that the tests of this folder declare, all of pool `net`. */

import type { Manifest } from "../../provider/api/meta";
import { IP_ADDRESS, IP_CLAIM, IP_POOL } from "../../provider/api/metal3/kinds";
import type { Store } from "../../provider/store/store";
import type { Declared } from "./program";

/** Ten addresses, 10.0.0.10 to .19. */
export function pool(args: object = {}, as = "net"): Declared {
  const pools = [{ start: "10.0.0.10", end: "10.0.0.19" }];
  return { kind: "ipPool", as, args: { name: as, pools, prefix: 24, gateway: "10.0.0.1", ...args } };
}

export function host(name: string, args: object = {}, as = name): Declared {
  return { kind: "preAllocation", as, args: { pool: "net", host: name, ...args } };
}

export function hosts(names: readonly string[], args: object = {}, as = "rack"): Declared {
  return { kind: "preAllocationSet", as, args: { pool: "net", hosts: names, ...args } };
}

export function claim(name: string, args: object = {}): Declared {
  return { kind: "ipClaim", as: name, args: { name, pool: "net", ...args } };
}

/** A pool of another provider. */
export const LAB = { apiGroup: "ipam.cluster.x-k8s.io", kind: "InClusterIPPool", name: "lab" };

export function addressClaim(name: string, args: object = {}): Declared {
  return { kind: "ipAddressClaim", as: name, args: { name, poolRef: LAB, ...args } };
}

/** The IPClaim that CAPM3 creates when it provisions a host, to be stored directly. */
export function hostsClaim(name: string): Manifest {
  return {
    apiVersion: "ipam.metal3.io/v1alpha1",
    kind: "IPClaim",
    metadata: { name, namespace: "metal3" },
    spec: { pool: { name: "net" } },
  };
}

/** All holders in the store: entries of the pool, locks and claims. */
export async function held(store: Store, name = "net") {
  const pool = await store.get(IP_POOL, { namespace: "metal3", name });
  const locks = await store.list(IP_ADDRESS, "metal3");
  const claims = await store.list(IP_CLAIM, "metal3");
  const spec = (pool?.spec ?? {}) as { preAllocations?: Record<string, string> };
  return {
    entries: spec.preAllocations ?? {},
    locks: Object.fromEntries(
      locks.map((lock) => {
        const { address, claim } = lock.spec as { address: string; claim: { name: string } };
        return [claim.name, address];
      }),
    ),
    claims: claims.map((one) => one.metadata.name),
  };
}
