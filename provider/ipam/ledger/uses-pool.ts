import { mayBeOfPool } from "../../api/ip-address";
import { addressNameIn } from "../../api/ip-claim";
import type { Stored } from "../../store/store";
import type { Ledger } from "./ledger";

/**
 * Whether an IPClaim may be using an address of this pool: a claim of the same name in another pool uses none. One whose
 * spec was edited since still uses the address that it was given.
 */
export function usesPool(claim: Stored, ledger: Ledger): boolean {
  const given = addressNameIn(claim);
  return mayBeOfPool(claim, ledger.name.name) || ledger.locksOf(claim.metadata.name).some(({ name }) => name === given);
}
