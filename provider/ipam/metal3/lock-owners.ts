/** The owner of locks: the pool as it lives now. The garbage collector deletes objects whose owner's UID is gone. */
import { isStoreError, type MergePatch } from "../../store/store";
import { inParallel } from "../in-parallel";
import type { Ipam } from "../ipam";
import type { PoolView } from "../pool/pool-view";
import { patchObject, withObject } from "./address-object";
import type { AddressObject } from "./lock";
import { noPoolPatch, ownersPatch } from "./lock-object";

/**
 * Gives locks that outlived their pool to the one that has taken its place. Costs nothing where all is well, so every
 * write of a pool sees to it.
 */
export async function ownLocks(ipam: Ipam, view: PoolView): Promise<void> {
  const pool = view.pool;
  if (pool) await patchAll(ipam, view, (half) => ownersPatch(half, pool));
}

/** Takes the pool's locks out of the garbage collector's reach, before the pool goes and is made again. */
export async function disownLocks(ipam: Ipam, view: PoolView): Promise<void> {
  await patchAll(ipam, view, noPoolPatch);
}

async function patchAll(
  ipam: Ipam,
  view: PoolView,
  patchOf: (half: AddressObject) => MergePatch | undefined,
): Promise<void> {
  await inParallel(view.allObjects(), async (known) => {
    await withObject(ipam, view, known, async (half) => {
      const patch = patchOf(half);
      if (!patch) return;
      try {
        await patchObject(ipam, view, half, patch);
      } catch (error) {
        if (!isStoreError(error, "NotFound")) throw error;
        view.forgetObject(half.of, half.name);
      }
    });
  });
}
