/** The façade of `ipam` for the resource that declares a pool. It creates, changes and deletes the stored IPPool object. */
import { type Address, formatAddress } from "../core/address";
import type { ManagedPool } from "./ipam";
import { untilEmpty } from "./metal3/empty-pool";
import { endPause } from "./metal3/end-pause";
import { ensurePoolObject, type PoolObjectChange } from "./metal3/ensure-pool";
import { incompleteLocks } from "./metal3/incomplete-locks";
import { ownLocks } from "./metal3/lock-owners";
import { marksOf, type Origin } from "./metal3/marks";
import { isHeldBy, type Owner } from "./metal3/owner";
import { removePoolObject } from "./metal3/remove-pool";
import type { Wanted } from "./plan/request";
import { releaseGivenUp } from "./reconcile/give-up";
import { undone } from "./undone";
import { claimText, wording } from "./wording";

export { misspeltEntries } from "./pool/warnings";

export interface PoolChange extends PoolObjectChange {
  /** The preAllocations that the program declares for the pool itself, all of them pinned. */
  readonly entries: ReadonlyMap<string, Address>;
  /** The entries that state knows. */
  readonly held: ReadonlyMap<string, Address>;
  /** Written last: the object with the pause that the program sets. A paused pool gets no entries. */
  readonly pause?: Pick<PoolObjectChange, "wanted" | "patch"> | undefined;
}

/**
 * Called by create and update. Creates the pool or updates it to what is wanted, and then reserves its own entries. A pool
 * that was deleted by hand is created again with the entries and locks of all its holders.
 *
 * Throws `exists` if the pool is another owner's, and `unserved` if the cluster does not know its strategy. Throws
 * `poolBusy` if other tools' finalizers hold a deleted pool. Throws all that `ManagedPool.reconcile` throws. If an entry
 * cannot be reserved, a pool that a create has made is removed again. A change of a pool that existed before stays.
 */
export async function ensurePool(pool: ManagedPool, change: PoolChange): Promise<void> {
  const { owner, isKnown, held, entries } = change;
  const isNew = await ensurePoolObject(pool.session, change);
  await ownLocks(pool.session);
  const pinned = (address: Address): Wanted => ({ address, firm: true, origin: "lowest" });
  const wanted = new Map([...entries].map(([claim, address]) => [claim, pinned(address)]));
  try {
    await pool.reconcile({ owner, held, wanted, entries: true });
    if (change.pause) await ensurePoolObject(pool.session, { ...change, ...change.pause });
  } catch (error) {
    // State will not have the pool.
    if (!isNew || isKnown) throw error;
    throw await undone(error, () => removePoolObject(pool.session, owner));
  }
}

/**
 * Called by delete. Removes a pool that still carries the owner's token, once none of its addresses is held. A pool of
 * another owner stays. `held`: the pool's own entries, which are released first. `endsPause`: the program has paused the
 * pool, and Metal3's controller would not let a paused pool go.
 *
 * Waits as long as an operation may, because resources that give the pool's name as plain text may be deleted at the same
 * time. Throws `poolBusy` with the holders, or with the finalizers that keep the object.
 */
export async function deletePool(
  pool: ManagedPool,
  owner: Owner,
  held: ReadonlyMap<string, Address>,
  endsPause: boolean,
): Promise<void> {
  const { session } = pool;
  const stored = await session.unpausedPool(endsPause);
  if (stored && !isHeldBy(owner)({ marks: marksOf(stored.manifest) })) return;
  if (endsPause) await endPause(session, owner);
  await pool.release(owner, held, true);
  await releaseGivenUp(session, owner);
  await untilEmpty(session, owner);
  await removePoolObject(session, owner);
}

/**
 * Called when a run has ended. Warns of the locks that an interrupted update has left, by this process's lists. Releases
 * nothing.
 */
export async function incompleteWarnings({ session }: ManagedPool, by: Origin): Promise<string[]> {
  const locks = await incompleteLocks(session, by);
  const [first] = locks;
  if (!first) return [];
  const texts = locks.map(({ address, claimName = "", marks }) => {
    return `${formatAddress(address)} (${claimText(session.name, claimName)}, resource ${marks.resource ?? "unknown"})`;
  });
  return [wording.incomplete(session.environment.words, session.name, texts, first.claimName ?? "")];
}
