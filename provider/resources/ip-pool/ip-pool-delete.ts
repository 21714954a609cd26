import { IP_POOL } from "../../api/kinds";
import { type Address, formatAddress } from "../../core/address";
import { POLL_MS, pause } from "../../ipam/environment";
import { IpamError } from "../../ipam/errors";
import type { Ipam } from "../../ipam/ipam";
import { type Hand, isHeldBy } from "../../ipam/ledger/hand";
import type { Ledger } from "../../ipam/ledger/ledger";
import { isOfStack, marksOf, TOUCHED_ANNOTATION } from "../../ipam/ledger/marks";
import { retryOnConflict } from "../../ipam/retry";
import { keptHalves } from "../../ipam/settle/half";
import { settle } from "../../ipam/settle/settle";
import { dropLock } from "../../ipam/settle/take";
import { wording } from "../../ipam/wording";
import { isStoreError } from "../../store/store";
import { isHeld } from "./ip-pool-begun";

/**
 * Deletes a pool that still carries this hand's token, when nobody holds an address of it any more. Waits boundedly:
 * siblings that were declared with the pool's name as plain text may be going at the same time.
 * Throws `poolBusy` with the holders.
 */
export async function deletePool(
  ipam: Ipam,
  ledger: Ledger,
  hand: Hand,
  own: ReadonlyMap<string, Address>,
): Promise<void> {
  const pool = await ipam.unpausedPool(ledger);
  if (pool && !isHeldBy(hand)({ marks: marksOf(pool.object) })) return;
  await settle(ipam, { ledger, hand, held: own, wanted: new Map(), entries: true });
  await waitUntilEmpty(ipam, ledger, hand);
  await removePool(ipam, ledger, hand);
}

/** The object alone, until it is gone. Gone is success. */
export async function removePool(ipam: Ipam, ledger: Ledger, hand: Hand): Promise<void> {
  const removed = await retryOnConflict(ipam.environment, async () => {
    const now = await ipam.freshPool(ledger);
    if (!now || !isHeldBy(hand)({ marks: marksOf(now.object) })) return undefined;
    const { uid, resourceVersion } = now.object.metadata;
    await ipam.store.remove(IP_POOL, ledger.name, { uid, resourceVersion }).catch((error) => {
      if (!isStoreError(error, "NotFound")) throw error;
    });
    // Of one that was being deleted before, the controller hears nothing by that.
    if (now.deleting && uid !== undefined) await touch(ipam, ledger, uid);
    return uid;
  });
  if (removed !== undefined) await untilPoolIsGone(ipam, ledger, removed);
}

/** Looks that pass before the controller is made to look again. */
const LOOKS_A_TOUCH = 8;

/**
 * Waits for Metal3's finalizer to go. The controller does not watch addresses: it looks again when the pool changes, so
 * the pool is touched until it has seen that no lock is left. Throws poolBusy.
 */
async function untilPoolIsGone(ipam: Ipam, ledger: Ledger, uid: string): Promise<void> {
  const { now, controllerWaitMs } = ipam.environment;
  const started = now();
  for (let look = 1; ; look++) {
    const pool = await ipam.freshPool(ledger);
    if (pool?.object.metadata.uid !== uid) return;
    if (now() - started >= controllerWaitMs) {
      const { finalizers = [] } = pool.object.metadata;
      throw new IpamError("poolBusy", wording.poolStays(ledger.name, finalizers, await keptHalves(ipam, ledger)));
    }
    if (look % LOOKS_A_TOUCH === 0) await touch(ipam, ledger, uid);
    await pause(ipam.environment, POLL_MS, wording.waitsForDeletion(ledger.name));
  }
}

async function touch(ipam: Ipam, ledger: Ledger, uid: string): Promise<void> {
  const metadata = { annotations: { [TOUCHED_ANNOTATION]: new Date(ipam.environment.now()).toISOString() } };
  await ipam.store.patch(IP_POOL, ledger.name, { metadata }, { uid }).catch((error) => {
    // Gone, or in its next life.
    if (!isStoreError(error, "NotFound") && !isStoreError(error, "Conflict")) throw error;
  });
}

async function waitUntilEmpty(ipam: Ipam, ledger: Ledger, hand: Hand): Promise<void> {
  const started = ipam.environment.now();
  for (;;) {
    await ipam.refresh(ledger);
    await ipam.freshPool(ledger);
    const holders = await holdersLeft(ipam, ledger, hand);
    if (holders.length === 0) return;
    const waitedMs = ipam.environment.now() - started;
    if (waitedMs >= ipam.environment.waitMs) {
      throw new IpamError("poolBusy", wording.poolHolds(ledger.name, holders, waitedMs));
    }
    await pause(ipam.environment, POLL_MS, wording.waitsForHolders(ledger.name, holders));
  }
}

/**
 * Locks, and entries whose lock went with its node: both are promises. What a killed run of this stack left, a lock
 * without entry and without claim, which no state knows of, is cleared on the way.
 */
async function holdersLeft(ipam: Ipam, ledger: Ledger, hand: Hand): Promise<string[]> {
  const left = new Map<string, string>();
  for (const lock of ledger.locks()) {
    const claim = lock.claimName;
    if (isOfStack(lock.marks, hand) && !(await isHeld(ipam, ledger, lock))) {
      await dropLock(ipam, ledger, lock, (now) => now.marks.token === lock.marks.token);
    } else left.set(formatAddress(lock.address), `${formatAddress(lock.address)} (claim ${claim ?? "unknown"})`);
  }
  // Those of a pool that somebody has deleted already hold nothing (Metal3's rule, too), and releases leave them there.
  const entries = ledger.pool?.deleting ? [] : (ledger.pool?.preAllocations ?? []);
  for (const [claim, address] of entries) {
    const text = formatAddress(address);
    if (!left.has(text)) left.set(text, `${text} (preAllocations entry ${claim})`);
  }
  return [...left.values()];
}
