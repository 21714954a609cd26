/** Keeps the pool as owner of its locks. The garbage collector deletes objects whose owner's UID is gone. */
import { IP_ADDRESS } from "../../api/metal3/kinds";
import { isStoreError, type MergePatch } from "../../store/store";
import { inParallel } from "../in-parallel";
import type { PoolSession } from "../session";
import { patchObject, withObject } from "./address-object";
import type { AddressObject } from "./lock";
import { noPoolPatch, ownersPatch } from "./lock-object";

/** Gives locks that outlived their pool to the one that has taken its place. Costs nothing where all is well. */
export async function ownLocks(session: PoolSession): Promise<void> {
  const { pool } = session.view;
  if (pool) await patchAll(session, (object) => ownersPatch(object, pool));
}

/** Takes the pool's locks out of the garbage collector's reach, before the pool goes and is made again. */
export async function disownLocks(session: PoolSession): Promise<void> {
  await patchAll(session, noPoolPatch);
}

async function patchAll(session: PoolSession, patchOf: (object: AddressObject) => MergePatch | undefined) {
  await inParallel(session.view.allObjects(), async (known) => {
    await withObject(session, known, async (object) => {
      const patch = patchOf(object);
      // A folder has no garbage collector, and what lies in another file is never written.
      if (!patch || (await session.store.misplaced?.(IP_ADDRESS, object))?.isWritable === false) return;
      try {
        await patchObject(session, object, patch);
      } catch (error) {
        if (!isStoreError(error, "NotFound")) throw error;
        session.view.forgetObject(object.of, object.name);
      }
    });
  });
}
