/** One address and who holds it, out of what the ledger knows. */
import { addressObjectName } from "../../api/ip-address";
import { readIPClaim } from "../../api/ip-claim";
import { type Address, formatAddress } from "../../core/address";
import type { Network } from "../../core/pool";
import type { Ipam } from "../../ipam/ipam";
import { type Holding, strongestFirst } from "../../ipam/ledger/holdings";
import type { Ledger } from "../../ipam/ledger/ledger";
import { present } from "../arguments";
import type { Properties } from "../handler";
import type { HeldBy } from "./holder-shape";

export interface Holder extends Source {
  readonly address: Address;
  readonly claim: string | undefined;
  readonly inUse: boolean;
  /** Claims that something weaker promises the same address. */
  readonly rivals: readonly string[];
}

interface Source {
  readonly by: HeldBy;
  readonly addressName: string;
  readonly stack?: string | undefined;
  readonly resource?: string | undefined;
  /** What the object tells a host; absent where there is none that does. */
  readonly network?: Network | undefined;
}

/** That a name stands in the way of a lock is known only after a collision: no list tells it. */
export type ToldHolding = Exclude<Holding, { by: "name" }>;

/**
 * Strongest first. What is there is told as it stands; a promise of this run is told only of a claim that has nothing
 * there yet.
 */
export function toldOf(ledger: Ledger, holdings: readonly Holding[]): ToldHolding[] {
  return holdings
    .filter((holding) => holding.by !== "name")
    .filter(({ by, claim }) => by !== "plan" || !ledger.holdingsOf(claim).some((other) => other.by !== "plan"))
    .sort(strongestFirst);
}

export async function holderOf(ipam: Ipam, ledger: Ledger, holding: ToldHolding): Promise<Holder> {
  const { address, claim } = holding;
  const source = sourceOf(ledger, holding);
  const rivals = toldOf(ledger, ledger.at(address)).flatMap((other) => other.claim ?? []);
  return {
    address,
    claim,
    ...source,
    inUse: await isInUse(ipam, ledger, holding, source.addressName),
    rivals: [...new Set(rivals)].filter((rival) => rival !== claim),
  };
}

export function holderText({ address, claim, rivals, network: _network, ...said }: Holder): Properties {
  return present({
    ...said,
    address: formatAddress(address),
    claimName: claim,
    conflictsWith: rivals.length > 0 ? rivals : undefined,
  });
}

/** Whether an IPClaim of this program asks for the address: such a claim has no entry, and lives as long as its lock. */
export function isOfIPClaim(ledger: Ledger, claim: string): boolean {
  return ledger.declaredBy(claim)?.startsWith("IPClaim ") ?? false;
}

function sourceOf(ledger: Ledger, holding: ToldHolding): Source {
  switch (holding.by) {
    case "lock": {
      const { name, marks, network } = holding.lock;
      const by = marks.token === undefined ? "ipaddress" : "lock";
      return { by, addressName: name, stack: marks.stack, resource: marks.resource, network };
    }
    case "capi":
      return { by: "ipaddressclaim", addressName: holding.name };
    case "entry":
      return { by: "entry", addressName: objectName(ledger, holding.address) };
    case "plan": {
      const { stack, resource } = holding;
      return { by: "plan", addressName: objectName(ledger, holding.address), stack, resource };
    }
  }
}

function objectName(ledger: Ledger, address: Address): string {
  const { namePrefix = ledger.name.name } = ledger.pool ?? ledger.offered ?? {};
  return addressObjectName(namePrefix, address);
}

/** A claim that waits to be served will get it; one that was served elsewhere has no use for it. */
async function isInUse(ipam: Ipam, ledger: Ledger, holding: ToldHolding, addressName: string): Promise<boolean> {
  const { claim } = holding;
  if (holding.by === "capi") return true;
  if (claim === undefined) return false;
  if (isOfIPClaim(ledger, claim) || (holding.by === "lock" && ledger.isInUse(holding.lock))) return true;
  const stored = await ipam.claim(ledger.name.namespace, claim);
  const read = stored && readIPClaim(stored);
  // One that cannot be read lives all the same.
  if (!read?.ok) return read !== undefined;
  const { poolName, addressName: served = addressName } = read.value;
  return poolName === ledger.name.name && served === addressName;
}
