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
 * A pool that was deleted by hand does not go while it has locks, because Metal3's finalizer holds it. A deletion cannot
 * be taken back. So the pool is let go, and made again at once with all its entries, also those of others. Its locks stand
 * all the while: they lose their owner first, and the caller gives them the new one. Throws poolBusy.
 */
export async function restorePool(session: PoolSession, wanted: Manifest): Promise<void> {
  await session.refresh();
  await disownLocks(session);
  const entries = [...(await dropFinalizer(session))].map(([claim, address]) => [claim, formatAddress(address)]);
  const spec = { ...(wanted.spec as object), preAllocations: Object.fromEntries(entries) };
  session.view.notePool(readPool(await session.store.create(IP_POOL, { ...wanted, spec })));
}

/** Takes Metal3's finalizer off, as its controller does when no address is left. Returns the entries as they were then. */
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
