import type { Manifest } from "../../api/meta";
import { METAL3_POOL_FINALIZER } from "../../api/metal3/ip-pool";
import { IP_POOL } from "../../api/metal3/kinds";
import { type Address, formatAddress } from "../../core/address";
import { isStoreError } from "../../store/store";
import { IpamError } from "../errors";
import { readPool } from "../pool/known-pools";
import { retryOnConflict } from "../retry";
import type { PoolSession } from "../session";
import { wording } from "../wording";
import { disownLocks } from "./lock-owners";

/**
 * Completes the deletion of a pool that was deleted by hand, and creates the pool again at once. The new pool gets all
 * entries, also those of other owners. Metal3's finalizer holds a deleted pool while it has locks, and a deletion cannot be
 * undone. The locks stay all the time: this function removes the pool as their owner, and the caller makes the new pool
 * their owner. Throws poolBusy.
 */
export async function restorePool(session: PoolSession, wanted: Manifest): Promise<void> {
  await session.refresh();
  await disownLocks(session);
  const entries = [...(await dropFinalizer(session))].map(([claim, address]) => [claim, formatAddress(address)]);
  const spec = { ...(wanted.spec as object), preAllocations: Object.fromEntries(entries) };
  session.view.notePool(readPool(await session.store.create(IP_POOL, { ...wanted, spec })));
}

/** Removes Metal3's finalizer, as its controller does when no address is left. Returns the entries of that moment. */
function dropFinalizer(session: PoolSession): Promise<ReadonlyMap<string, Address>> {
  return retryOnConflict(session.environment, async () => {
    const pool = await session.freshPool();
    if (!pool?.deleting) return new Map();
    const { uid, resourceVersion, finalizers = [] } = pool.manifest.metadata;
    const others = finalizers.filter((finalizer) => finalizer !== METAL3_POOL_FINALIZER);
    if (others.length > 0) throw new IpamError("poolBusy", wording.poolStays(session.name, others));
    const only = { uid, resourceVersion };
    await session.store.patch(IP_POOL, session.name, { metadata: { finalizers: null } }, only).catch((error) => {
      if (!isStoreError(error, "NotFound")) throw error;
    });
    return pool.preAllocations;
  });
}
