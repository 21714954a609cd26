/** What only shows when a reservation is whole: whoever was quicker than its locks, and a pool that is not the same any more. */
import { addressNameIn } from "../../api/metal3/ip-claim";
import type { IPPool } from "../../api/metal3/ip-pool";
import { IpamError } from "../errors";
import { inParallel } from "../in-parallel";
import type { Ipam } from "../ipam";
import { freshObject } from "../metal3/address-object";
import { lockHolderText } from "../metal3/lock";
import { ownerText } from "../metal3/marks";
import { liveClaims } from "../metal3/release-unused";
import { takeLock } from "../metal3/take-lock";
import { wording } from "../wording";
import type { Won } from "./acquire";
import type { ReconcileRequest } from "./request";

/**
 * Claims that have come, and been given another address, before their reservation was whole: two locks for one claim are
 * one too many, and the controller would free the wrong one.
 */
export async function servedElsewhere(
  ipam: Ipam,
  { view, owner, held, entries }: ReconcileRequest,
  won: readonly Won[],
): Promise<IpamError[]> {
  const { namespace } = view.name;
  // A folder of manifests has no controller that would have served them.
  if (!entries || !ipam.store.apiServer) return [];
  const fresh = won.filter(({ claim }) => !held.has(claim));
  const alive = await liveClaims(
    ipam,
    view,
    fresh.map(({ claim }) => claim),
  );
  const found = await inParallel(fresh, async ({ claim, taken }): Promise<IpamError[]> => {
    const live = alive.get(claim);
    const name = live && addressNameIn(live);
    if (!name || name === taken?.lock.name) return [];
    const half = await freshObject(ipam, view, "metal3", namespace, name);
    if (half?.claimName !== claim) return [];
    const text = ownerText(half.marks, owner);
    return [new IpamError("held", wording.claimHeld(view.name, claim, half.address, text, entries))];
  });
  return found.flat();
}

/**
 * A pool that was made again meanwhile has another uid, and the garbage collector takes what the old one owned: locks that
 * this call has made for the old pool are taken again for the new one.
 */
export async function keepOwned(
  ipam: Ipam,
  { view, owner }: ReconcileRequest,
  { object }: IPPool,
  locked: readonly Won[],
): Promise<IpamError[]> {
  const pool = view.pool;
  if (!pool || pool.object.metadata.uid === object.metadata.uid) return [];
  const faults: IpamError[] = [];
  await inParallel(locked, async ({ claim, address, taken }) => {
    const again = taken && (await takeLock(ipam, view, pool, claim, address, owner, { promised: true }));
    if (!again || again.kind === "taken") return;
    faults.push(new IpamError("held", wording.held(view.name, address, lockHolderText(again.lock))));
  });
  return faults;
}
