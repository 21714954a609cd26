/**
 * Creates the IPPool object, or updates the owner's object to what is wanted. It covers only the object, not its
 * preAllocations.
 */
import type { Manifest } from "../../api/meta";
import { IP_POOL } from "../../api/metal3/kinds";
import { isStoreError, type MergePatch, type Stored } from "../../store/store";
import { IpamError } from "../errors";
import { readPool } from "../pool/known-pools";
import { retryOnConflict } from "../retry";
import type { PoolSession } from "../session";
import { wording } from "../wording";
import { marksOf } from "./marks";
import { mayTakeOver, type Owner } from "./owner";
import { poolExists } from "./pool-owner";
import { restorePool } from "./restore-pool";

export interface PoolObjectChange {
  /** The object as the program wants it, without preAllocations. */
  readonly wanted: Manifest;
  readonly owner: Owner;
  /** Whether state has the pool. Then a pool without marks is the owner's, too. */
  readonly isKnown: boolean;
  /** The program removes the pause that it has set, so this one write goes to a paused pool. */
  readonly endsPause: boolean;
  /** The patch to the wanted object. Undefined if the stored object already matches. */
  patch(found: Stored): MergePatch | undefined;
}

/** Returns true if it created the object. */
export async function ensurePoolObject(session: PoolSession, change: PoolObjectChange): Promise<boolean> {
  const { wanted, owner, isKnown } = change;
  return retryOnConflict(session.environment, async () => {
    // An update finds an existing pool, so it needs no right to create one.
    const known = isKnown ? await session.freshPool() : undefined;
    if (!known && (await make(session, wanted))) return true;
    const fresh = known ?? (await session.freshPool());
    // A pool that already matches may be paused, because nothing is written.
    const isAsWanted = fresh && (fresh.deleting || change.patch(fresh.manifest) === undefined);
    const { manifest, deleting } = isAsWanted ? fresh : await session.writablePool(change.endsPause);
    const marks = marksOf(manifest);
    const isOurs = mayTakeOver({ marks }, owner) || (isKnown && marks.token === undefined);
    if (!isOurs) throw poolExists(session.store, session.environment.words, session.name, marks, owner);
    if (deleting) {
      await restorePool(session, wanted);
      return false;
    }
    const patch = change.patch(manifest);
    if (!patch) return false;
    const { uid, resourceVersion } = manifest.metadata;
    const patched = await session.store.patch(IP_POOL, session.name, patch, { uid, resourceVersion });
    session.view.notePool(readPool(patched));
    return false;
  });
}

/** Returns false if the pool already exists. */
async function make(session: PoolSession, wanted: Manifest): Promise<boolean> {
  try {
    const made = await session.store.create(IP_POOL, wanted);
    await refuseDropped(session, made, wanted);
    session.view.notePool(readPool(made));
    return true;
  } catch (error) {
    if (isStoreError(error, "AlreadyExists")) return false;
    throw error;
  }
}

/** An API server silently drops fields that its CRD does not have. Then the pool would not be the wanted one. */
async function refuseDropped({ store }: PoolSession, made: Stored, wanted: Manifest): Promise<void> {
  const strategyOf = ({ spec }: Manifest) => (spec as { allocationStrategy?: string }).allocationStrategy;
  const strategy = strategyOf(wanted);
  if (strategy === undefined || strategyOf(made) === strategy) return;
  const { namespace = "", name, uid } = made.metadata;
  await store.remove(IP_POOL, { namespace, name }, { uid });
  throw new IpamError("unserved", wording.strategyUnserved({ namespace, name }, strategy));
}
