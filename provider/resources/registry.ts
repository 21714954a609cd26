/** The resources and functions of the package, one row each. See row.ts for what is derived from a row. */
import { getIPAddress } from "./functions/get-ip-address";
import { getIPPool } from "./functions/get-ip-pool";
import { planSubnet } from "./functions/plan-subnet";
import { renderNetworkConfig } from "./functions/render-network-config";
import { ipAddressClaim } from "./ip-address-claim/address-claim-resource";
import { ipClaim } from "./ip-claim/ip-claim-resource";
import { ipPool } from "./ip-pool/ip-pool-resource";
import { preAllocation } from "./pre-allocation/pre-allocation-resource";
import { preAllocationSet } from "./pre-allocation/set-resource";
import type { Registry } from "./row";

export const resources = { ipPool, ipClaim, ipAddressClaim, preAllocation, preAllocationSet };
export const functions = { getIPPool, getIPAddress, renderNetworkConfig, planSubnet };
export const registry = { resources, functions } as const satisfies Registry;

/** A registry with these rows, and maybe more. */
export type Rows = typeof registry;
