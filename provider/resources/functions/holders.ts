/** Who holds which address of a pool: all of them, or the one that is asked for. */
import { IP_CLAIM } from "../../api/kinds";
import { type Address, compareAddresses } from "../../core/address";
import type { Ipam } from "../../ipam/ipam";
import { addressKey } from "../../ipam/pool/holders";
import type { PoolView } from "../../ipam/pool/pool-view";
import { holderOf, type KnownHolder, type ToldHolder, toldOf } from "./holder";

/** One for each address that is held, sorted by address. */
export async function allHolders(ipam: Ipam, view: PoolView): Promise<ToldHolder[]> {
  const strongest = new Map<string, KnownHolder>();
  for (const holder of toldOf(view, view.holders())) {
    const key = addressKey(holder.address);
    if (!strongest.has(key)) strongest.set(key, holder);
  }
  const holders = await Promise.all([...strongest.values()].map((holder) => holderOf(ipam, view, holder)));
  return holders.sort((a, b) => compareAddresses(a.address, b.address));
}

export async function holderAt(ipam: Ipam, view: PoolView, address: Address): Promise<ToldHolder | undefined> {
  const [strongest] = toldOf(view, view.at(address));
  return strongest && holderOf(ipam, view, strongest);
}

/** What the claim holds: of several addresses the one that its host uses, else the one that is held best. */
export async function holderFor(ipam: Ipam, view: PoolView, claim: string): Promise<ToldHolder | undefined> {
  const known = toldOf(view, view.holdersOf(claim));
  const holders = await Promise.all(known.map((holder) => holderOf(ipam, view, holder)));
  return holders.find(({ inUse }) => inUse) ?? holders[0];
}

/**
 * Reservations of this provider that nobody will ask for. A list may be older than the entry or the claim that another
 * run has just written beside its lock, so what looks like one is looked at again.
 */
export async function orphansAmong(ipam: Ipam, view: PoolView, holders: readonly ToldHolder[]): Promise<ToldHolder[]> {
  const isEntered = ({ claim }: ToldHolder) => claim !== undefined && view.entryOf(claim) !== undefined;
  const isDeclared = ({ claim }: ToldHolder) => claim !== undefined && view.declaredBy(claim) !== undefined;
  const suspects = holders.filter((one) => one.by === "lock" && !one.inUse && !isEntered(one) && !isDeclared(one));
  if (suspects.length === 0) return [];
  const claims = await ipam.store.list(IP_CLAIM, view.name.namespace);
  const alive = new Set(claims.map(({ metadata }) => metadata.name));
  await ipam.freshPool(view);
  return suspects.filter((one) => !isEntered(one) && !(one.claim !== undefined && alive.has(one.claim)));
}
