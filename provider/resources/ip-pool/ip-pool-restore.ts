import { IP_POOL } from "../../api/kinds";
import type { Manifest } from "../../api/meta";
import { METAL3_POOL_FINALIZER } from "../../api/metal3/ip-pool";
import { type Address, formatAddress } from "../../core/address";
import { IpamError } from "../../ipam/errors";
import { type Ipam, readPool } from "../../ipam/ipam";
import { disownLocks } from "../../ipam/metal3/lock-owners";
import type { PoolView } from "../../ipam/pool/pool-view";
import { retryOnConflict } from "../../ipam/retry";
import { wording } from "../../ipam/wording";
import { isStoreError } from "../../store/store";

/**
 * A pool that was deleted by hand does not go while it has locks: Metal3's finalizer holds it, and nobody can take a
 * deletion back. It is let go, and made again at once with all its entries, those of others too. Its locks stand all
 * the while: they lose their owner first, and whoever calls gives them the new one. Throws poolBusy.
 */
export async function restoreDyingPool(ipam: Ipam, view: PoolView, wanted: Manifest): Promise<void> {
  await ipam.refresh(view);
  await disownLocks(ipam, view);
  const entries = [...(await dropFinalizer(ipam, view))].map(([claim, address]) => [claim, formatAddress(address)]);
  const spec = { ...(wanted.spec as object), preAllocations: Object.fromEntries(entries) };
  view.notePool(readPool(await ipam.store.create(IP_POOL, { ...wanted, spec })));
}

/** Takes Metal3's finalizer off, as its controller does when no address is left; the entries as they were then. */
function dropFinalizer(ipam: Ipam, view: PoolView): Promise<ReadonlyMap<string, Address>> {
  return retryOnConflict(ipam.environment, async () => {
    const pool = await ipam.freshPool(view);
    if (!pool?.deleting) return new Map();
    const { uid, resourceVersion, finalizers = [] } = pool.object.metadata;
    const others = finalizers.filter((finalizer) => finalizer !== METAL3_POOL_FINALIZER);
    if (others.length > 0) throw new IpamError("poolBusy", wording.poolStays(view.name, others));
    const only = { uid, resourceVersion };
    await ipam.store.patch(IP_POOL, view.name, { metadata: { finalizers: null } }, only).catch((error) => {
      if (!isStoreError(error, "NotFound")) throw error;
    });
    return pool.preAllocations;
  });
}
