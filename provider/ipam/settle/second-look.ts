/** What only shows when a reservation is whole: whoever was quicker than its locks, and a pool that is not the same any more. */
import { addressNameIn } from "../../api/ip-claim";
import type { IPPool } from "../../api/ip-pool";
import { IpamError } from "../errors";
import { inParallel } from "../in-parallel";
import type { Ipam } from "../ipam";
import { holderText } from "../ledger/lock";
import { ownerText } from "../ledger/marks";
import { wording } from "../wording";
import type { Won } from "./attempt";
import { freshHalf } from "./half";
import type { Settlement } from "./settlement";
import { takeLock } from "./take";
import { liveClaims } from "./vacate";

/**
 * Claims that have come, and been given another address, before their reservation was whole: two locks for one claim are
 * one too many, and the controller would free the wrong one.
 */
export async function servedElsewhere(
  ipam: Ipam,
  { ledger, hand, held, entries }: Settlement,
  won: readonly Won[],
): Promise<IpamError[]> {
  const { namespace } = ledger.name;
  // A folder of manifests has no controller that would have served them.
  if (!entries || !ipam.store.apiServer) return [];
  const fresh = won.filter(({ claim }) => !held.has(claim));
  const alive = await liveClaims(
    ipam,
    ledger,
    fresh.map(({ claim }) => claim),
  );
  const found = await inParallel(fresh, async ({ claim, taken }): Promise<IpamError[]> => {
    const live = alive.get(claim);
    const name = live && addressNameIn(live);
    if (!name || name === taken?.lock.name) return [];
    const half = await freshHalf(ipam, ledger, "metal3", namespace, name);
    if (half?.claimName !== claim) return [];
    const owner = ownerText(half.marks, hand);
    return [new IpamError("held", wording.claimHeld(ledger.name, claim, half.address, owner, entries))];
  });
  return found.flat();
}

/**
 * A pool that was made again meanwhile has another uid, and the garbage collector takes what the old one owned: locks that
 * this call has made for the old pool are taken again for the new one.
 */
export async function keepOwned(
  ipam: Ipam,
  { ledger, hand }: Settlement,
  { object }: IPPool,
  locked: readonly Won[],
): Promise<IpamError[]> {
  const pool = ledger.pool;
  if (!pool || pool.object.metadata.uid === object.metadata.uid) return [];
  const faults: IpamError[] = [];
  await inParallel(locked, async ({ claim, address, taken }) => {
    const again = taken && (await takeLock(ipam, ledger, pool, claim, address, hand, { promised: true }));
    if (!again || again.kind === "taken") return;
    faults.push(new IpamError("held", wording.held(ledger.name, address, holderText(again.lock))));
  });
  return faults;
}
