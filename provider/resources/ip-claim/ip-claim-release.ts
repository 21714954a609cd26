import { removeClaim } from "../../ipam/claim-object";
import { isInherited, type ManagedPool, type Owner } from "../../ipam/ipam";
import { storedAddress } from "../allocation";
import type { Properties } from "../handler";

/** Removes the claim, then releases its lock. Both stay if another resource or another owner has taken them over. */
export async function releaseClaim(pool: ManagedPool, owner: Owner, state: Properties): Promise<void> {
  const name = String(state.name);
  const declarer = pool.view.declarations.declarerOf(name);
  const isHandedOver = isInherited(declarer, owner);
  if (isHandedOver && declarer?.kind === "IPClaim") return;
  if (!(await removeClaim(pool, name, owner))) return;
  // A reservation of this program keeps the address. It has no IPClaim.
  if (isHandedOver) return;
  const address = storedAddress(state.address) ?? pool.view.locksOf(name)[0]?.address;
  if (address) await pool.release(owner, new Map([[name, address]]), false);
}
