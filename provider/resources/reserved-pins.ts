/** Pins on what a network keeps for itself. `excludeReserved` of a pool governs proposals, `allowReserved` governs pins. */
import { type Address, sameAddress } from "../core/address";
import { roleOf } from "../core/pool";
import type { PoolView, PropertyPath } from "../ipam/ipam";
import { wording } from "../ipam/wording";
import type { CheckFailure } from "./handler";
import { pinWording } from "./wording";

export interface Pin {
  readonly claim: string;
  readonly address: Address;
  readonly path: PropertyPath;
}

/**
 * A host that has such an address is out of reach, or takes the network down, so its pin is refused. What the claim has
 * already, by state or in the store, is warned of. `promised`: what state says, by claim.
 */
export function reservedPins(
  view: PoolView,
  pins: readonly Pin[],
  promised: ReadonlyMap<string, Address>,
): { failures: CheckFailure[]; warnings: string[] } {
  const failures: CheckFailure[] = [];
  const warnings: string[] = [];
  const { offered } = view;
  if (!offered || offered.allowReserved) return { failures, warnings };
  for (const { claim, address, path } of pins) {
    // What the pool does not offer is refused as such.
    const role = offered.pool.addresses.contains(address) && roleOf(offered.pool.spec, address);
    if (!role) continue;
    const before = [promised.get(claim), view.entryOf(claim), ...view.locksOf(claim).map((lock) => lock.address)];
    if (before.some((one) => one && sameAddress(one, address)))
      warnings.push(pinWording.hasReserved(view.name, claim, address, role));
    else failures.push({ path, reason: wording.pinReserved(view.name, address, role) });
  }
  return { failures, warnings };
}

/** A virtual IP may be the gateway. */
export function reservedClaimWarnings(view: PoolView, claim: string, pin: Address | undefined): string[] {
  const { offered } = view;
  const role = pin && offered && !offered.allowReserved && roleOf(offered.pool.spec, pin);
  return role ? [pinWording.claimReserved(view.name, claim, pin, role)] : [];
}
