/** The claims that Metal3's controller serves: its own kind, and Cluster API's. Both kinds share the keys of `preAllocations`. */
import { z } from "zod";
import { isOfMetal3Pool } from "./capi/ip-address";
import { IP_ADDRESS_CLAIM } from "./capi/kinds";
import { readWith } from "./fault";
import type { Kind } from "./kinds";
import { type StoredManifest, withoutNulls } from "./meta";
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

/** Cluster API, `api/ipam/v1beta2/ipaddressclaim_types.go`. The names are the same in v1beta1. */
const ipAddressClaim = z.looseObject({
  spec: z.looseObject({ poolRef: z.looseObject({ name: z.string() }) }),
  status: z
    .looseObject({
      addressRef: z.looseObject({ name: z.string() }).optional(),
      conditions: z.array(z.looseObject({ type: z.string(), status: z.string() })).optional(),
    })
    .optional(),
});

function isOfCapi({ kind }: StoredManifest): boolean {
  return kind === IP_ADDRESS_CLAIM.kind;
}

/** The name of the address object that the claim got. Also undefined for a claim that cannot be read, although it may be live. */
export function servedName(claim: StoredManifest): string | undefined {
  if (!isOfCapi(claim)) return addressNameIn(claim);
  const read = readWith(ipAddressClaim, withoutNulls(claim));
  return read.ok ? read.value.status?.addressRef?.name || undefined : undefined;
}

/** True if the controller has served or refused the claim. */
export function isDecided(claim: StoredManifest): boolean {
  if (!isOfCapi(claim)) return isAnswered(claim);
  const read = readWith(ipAddressClaim, withoutNulls(claim));
  const isRefused =
    read.ok && read.value.status?.conditions?.some((one) => one.type === "Ready" && one.status === "False");
  return servedName(claim) !== undefined || isRefused === true;
}

/** False if the claim says that it belongs to another pool. */
export function mayAskPool(claim: StoredManifest, poolName: string): boolean {
  if (!isOfCapi(claim)) return mayBeOfPool(claim, poolName);
  const { spec } = claim as { spec?: { poolRef?: { name?: unknown } } };
  const named = spec?.poolRef?.name;
  return isOfMetal3Pool(claim) && (typeof named !== "string" || named === poolName);
}
