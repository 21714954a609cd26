/** Keeps the pool as an owner of its locks. The garbage collector deletes objects if their owner's UID is gone. */
import { IP_ADDRESS } from "../../api/metal3/kinds";
import { isStoreError, type MergePatch } from "../../store/store";
import { inParallel } from "../in-parallel";
import type { PoolSession } from "../session";
import { patchObject, withObject } from "./address-object";
import type { AddressObject } from "./lock";
import { noPoolPatch, ownersPatch } from "./lock-object";

/**
 * Makes the current pool an owner of locks that remained after their former pool. Sends no request if all owners are right.
 */
export async function ownLocks(session: PoolSession): Promise<void> {
  const { pool } = session.view;
  if (pool) await patchAll(session, (object) => ownersPatch(object, pool));
}

/**
 * Removes the pool as an owner of its locks before the pool is deleted and created again. Otherwise the garbage collector
 * would delete them.
 */
export async function disownLocks(session: PoolSession): Promise<void> {
  await patchAll(session, noPoolPatch);
}

async function patchAll(session: PoolSession, patchOf: (object: AddressObject) => MergePatch | undefined) {
  await inParallel(session.view.objects.all(), async (known) => {
    await withObject(session, known, async (object) => {
      const patch = patchOf(object);
      // A folder has no garbage collector, and the provider never writes an object in another file.
      if (!patch || (await session.store.misplaced?.(IP_ADDRESS, object))?.isWritable === false) return;
      try {
        await patchObject(session, object, patch);
      } catch (error) {
        if (!isStoreError(error, "NotFound")) throw error;
        session.view.objects.forget(object.of, object.name);
      }
    });
  });
}
