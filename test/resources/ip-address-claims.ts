/** Reservations for the IPAddressClaim `vip`, and what the store then has. */
import { CAPI_IP_ADDRESS, IP_ADDRESS_CLAIM } from "../../provider/api/capi/kinds";
import type { Manifest } from "../../provider/api/meta";
import { IP_ADDRESS, IP_POOL } from "../../provider/api/metal3/kinds";
import type { Store } from "../../provider/store/store";
import { host } from "./declare";
import type { Declared } from "./program";

export const CAPI = { claimKind: "IPAddressClaim" };
export const LOCK = { namespace: "metal3", name: "net-10-0-0-12" };
const NET = { namespace: "metal3", name: "net" };

/** A PreAllocation for the claim `vip`. */
export const vip = (args: object = CAPI): Declared =>
  host("vip", { host: undefined, claimName: "vip", address: "10.0.0.12", ...args });

/** The claim of each address object, by group and name. */
export async function objects(store: Store) {
  const metal3 = await store.list(IP_ADDRESS, "metal3");
  const capi = await store.list(CAPI_IP_ADDRESS, "metal3");
  const claimIn = ({ spec }: Manifest) => {
    const { claim, claimRef } = spec as { claim?: { name: string }; claimRef?: { name: string } };
    return (claim ?? claimRef)?.name;
  };
  return {
    metal3: Object.fromEntries(metal3.map((one) => [one.metadata.name, claimIn(one)])),
    capi: Object.fromEntries(capi.map((one) => [one.metadata.name, claimIn(one)])),
  };
}

export const IPADDRESSCLAIMS = { metal3: { [LOCK.name]: "reserved-vip" }, capi: { [LOCK.name]: "vip" } };
export const IPCLAIMS = { metal3: { [LOCK.name]: "vip" }, capi: { [LOCK.name]: "reserved-vip" } };
export const NOTHING = { metal3: {}, capi: {} };

/** The controller's object for a live IPAddressClaim, as in a later life of the claim. */
export async function serveIPAddressClaim(store: Store, name = "vip", address = "10.0.0.12"): Promise<void> {
  const { uid } = (await store.get(IP_POOL, NET))!.metadata;
  const owner = (kind: string, name: string) => ({ apiVersion: "v1", kind, name, uid });
  await store.create(CAPI_IP_ADDRESS, {
    apiVersion: "ipam.cluster.x-k8s.io/v1beta2",
    kind: "IPAddress",
    metadata: {
      namespace: "metal3",
      name: `net-${address.replaceAll(".", "-")}`,
      ownerReferences: [owner("IPPool", "net"), owner("IPAddressClaim", name)],
    },
    spec: {
      address,
      prefix: 24,
      gateway: "10.0.0.1",
      claimRef: { name },
      poolRef: { apiGroup: "ipam.metal3.io", kind: "IPPool", name: "net" },
    },
  });
}

export async function makeIPAddressClaim(store: Store, addressName: string | undefined, name = "vip"): Promise<void> {
  await store.create(IP_ADDRESS_CLAIM, {
    apiVersion: "ipam.cluster.x-k8s.io/v1beta2",
    kind: "IPAddressClaim",
    metadata: { namespace: "metal3", name },
    spec: { poolRef: { apiGroup: "ipam.metal3.io", kind: "IPPool", name: "net" } },
    ...(addressName && { status: { addressRef: { name: addressName } } }),
  });
}
