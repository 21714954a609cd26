/** One address and its holder, as the view knows them. */
import { type ClaimKind, mayAskPool, servedName } from "../../api/claim";
import { addressObjectName } from "../../api/metal3/ip-address";
import { type Address, formatAddress } from "../../core/address";
import type { Network } from "../../core/pool";
import { type Holder, type ManagedPool, type PoolView, strongestFirst } from "../../ipam/ipam";
import { present } from "../arguments";
import type { Properties } from "../handler";
import type { HeldBy } from "./holder-shape";

export interface ToldHolder extends Source {
  readonly address: Address;
  readonly claim: string | undefined;
  readonly claimKind: ClaimKind;
  readonly inUse: boolean;
  /** Claims to which something weaker promises the same address. */
  readonly rivals: readonly string[];
}

interface Source {
  readonly by: HeldBy;
  readonly addressName: string;
  readonly stack?: string | undefined;
  readonly resource?: string | undefined;
  /** The network that the object gives to a host. Absent without such an object. */
  readonly network?: Network | undefined;
}

/** A name that blocks a lock is known only after a collision. No list shows it. */
export type KnownHolder = Exclude<Holder, { by: "name" }>;

/**
 * Strongest first. Existing holders are shown as they are. A promise of this run is shown only if its claim has nothing yet.
 */
export function toldOf(view: PoolView, holders: readonly Holder[]): KnownHolder[] {
  return holders
    .filter((holder) => holder.by !== "name")
    .filter(({ by, claim }) => by !== "plan" || !view.holdersOf(claim).some((other) => other.by !== "plan"))
    .sort(strongestFirst);
}

export async function holderOf(pool: ManagedPool, holder: KnownHolder): Promise<ToldHolder> {
  const { view } = pool;
  const { address, claim } = holder;
  const source = sourceOf(view, holder);
  const rivals = toldOf(view, view.at(address)).flatMap((other) => other.claim ?? []);
  return {
    address,
    claim,
    claimKind: kindOfHolder(holder),
    ...source,
    inUse: await isInUse(pool, holder, source.addressName),
    rivals: [...new Set(rivals)].filter((rival) => rival !== claim),
  };
}

export function holderProperties(told: ToldHolder): Properties {
  const { address, claim, rivals, claimKind: _claimKind, network: _network, ...said } = told;
  return present({
    ...said,
    address: formatAddress(address),
    claimName: claim,
    conflictsWith: rivals.length > 0 ? rivals : undefined,
  });
}

/** An address without a holder. */
export function unheldProperties(view: PoolView, address: Address): Properties {
  return { held: false, address: formatAddress(address), addressName: objectName(view, address), inUse: false };
}

/** Whether an IPClaim of this program asks for the address. Such a claim has no entry, and lives as long as its lock. */
export function isOfIPClaim(view: PoolView, claim: string): boolean {
  return view.declarations.ipClaim(claim) !== undefined;
}

function sourceOf(view: PoolView, holder: KnownHolder): Source {
  switch (holder.by) {
    case "lock": {
      const { name, marks, network } = holder.lock;
      const unmarked = kindOfHolder(holder) === "IPClaim" ? "ipaddress" : "ipaddressclaim";
      const by = marks.token === undefined ? unmarked : "lock";
      return { by, addressName: name, stack: marks.stack, resource: marks.resource, network };
    }
    case "capi":
      return { by: "ipaddressclaim", addressName: holder.name };
    case "entry":
      return { by: "entry", addressName: objectName(view, holder.address) };
    case "request":
      return { by: "ipclaim", addressName: objectName(view, holder.address) };
    case "plan": {
      const { stack, resource } = holder;
      return { by: "plan", addressName: objectName(view, holder.address), stack, resource };
    }
  }
}

function objectName(view: PoolView, address: Address): string {
  const { namePrefix = view.name.name } = view.pool ?? view.offered ?? {};
  return addressObjectName(namePrefix, address);
}

function kindOfHolder(holder: KnownHolder): ClaimKind {
  if (holder.by === "lock") return holder.lock.claimKind;
  return holder.by === "capi" ? "IPAddressClaim" : "IPClaim";
}

/** A claim that waits to be served will get the address. A claim that was served elsewhere does not use it. */
async function isInUse(pool: ManagedPool, holder: KnownHolder, addressName: string): Promise<boolean> {
  const { view } = pool;
  const { claim } = holder;
  if (holder.by === "capi") return true;
  if (claim === undefined) return false;
  if (isOfIPClaim(view, claim) || (holder.by === "lock" && view.liveness.isInUse(holder.lock))) return true;
  const stored = await pool.claim(claim, kindOfHolder(holder));
  // A claim that cannot be read is alive too.
  return (
    stored !== undefined && mayAskPool(stored, view.name.name) && (servedName(stored) ?? addressName) === addressName
  );
}
