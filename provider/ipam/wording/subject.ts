/** How messages name pools, claims, ranges and lists. */
import type { ClaimKind } from "../../api/claim";
import { hostOfClaim } from "../../api/metal3/host-claim";
import type { Pool } from "../../core/pool";
import { formatRange } from "../../core/range";
import type { PoolName } from "../pool-name";

export const poolText = (pool: PoolName) => `IPPool ${pool.namespace}/${pool.name}`;

/** Readers know the host `cp-0`, but not the claim `cp-0-provisioning` that CAPM3 creates for it. */
export function claimText(pool: Pick<PoolName, "name">, claim: string): string {
  return hostOfClaim(claim, pool.name) ?? `claim ${claim === "" ? '""' : claim}`;
}

/** The same at the start of a sentence. */
export function claimAtStart(pool: Pick<PoolName, "name">, claim: string): string {
  return hostOfClaim(claim, pool.name) ?? `Claim ${claim}`;
}

/** The step that ends the use of an address. As in: REMEDY first. */
export function endOfUse(pool: Pick<PoolName, "name">, claim: string, claimKind: ClaimKind = "IPClaim"): string {
  const host = claimKind === "IPClaim" ? hostOfClaim(claim, pool.name) : undefined;
  return host === undefined ? `Delete ${claimKind} ${claim}` : `Deprovision ${host}`;
}

/** At most five ranges, because a pool may have thousands. */
export function offersText(pool: Pool): string {
  const ranges = pool.addresses.ranges.slice(0, 5).map(formatRange);
  const more = pool.addresses.ranges.length - ranges.length;
  if (ranges.length === 0) return "no address";
  return ranges.join(", ") + (more > 0 ? ` and ${more} more` : "");
}

/** The first five items, and the number of the others. */
export function listText(items: readonly string[], between = ", "): string {
  const shown = items.slice(0, 5).join(between);
  return items.length > 5 ? `${shown} and ${items.length - 5} more` : shown;
}

/** Whole sentences: the first five, and the number of the others. */
export function sentences(items: readonly string[]): string {
  const shown = items.slice(0, 5).join(" ");
  return items.length > 5 ? `${shown} There are ${items.length - 5} more faults of this kind.` : shown;
}

/** `a, b or c`. */
export function orText(items: readonly string[]): string {
  return [items.slice(0, -1).join(", "), ...items.slice(-1)].filter((part) => part !== "").join(" or ");
}

export function quoted(names: readonly string[]): string[] {
  return names.map((name) => `\`${name}\``);
}

export function waitedText(waitedMs: number): string {
  return waitedMs > 0 ? ` (waited ${Math.round(waitedMs / 1000)} s)` : "";
}
