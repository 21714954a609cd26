/** Translates the resource's properties into a manifest, and fills in what the pool gives. */
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

/** `address`: undefined if the controller chooses. `owner`: undefined for a manifest without marks. */
export function manifestOf(inputs: Properties, address: Address | undefined, owner: Owner | undefined): Manifest {
  return claimManifest(
    { pool: poolNameOf(inputs), name: String(inputs.name), ...declaredMeta(inputs), address },
    owner,
  );
}

/** The outputs that the pool gives to an address. For a check, and for a create that chose the address itself. */
export function filled({ view, name }: ManagedPool, address: Address) {
  const addressName = addressObjectName(view.offered?.namePrefix ?? name.name, address);
  return { ...allocationText(view.offered?.pool, address), addressName };
}

/**
 * The address of a claim that was made by hand and is not served yet: its entry in the pool, or else what it asks for.
 * Undefined if it is served, or if it gets any address.
 */
export function askedAddress({ view }: ManagedPool, claim: IPClaim): Address | undefined {
  if (view.locksOf(claim.name).length > 0) return undefined;
  return view.entryOf(claim.name) ?? storedAddress(claim.requestedAddress);
}

/** The outputs that the lock gives. A host gets the network of its lock, even if the pool has changed. */
export function liveOutputs(pool: ManagedPool, { address, network }: Lock) {
  const { addressName } = filled(pool, address);
  return { ...networkText(network ?? {}), address: formatAddress(address), addressName };
}
