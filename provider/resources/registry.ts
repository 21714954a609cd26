/** What the package offers: one row for each of its resources and functions. What is derived from a row: see row.ts. */
import { getIPAddress } from "./functions/get-ip-address";
import { getIPPool } from "./functions/get-ip-pool";
import { ipClaim } from "./ip-claim/ip-claim-resource";
import { ipPool } from "./ip-pool/ip-pool-resource";
import { preAllocation } from "./pre-allocation/pre-allocation-resource";
import { preAllocationSet } from "./pre-allocation/set-resource";
import type { Registry } from "./row";

export const resources = { ipPool, ipClaim, preAllocation, preAllocationSet };
export const functions = { getIPPool, getIPAddress };
export const registry = { resources, functions } as const satisfies Registry;

/** These rows, and maybe others. */
export type Rows = typeof registry;
