/**
 * Pins on addresses that a network reserves. `excludeReserved` of a pool governs proposals, `allowReserved` governs pins.
 */
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
 * A host with such an address is unreachable, or takes the network down, so its pin is refused. If the claim already has the
 * address, in state or in the store, this is a warning. `promised`: the addresses in state, by claim.
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
    // Another fault covers an address that the pool does not offer.
    const role = offered.pool.addresses.contains(address) && roleOf(offered.pool.spec, address);
    if (!role) continue;
    const before = [promised.get(claim), view.entryOf(claim), ...view.locksOf(claim).map((lock) => lock.address)];
    if (before.some((one) => one && sameAddress(one, address)))
      warnings.push(pinWording.hasReserved(view.name, claim, address, role));
    else failures.push({ path, reason: wording.pinReserved(view.name, address, role) });
  }
  return { failures, warnings };
}

/** A warning and not a fault, because a virtual IP may be the gateway. */
export function reservedClaimWarnings(view: PoolView, claim: string, pin: Address | undefined): string[] {
  const { offered } = view;
  const role = pin && offered && !offered.allowReserved && roleOf(offered.pool.spec, pin);
  return role ? [pinWording.claimReserved(view.name, claim, pin, role)] : [];
}
