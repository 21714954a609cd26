/** What the resource's properties say, and what they are filled with. */
import type { Manifest } from "../../api/meta";
import { addressObjectName } from "../../api/metal3/ip-address";
import type { IPClaim } from "../../api/metal3/ip-claim";
import { networkText } from "../../api/metal3/ip-pool";
import { type Address, formatAddress } from "../../core/address";
import { claimManifest } from "../../ipam/claim-object";
import type { Lock, ManagedPool, Owner, PoolName } from "../../ipam/ipam";
import { allocationText, storedAddress } from "../allocation";
import { declaredMeta } from "../declared-metadata";
import type { Properties } from "../handler";

export function idOf({ namespace, name }: Properties): string {
  return `${String(namespace)}/${String(name)}`;
}

export function poolNameOf({ namespace, pool }: Properties): PoolName {
  return { namespace: String(namespace), name: String(pool) };
}

/** `address` undefined: the controller chooses. `owner` undefined: without marks. */
export function manifestOf(inputs: Properties, address: Address | undefined, owner: Owner | undefined): Manifest {
  return claimManifest(
    { pool: poolNameOf(inputs), name: String(inputs.name), ...declaredMeta(inputs), address },
    owner,
  );
}

/** What the pool gives to an address: for a check, and for a create that chose the address itself. */
export function filled({ view, name }: ManagedPool, address: Address) {
  const addressName = addressObjectName(view.offered?.namePrefix ?? name.name, address);
  return { ...allocationText(view.offered?.pool, address), addressName };
}

/**
 * The address of a claim that somebody has made and that is not served yet: what the pool keeps for it, or else what it asks
 * for. undefined where it is served, or will get any.
 */
export function askedAddress({ view }: ManagedPool, claim: IPClaim): Address | undefined {
  if (view.locksOf(claim.name).length > 0) return undefined;
  return view.entryOf(claim.name) ?? storedAddress(claim.requestedAddress);
}

/** What the lock gives: a host is told what its lock says, whatever the pool says by now. */
export function liveOutputs(pool: ManagedPool, { address, network }: Lock) {
  const { addressName } = filled(pool, address);
  return { ...networkText(network ?? {}), address: formatAddress(address), addressName };
}
