/** The claims that Metal3's controller serves: its own kind, and Cluster API's. Both kinds share the keys of `preAllocations`. */
import { isOfMetal3Pool } from "./capi/ip-address";
import { readIPAddressClaim } from "./capi/ip-address-claim";
import { IP_ADDRESS_CLAIM } from "./capi/kinds";
import type { Kind } from "./kinds";
import type { StoredManifest } from "./meta";
import { mayBeOfPool } from "./metal3/ip-address";
import { addressNameIn, isAnswered } from "./metal3/ip-claim";
import { IP_CLAIM } from "./metal3/kinds";

export const CLAIM_KINDS = { IPClaim: IP_CLAIM, IPAddressClaim: IP_ADDRESS_CLAIM } as const satisfies Record<
  string,
  Kind
>;

export type ClaimKind = keyof typeof CLAIM_KINDS;

export function otherKindThan(kind: ClaimKind): ClaimKind {
  return kind === "IPClaim" ? "IPAddressClaim" : "IPClaim";
}

function isOfCapi({ kind }: StoredManifest): boolean {
  return kind === IP_ADDRESS_CLAIM.kind;
}

/** The name of the address object that the claim got. Also undefined for a claim that cannot be read, although it may be live. */
export function servedName(claim: StoredManifest): string | undefined {
  if (!isOfCapi(claim)) return addressNameIn(claim);
  const read = readIPAddressClaim(claim);
  return read.ok ? read.value.addressName : undefined;
}

/** True if the controller has served or refused the claim. */
export function isDecided(claim: StoredManifest): boolean {
  if (!isOfCapi(claim)) return isAnswered(claim);
  const read = readIPAddressClaim(claim);
  return read.ok && (read.value.addressName !== undefined || read.value.ready?.status === "False");
}

/** False if the claim says that it belongs to another pool. */
export function mayAskPool(claim: StoredManifest, poolName: string): boolean {
  if (!isOfCapi(claim)) return mayBeOfPool(claim, poolName);
  const { spec } = claim as { spec?: { poolRef?: { name?: unknown } } };
  const named = spec?.poolRef?.name;
  return isOfMetal3Pool(claim) && (typeof named !== "string" || named === poolName);
}
