/**
 * Faults that show only when a reservation is complete: a claim that was served before its locks, an IPClaim of its name, and a
 * pool that was created again.
 */
import { servedName } from "../../api/claim";
import type { IPPool } from "../../api/metal3/ip-pool";
import { IpamError } from "../errors";
import { inParallel } from "../in-parallel";
import { freshObject } from "../metal3/address-object";
import { liveClaims } from "../metal3/live-claims";
import { groupForClaims, lockHolderText } from "../metal3/lock";
import { ownerText } from "../metal3/marks";
import { claimKindBy, type Owner } from "../metal3/owner";
import { takeLock } from "../metal3/take-lock";
import type { ReconcileRequest } from "../plan/request";
import type { PoolSession } from "../session";
import { wording } from "../wording";
import type { Won } from "./acquire";

/**
 * Faults of claims that appeared and got another address before their reservation was complete. A claim must not have two
 * locks, because the controller would release the wrong one.
 */
export async function servedElsewhere(
  { session, owner, held, entries }: ReconcileRequest,
  won: readonly Won[],
): Promise<IpamError[]> {
  // A folder of manifests has no controller that could have served them.
  if (!entries || !session.store.apiServer) return [];
  const fresh = won.filter(({ claim }) => !held.has(claim));
  const names = fresh.map(({ claim }) => claim);
  const alive = await liveClaims(session, names, claimKindBy(owner));
  const found = await inParallel(fresh, async ({ claim, taken }): Promise<IpamError[]> => {
    const live = alive.get(claim);
    const name = live && servedName(live);
    if (!name || name === taken?.lock.name) return [];
    const object = await freshObject(session, groupForClaims(claimKindBy(owner)), name);
    if (object?.claimName !== claim) return [];
    const text = ownerText(object.marks, owner);
    return [new IpamError("held", wording.claimHeld(session.name, claim, object.address, text, entries))];
  });
  return [...found.flat(), ...(await ofOtherKind(session, owner, names))];
}

/**
 * Faults of reservations for IPAddressClaims whose name an IPClaim has taken meanwhile. The other way round is not looked at:
 * it would cost each reservation for a host a request, and need the right to list IPAddressClaims.
 */
async function ofOtherKind(session: PoolSession, owner: Owner, names: readonly string[]): Promise<IpamError[]> {
  if (claimKindBy(owner) === "IPClaim") return [];
  const alive = await liveClaims(session, names, "IPClaim");
  return names
    .filter((claim) => alive.has(claim))
    .map((claim) => {
      const text = wording.claimOfOtherKind(session.name, claim, "IPClaim", "IPAddressClaim");
      return new IpamError("inUse", text);
    });
}

/**
 * If the pool was created again meanwhile, it has another uid, and the garbage collector deletes the objects of the old one.
 * So the locks that this call has made for the old pool are taken again for the new one.
 */
export async function keepOwned(
  { session, owner }: ReconcileRequest,
  { manifest }: IPPool,
  locked: readonly Won[],
): Promise<IpamError[]> {
  const { pool } = session.view;
  if (!pool || pool.manifest.metadata.uid === manifest.metadata.uid) return [];
  const faults: IpamError[] = [];
  await inParallel(locked, async ({ claim, address, taken }) => {
    const again = taken && (await takeLock(session, pool, claim, address, owner, { promised: true }));
    if (!again || again.kind === "taken") return;
    faults.push(new IpamError("held", wording.held(session.name, address, lockHolderText(again.lock))));
  });
  return faults;
}
