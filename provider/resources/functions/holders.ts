/** Who holds which address of a pool: all of them, or the one that is asked for. */
import { IP_CLAIM } from "../../api/kinds";
import { type Address, compareAddresses } from "../../core/address";
import type { Ipam } from "../../ipam/ipam";
import { addressKey } from "../../ipam/ledger/holdings";
import type { Ledger } from "../../ipam/ledger/ledger";
import { type Holder, holderOf, type ToldHolding, toldOf } from "./holder";

/** One for each address that is held, sorted by address. */
export async function allHolders(ipam: Ipam, ledger: Ledger): Promise<Holder[]> {
  const strongest = new Map<string, ToldHolding>();
  for (const holding of toldOf(ledger, ledger.holders())) {
    const key = addressKey(holding.address);
    if (!strongest.has(key)) strongest.set(key, holding);
  }
  const holders = await Promise.all([...strongest.values()].map((holding) => holderOf(ipam, ledger, holding)));
  return holders.sort((a, b) => compareAddresses(a.address, b.address));
}

export async function holderAt(ipam: Ipam, ledger: Ledger, address: Address): Promise<Holder | undefined> {
  const [strongest] = toldOf(ledger, ledger.at(address));
  return strongest && holderOf(ipam, ledger, strongest);
}

/** What the claim holds: of several addresses the one that its host uses, else the one that is held best. */
export async function holderFor(ipam: Ipam, ledger: Ledger, claim: string): Promise<Holder | undefined> {
  const holdings = toldOf(ledger, ledger.holdingsOf(claim));
  const holders = await Promise.all(holdings.map((holding) => holderOf(ipam, ledger, holding)));
  return holders.find(({ inUse }) => inUse) ?? holders[0];
}

/**
 * Reservations of this provider that nobody will ask for. A list may be older than the entry or the claim that another
 * run has just written beside its lock, so what looks like one is looked at again.
 */
export async function orphansAmong(ipam: Ipam, ledger: Ledger, holders: readonly Holder[]): Promise<Holder[]> {
  const isEntered = ({ claim }: Holder) => claim !== undefined && ledger.entryOf(claim) !== undefined;
  const isDeclared = ({ claim }: Holder) => claim !== undefined && ledger.declaredBy(claim) !== undefined;
  const suspects = holders.filter((one) => one.by === "lock" && !one.inUse && !isEntered(one) && !isDeclared(one));
  if (suspects.length === 0) return [];
  const claims = await ipam.store.list(IP_CLAIM, ledger.name.namespace);
  const alive = new Set(claims.map(({ metadata }) => metadata.name));
  await ipam.freshPool(ledger);
  return suspects.filter((one) => !isEntered(one) && !(one.claim !== undefined && alive.has(one.claim)));
}
