/** Metal3 IPAM's kinds: ip-address-manager, `api/v1alpha1`. */
import type { Kind } from "../kinds";

const metal3 = { group: "ipam.metal3.io", version: "v1alpha1", namespaced: true } as const;

export const IP_POOL: Kind = { ...metal3, kind: "IPPool", plural: "ippools" };
export const IP_CLAIM: Kind = { ...metal3, kind: "IPClaim", plural: "ipclaims" };
export const IP_ADDRESS: Kind = { ...metal3, kind: "IPAddress", plural: "ipaddresses" };
