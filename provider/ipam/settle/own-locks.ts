/** The owner of locks: the pool as it lives now. The garbage collector deletes objects whose owner's UID is gone. */
import { isStoreError, type MergePatch } from "../../store/store";
import { inParallel } from "../in-parallel";
import type { Ipam } from "../ipam";
import type { Ledger } from "../ledger/ledger";
import type { Half } from "../ledger/lock";
import { noPoolPatch, ownersPatch } from "../ledger/lock-object";
import { patchHalf, withHalf } from "./half";

/**
 * Gives locks that outlived their pool to the one that has taken its place. Costs nothing where all is well, so every
 * write of a pool sees to it.
 */
export async function ownLocks(ipam: Ipam, ledger: Ledger): Promise<void> {
  const pool = ledger.pool;
  if (pool) await patchAll(ipam, ledger, (half) => ownersPatch(half, pool));
}

/** Takes the pool's locks out of the garbage collector's reach, before the pool goes and is made again. */
export async function disownLocks(ipam: Ipam, ledger: Ledger): Promise<void> {
  await patchAll(ipam, ledger, noPoolPatch);
}

async function patchAll(ipam: Ipam, ledger: Ledger, patchOf: (half: Half) => MergePatch | undefined): Promise<void> {
  await inParallel(ledger.allHalves(), async (known) => {
    await withHalf(ipam, ledger, known, async (half) => {
      const patch = patchOf(half);
      if (!patch) return;
      try {
        await patchHalf(ipam, ledger, half, patch);
      } catch (error) {
        if (!isStoreError(error, "NotFound")) throw error;
        ledger.forgetHalf(half.of, half.name);
      }
    });
  });
}
