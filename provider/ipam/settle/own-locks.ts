import { IP_ADDRESS, IP_POOL } from "../../api/kinds";
import { isStoreError } from "../../store/store";
import { inParallel } from "../in-parallel";
import type { Ipam } from "../ipam";
import type { Ledger } from "../ledger/ledger";
import { poolReference, readLock } from "../ledger/lock";

/**
 * Gives locks that outlived their pool to the one that has taken its place: the garbage collector deletes objects
 * whose owner's UID is gone. Costs nothing where all is well, so every write of a pool sees to it.
 */
export async function ownLocks(ipam: Ipam, ledger: Ledger): Promise<void> {
  const pool = ledger.pool;
  if (!pool) return;
  const owner = poolReference(pool);
  const stale = ledger.locks().filter(({ object }) => {
    return !object.metadata.ownerReferences?.some(({ uid }) => uid === owner.uid);
  });
  await inParallel(stale, async (lock) => {
    const others = (lock.object.metadata.ownerReferences ?? []).filter(({ kind }) => kind !== IP_POOL.kind);
    const patch = { metadata: { ownerReferences: [...others, owner] } };
    try {
      ledger.noteLock(readLock(await ipam.store.patch(IP_ADDRESS, lock, patch)));
    } catch (error) {
      if (!isStoreError(error, "NotFound")) throw error;
      ledger.forgetLock(lock.name);
    }
  });
}
