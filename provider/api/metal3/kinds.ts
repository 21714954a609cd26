/** Metal3 IPAM's kinds: ip-address-manager, `api/v1alpha1`. */
import type { Kind } from "../kinds";

const metal3 = { group: "ipam.metal3.io", version: "v1alpha1", namespaced: true } as const;

export const IP_POOL: Kind = { ...metal3, kind: "IPPool", plural: "ippools" };
export const IP_CLAIM: Kind = { ...metal3, kind: "IPClaim", plural: "ipclaims" };
/** The Bare Metal Operator's. */
export const BARE_METAL_HOST: Kind = {
  group: "metal3.io",
  version: "v1alpha1",
  kind: "BareMetalHost",
  plural: "baremetalhosts",
  namespaced: true,
};
export const IP_ADDRESS: Kind = { ...metal3, kind: "IPAddress", plural: "ipaddresses" };
