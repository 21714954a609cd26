/** The relation between the claims of a namespace and one pool. */
import { type ClaimKind, mayAskPool, servedName } from "../../api/claim";
import { readIPClaim } from "../../api/metal3/ip-claim";
import { type Address, parseAddress } from "../../core/address";
import { isStoreError, type Stored } from "../../store/store";
import type { PoolView } from "../pool/pool-view";

/**
 * Whether a claim may be using an address of this pool. A claim of the same name in another pool uses none. A claim whose
 * spec was edited later still uses the address that it got.
 */
export function usesPool(claim: Stored, view: PoolView): boolean {
  const given = servedName(claim);
  return mayAskPool(claim, view.name.name) || view.locksOf(claim.metadata.name).some(({ name }) => name === given);
}

/** Handles the error of a look for claims: a cluster without the CRD of IPAddressClaims has none. */
export function noneWithoutCrd(kind: ClaimKind): (error: unknown) => [] {
  return (error) => {
    if (kind === "IPAddressClaim" && isStoreError(error, "NotInstalled")) return [];
    throw error;
  };
}

/**
 * Addresses that claims of the pool ask for by annotation and have not got yet. A claim that has a lock or an entry gets
 * that address, whatever it asks for.
 */
export function unservedRequests(view: PoolView, claims: readonly Stored[]): Map<string, Address> {
  const requests = new Map<string, Address>();
  for (const stored of claims) {
    const read = readIPClaim(stored);
    if (!read.ok || stored.metadata.deletionTimestamp !== undefined) continue;
    const { name, poolName, addressName, errorMessage, requestedAddress } = read.value;
    const isOpen = poolName === view.name.name && addressName === undefined && errorMessage === undefined;
    const isRecorded = view.locksOf(name).length > 0 || view.entryOf(name) !== undefined;
    const requested = parseAddress(requestedAddress ?? "");
    if (isOpen && !isRecorded && requested.ok) requests.set(name, requested.value);
  }
  return requests;
}
