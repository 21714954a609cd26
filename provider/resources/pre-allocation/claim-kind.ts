/** The kind of claim that a reservation is for: its argument, and what state says of it. */
import type { ClaimKind } from "../../api/claim";
import { isOfStack, type Lock, type ManagedPool, type Owner, type PoolView } from "../../ipam/ipam";
import { wording } from "../../ipam/wording";
import type { CheckFailure, Properties } from "../handler";
import { reservationWording } from "./wording";

/** The kind in checked inputs or in state. */
export function claimKindIn({ claimKind }: { readonly claimKind?: unknown }): ClaimKind {
  return claimKind === "IPAddressClaim" ? claimKind : "IPClaim";
}

/** `["claimKind"]` if the kind has changed. */
export function changedClaimKind(olds: Properties, news: Properties): string[] {
  return claimKindIn(olds) === claimKindIn(news) ? [] : ["claimKind"];
}

export async function unservedKind(pool: ManagedPool, claimKind: ClaimKind): Promise<CheckFailure[]> {
  if (claimKind === "IPClaim" || (await pool.hasIPAddressClaims())) return [];
  return [{ path: ["claimKind"], reason: wording.noIPAddressClaims() }];
}

/** The kind that the claim's lock is for, or that its live claim has. */
export function recordedKind(view: PoolView, claim: string): ClaimKind {
  const [lock] = view.locksOf(claim);
  if (lock) return lock.claimKind;
  return view.holdersOf(claim).some(({ by }) => by === "capi") ? "IPAddressClaim" : "IPClaim";
}

/**
 * The token of the resource that has reserved these claims for the other kind. A new resource of its stack replaces it. A killed
 * update then shows whose replacement has left the locks.
 */
export function replacedToken(view: PoolView, claims: readonly string[], by: Owner): string | undefined {
  const isReplaced = ({ claimKind, marks }: Lock) => claimKind !== claimKindIn(by) && isOfStack(marks, by);
  return claims.flatMap((claim) => view.locksOf(claim)).find(isReplaced)?.marks.token;
}

/** CAPM3 names an IPAddressClaim after the Machine's index, and never after its host. */
export function noHosts(said: Properties, hosts: "host" | "hosts", claims: "claimName" | "claimNames"): CheckFailure[] {
  if (claimKindIn(said) === "IPClaim" || said[hosts] === undefined) return [];
  return [{ path: [hosts], reason: reservationWording.noHost(claims) }];
}
