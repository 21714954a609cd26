/** Claims in use by hosts. Their addresses are neither changed nor released. */
import { CLAIM_KINDS, type ClaimKind } from "../../api/claim";
import type { Stored } from "../../store/store";
import type { PoolSession } from "../session";
import { noneWithoutCrd, usesPool } from "./uses-pool";

/**
 * The live claims of this kind among these, by name. A claim is live if one of that name and this pool exists in the store
 * now. Without the kind's CRD there is none.
 */
export async function liveClaims(
  session: PoolSession,
  claims: readonly string[],
  claimKind: ClaimKind,
): Promise<ReadonlyMap<string, Stored>> {
  if (claims.length === 0) return new Map();
  const { namespace } = session.name;
  const kind = CLAIM_KINDS[claimKind];
  const look = async () =>
    claims.length === 1
      ? Promise.all(claims.map((name) => session.store.get(kind, { namespace, name })))
      : session.store.list(kind, namespace);
  const there = await look().catch(noneWithoutCrd(claimKind));
  return new Map(
    there.flatMap((claim) => (claim && usesPool(claim, session.view) ? [[claim.metadata.name, claim] as const] : [])),
  );
}

export async function isLive(session: PoolSession, claim: string, claimKind: ClaimKind): Promise<boolean> {
  return (await liveClaims(session, [claim], claimKind)).has(claim);
}
