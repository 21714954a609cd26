/** Finds the holders of a pool: all of them, or the one for an address or a claim. */
import { type Address, compareAddresses } from "../../core/address";
import { addressKey, type ManagedPool } from "../../ipam/ipam";
import { holderOf, type KnownHolder, type ToldHolder, toldOf } from "./holder";

/** One for each address that is held, sorted by address. */
export async function allHolders(pool: ManagedPool): Promise<ToldHolder[]> {
  const strongest = new Map<string, KnownHolder>();
  for (const holder of toldOf(pool.view, pool.view.holders())) {
    const key = addressKey(holder.address);
    if (!strongest.has(key)) strongest.set(key, holder);
  }
  const holders = await Promise.all([...strongest.values()].map((holder) => holderOf(pool, holder)));
  return holders.sort((a, b) => compareAddresses(a.address, b.address));
}

export async function holderAt(pool: ManagedPool, address: Address): Promise<ToldHolder | undefined> {
  const [strongest] = toldOf(pool.view, pool.view.at(address));
  return strongest && holderOf(pool, strongest);
}

/** The address of the claim. If it holds several, the one that its host uses, else the one that is held best. */
export async function holderFor(pool: ManagedPool, claim: string): Promise<ToldHolder | undefined> {
  const known = toldOf(pool.view, pool.view.holdersOf(claim));
  const holders = await Promise.all(known.map((holder) => holderOf(pool, holder)));
  return holders.find(({ inUse }) => inUse) ?? holders[0];
}

/**
 * Reservations of this provider that no claim will use. Another run may just have written an entry or a claim for a lock,
 * and the lists may be older. So the suspects are checked again.
 */
export async function orphansAmong(pool: ManagedPool, holders: readonly ToldHolder[]): Promise<ToldHolder[]> {
  const { view } = pool;
  const isEntered = ({ claim }: ToldHolder) => claim !== undefined && view.entryOf(claim) !== undefined;
  const isDeclared = ({ claim }: ToldHolder) => claim !== undefined && view.declarations.has(claim);
  const suspects = holders.filter((one) => one.by === "lock" && !one.inUse && !isEntered(one) && !isDeclared(one));
  if (suspects.length === 0) return [];
  const kinds = [...new Set(suspects.map(({ claimKind }) => claimKind))];
  const claims = new Map(await Promise.all(kinds.map(async (kind) => [kind, await pool.claimsNow(kind)] as const)));
  const isLive = ({ claim, claimKind }: ToldHolder) => claim !== undefined && claims.get(claimKind)?.has(claim);
  return suspects.filter((one) => !isEntered(one) && !isLive(one));
}
