import { IP_POOL } from "../../api/kinds";
import { type Address, formatAddress } from "../../core/address";
import { POLL_MS, pause } from "../../ipam/environment";
import { IpamError } from "../../ipam/errors";
import type { Ipam } from "../../ipam/ipam";
import { keptObjects } from "../../ipam/metal3/address-object";
import { isOfStack, marksOf, TOUCHED_ANNOTATION } from "../../ipam/metal3/marks";
import { isHeldByOwner, type Owner } from "../../ipam/metal3/owner";
import { dropLock } from "../../ipam/metal3/take-lock";
import type { PoolView } from "../../ipam/pool/pool-view";
import { reconcile } from "../../ipam/reconcile/reconcile";
import { retryOnConflict } from "../../ipam/retry";
import { wording } from "../../ipam/wording";
import { isStoreError } from "../../store/store";
import { isHeld } from "./ip-pool-incomplete";

/**
 * Deletes a pool that still carries this hand's token, when nobody holds an address of it any more. Waits boundedly:
 * siblings that were declared with the pool's name as plain text may be going at the same time.
 * Throws `poolBusy` with the holders.
 */
export async function deletePool(
  ipam: Ipam,
  view: PoolView,
  hand: Owner,
  own: ReadonlyMap<string, Address>,
): Promise<void> {
  const pool = await ipam.unpausedPool(view);
  if (pool && !isHeldByOwner(hand)({ marks: marksOf(pool.object) })) return;
  await reconcile(ipam, { view, owner: hand, held: own, wanted: new Map(), entries: true });
  await waitUntilEmpty(ipam, view, hand);
  await removePool(ipam, view, hand);
}

/** The object alone, until it is gone. Gone is success. */
export async function removePool(ipam: Ipam, view: PoolView, hand: Owner): Promise<void> {
  const removed = await retryOnConflict(ipam.environment, async () => {
    const now = await ipam.freshPool(view);
    if (!now || !isHeldByOwner(hand)({ marks: marksOf(now.object) })) return undefined;
    const { uid, resourceVersion } = now.object.metadata;
    await ipam.store.remove(IP_POOL, view.name, { uid, resourceVersion }).catch((error) => {
      if (!isStoreError(error, "NotFound")) throw error;
    });
    // Of one that was being deleted before, the controller hears nothing by that.
    if (now.deleting && uid !== undefined) await touch(ipam, view, uid);
    return uid;
  });
  if (removed !== undefined) await untilPoolIsGone(ipam, view, removed);
}

/** Looks that pass before the controller is made to look again. */
const LOOKS_A_TOUCH = 8;

/**
 * Waits for Metal3's finalizer to go. The controller does not watch addresses: it looks again when the pool changes, so
 * the pool is touched until it has seen that no lock is left. Throws poolBusy.
 */
async function untilPoolIsGone(ipam: Ipam, view: PoolView, uid: string): Promise<void> {
  const { now, controllerWaitMs } = ipam.environment;
  const started = now();
  for (let look = 1; ; look++) {
    const pool = await ipam.freshPool(view);
    if (pool?.object.metadata.uid !== uid) return;
    if (now() - started >= controllerWaitMs) {
      const { finalizers = [] } = pool.object.metadata;
      throw new IpamError("poolBusy", wording.poolStays(view.name, finalizers, await keptObjects(ipam, view)));
    }
    if (look % LOOKS_A_TOUCH === 0) await touch(ipam, view, uid);
    await pause(ipam.environment, POLL_MS, wording.waitsForDeletion(view.name));
  }
}

async function touch(ipam: Ipam, view: PoolView, uid: string): Promise<void> {
  const metadata = { annotations: { [TOUCHED_ANNOTATION]: new Date(ipam.environment.now()).toISOString() } };
  await ipam.store.patch(IP_POOL, view.name, { metadata }, { uid }).catch((error) => {
    // Gone, or in its next life.
    if (!isStoreError(error, "NotFound") && !isStoreError(error, "Conflict")) throw error;
  });
}

async function waitUntilEmpty(ipam: Ipam, view: PoolView, hand: Owner): Promise<void> {
  const started = ipam.environment.now();
  for (;;) {
    await ipam.refresh(view);
    await ipam.freshPool(view);
    const holders = await holdersLeft(ipam, view, hand);
    if (holders.length === 0) return;
    const waitedMs = ipam.environment.now() - started;
    if (waitedMs >= ipam.environment.waitMs) {
      throw new IpamError("poolBusy", wording.poolHolds(view.words, view.name, holders, waitedMs));
    }
    await pause(ipam.environment, POLL_MS, wording.waitsForHolders(view.name, holders));
  }
}

/**
 * Locks, and entries whose lock went with its node: both are promises. What a killed run of this stack left, a lock
 * without entry and without claim, which no state knows of, is cleared on the way.
 */
async function holdersLeft(ipam: Ipam, view: PoolView, hand: Owner): Promise<string[]> {
  const left = new Map<string, string>();
  for (const lock of view.locks()) {
    const claim = lock.claimName;
    if (isOfStack(lock.marks, hand) && !(await isHeld(ipam, view, lock))) {
      await dropLock(ipam, view, lock, (now) => now.marks.token === lock.marks.token);
    } else left.set(formatAddress(lock.address), `${formatAddress(lock.address)} (claim ${claim ?? "unknown"})`);
  }
  // Those of a pool that somebody has deleted already hold nothing (Metal3's rule, too), and releases leave them there.
  const entries = view.pool?.deleting ? [] : (view.pool?.preAllocations ?? []);
  for (const [claim, address] of entries) {
    const text = formatAddress(address);
    if (!left.has(text)) left.set(text, `${text} (preAllocations entry ${claim})`);
  }
  return [...left.values()];
}
