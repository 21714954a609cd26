import { mayBeOfPool } from "../../api/metal3/ip-address";
import { addressNameIn } from "../../api/metal3/ip-claim";
import type { Stored } from "../../store/store";
import type { PoolView } from "../pool/pool-view";

/**
 * Whether an IPClaim may be using an address of this pool: a claim of the same name in another pool uses none. One whose
 * spec was edited since still uses the address that it was given.
 */
export function usesPool(claim: Stored, view: PoolView): boolean {
  const given = addressNameIn(claim);
  return mayBeOfPool(claim, view.name.name) || view.locksOf(claim.metadata.name).some(({ name }) => name === given);
}
