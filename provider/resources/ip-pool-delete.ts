import { IP_POOL } from "../api/kinds";
import { type Address, formatAddress } from "../core/address";
import { IpamError, wording } from "../ipam/errors";
import type { Ipam } from "../ipam/ipam";
import type { Ledger } from "../ipam/ledger";
import type { Lock } from "../ipam/lock";
import { marksOf } from "../ipam/marks";
import { retryOnConflict } from "../ipam/retry";
import { settle } from "../ipam/settle";
import { dropLock, type Hand } from "../ipam/take";
import { isStoreError, type Stored } from "../store/store";

/** How often the wait for holders looks again. */
const POLL_MS = 250;

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
  const pool = await ipam.freshPool(ledger);
  if (!pool || marksOf(pool.object).token !== hand.token) return;
  await settle(ipam, { ledger, hand, held: own, wanted: new Map(), entries: true });
  await waitUntilEmpty(ipam, ledger, hand);
  await retryOnConflict(ipam.environment, async () => {
    const now = await ipam.freshPool(ledger);
    if (!now || marksOf(now.object).token !== hand.token) return;
    const { uid, resourceVersion } = (now.object as Stored).metadata;
    await ipam.store.remove(IP_POOL, ledger.name, { uid, resourceVersion }).catch((error) => {
      if (!isStoreError(error, "NotFound")) throw error;
    });
    ledger.notePool(undefined);
  });
}

async function waitUntilEmpty(ipam: Ipam, ledger: Ledger, hand: Hand): Promise<void> {
  const started = ipam.environment.now();
  for (;;) {
    await ipam.refresh(ledger);
    await ipam.freshPool(ledger);
    const locks = await withoutOrphans(ipam, ledger, hand);
    if (locks.length === 0) return;
    const waitedMs = ipam.environment.now() - started;
    if (waitedMs >= ipam.environment.waitMs) {
      const holders = locks.map((lock) => `${formatAddress(lock.address)} (claim ${lock.claimName ?? "unknown"})`);
      throw new IpamError("poolBusy", wording.poolHolds(ledger.name, holders, waitedMs));
    }
    await ipam.environment.sleep(POLL_MS);
  }
}

/** Clears what a killed run of this stack left: a lock without entry and without claim, which no state knows of. */
async function withoutOrphans(ipam: Ipam, ledger: Ledger, hand: Hand): Promise<Lock[]> {
  const left: Lock[] = [];
  for (const holding of ledger.holders()) {
    if (holding.by !== "lock") continue;
    const { lock } = holding;
    const isHeld =
      lock.claimName === undefined ||
      ledger.entryOf(lock.claimName) ||
      (await ipam.hasClaim(lock.namespace, lock.claimName));
    if (isHeld || lock.marks.stack !== hand.stack) left.push(lock);
    else await dropLock(ipam, ledger, lock, (now) => now.marks.token === lock.marks.token);
  }
  return left;
}
