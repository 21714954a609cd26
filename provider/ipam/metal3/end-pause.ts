import { PAUSED_ANNOTATION } from "../../api/metal3/ip-pool";
import { IP_POOL } from "../../api/metal3/kinds";
import { readPool } from "../pool/known-pools";
import { retryOnConflict } from "../retry";
import type { PoolSession } from "../session";
import { marksOf } from "./marks";
import { isHeldBy, type Owner } from "./owner";

/** Removes the pause from a pool that carries the owner's token. */
export function endPause(session: PoolSession, owner: Owner): Promise<void> {
  return retryOnConflict(session.environment, async () => {
    const pool = await session.freshPool();
    if (!pool?.paused || !isHeldBy(owner)({ marks: marksOf(pool.manifest) })) return;
    const { uid, resourceVersion } = pool.manifest.metadata;
    const patch = { metadata: { annotations: { [PAUSED_ANNOTATION]: null } } };
    session.view.notePool(readPool(await session.store.patch(IP_POOL, session.name, patch, { uid, resourceVersion })));
  });
}
