/**
 * Metal3 IP pools as Pulumi resources, without a plugin to install: TypeScript and JavaScript programs only.
 *
 * Configuration of the stack: `metal3-ipam:directory` (a folder of Metal3 manifests), or `metal3-ipam:kubeconfig` (path
 * or content; secret), `metal3-ipam:context` (default: the ambient kubeconfig) and `metal3-ipam:allowExec`;
 * `metal3-ipam:namespace`.
 */

// The exports with a small first letter are for states, not for programs, and their names must never change: see
// resource.ts. They have lines of their own because Pulumi's built-in TypeScript 3.8 reads these types if a program has no
// compiler.
export type { IPAddressClaimArgs, PoolRef, PoolRefArgs } from "./ip-address-claim";
export { IPAddressClaim, ipAddressClaim } from "./ip-address-claim";
export type { IPClaimArgs, OwnerReferenceArgs } from "./ip-claim";
export { IPClaim, ipClaim } from "./ip-claim";
export type { IPPoolArgs, PoolEntry, PoolEntryArgs } from "./ip-pool";
export { IPPool, ipPool } from "./ip-pool";
export type { PreAllocationArgs } from "./pre-allocation";
export { PreAllocation, preAllocation } from "./pre-allocation";
export type { Allocation, PreAllocationSetArgs } from "./pre-allocation-set";
export { PreAllocationSet, preAllocationSet } from "./pre-allocation-set";
