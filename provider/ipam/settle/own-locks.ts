import { isStoreError } from "../../store/store";
import { inParallel } from "../in-parallel";
import type { Ipam } from "../ipam";
import type { Ledger } from "../ledger/ledger";
import { ownersPatch } from "../ledger/lock-object";
import { patchHalf } from "./half";

/**
 * Gives locks that outlived their pool to the one that has taken its place: the garbage collector deletes objects
 * whose owner's UID is gone. Costs nothing where all is well, so every write of a pool sees to it.
 */
export async function ownLocks(ipam: Ipam, ledger: Ledger): Promise<void> {
  const pool = ledger.pool;
  if (!pool) return;
  await inParallel(ledger.allHalves(), async (half) => {
    const patch = ownersPatch(half, pool);
    if (!patch) return;
    try {
      await patchHalf(ipam, ledger, half, patch);
    } catch (error) {
      // Changed in between: by whoever makes it anew, with its owner.
      if (isStoreError(error, "Conflict")) return;
      if (!isStoreError(error, "NotFound")) throw error;
      ledger.forgetHalf(half.of, half.name);
    }
  });
}
