import { IP_POOL } from "../../api/metal3/kinds";
import { isStoreError } from "../../store/store";
import { POLL_MS, pause } from "../environment";
import { IpamError } from "../errors";
import { retryOnConflict } from "../retry";
import type { PoolSession } from "../session";
import { wording } from "../wording";
import { keptObjects } from "./address-object";
import { marksOf, TOUCHED_ANNOTATION } from "./marks";
import { isHeldBy, type Owner } from "./owner";

/** Removes only the IPPool object, and waits until it is gone. An object that is already gone counts as success. */
export async function removePoolObject(session: PoolSession, owner: Owner): Promise<void> {
  const { store, environment } = session;
  const removed = await retryOnConflict(environment, async () => {
    const now = await session.freshPool();
    if (!now || !isHeldBy(owner)({ marks: marksOf(now.manifest) })) return undefined;
    const { uid, resourceVersion } = now.manifest.metadata;
    await store.remove(IP_POOL, session.name, { uid, resourceVersion }).catch((error) => {
      if (!isStoreError(error, "NotFound")) throw error;
    });
    // If the pool was already being deleted, this deletion sends the controller no event.
    if (now.deleting && uid !== undefined) await touch(session, uid);
    return uid;
  });
  if (removed !== undefined) await untilPoolIsGone(session, removed);
}

/** The number of looks between two touches of the pool. */
const LOOKS_A_TOUCH = 8;

/**
 * Waits until Metal3's finalizer is removed. The controller does not watch addresses, but looks again when the pool changes.
 * So the pool is touched until the controller has seen that no lock is left. Throws poolBusy.
 */
async function untilPoolIsGone(session: PoolSession, uid: string): Promise<void> {
  const { now, controllerWaitMs } = session.environment;
  const started = now();
  for (let look = 1; ; look++) {
    const pool = await session.freshPool();
    if (pool?.manifest.metadata.uid !== uid) return;
    if (now() - started >= controllerWaitMs) {
      const { finalizers = [] } = pool.manifest.metadata;
      throw new IpamError("poolBusy", wording.poolStays(session.name, finalizers, await keptObjects(session)));
    }
    if (look % LOOKS_A_TOUCH === 0) await touch(session, uid);
    await pause(session.environment, POLL_MS, wording.waitsForDeletion(session.name));
  }
}

async function touch({ store, name, environment }: PoolSession, uid: string): Promise<void> {
  const metadata = { annotations: { [TOUCHED_ANNOTATION]: new Date(environment.now()).toISOString() } };
  await store.patch(IP_POOL, name, { metadata }, { uid }).catch((error) => {
    // The pool is gone, or was created again.
    if (!isStoreError(error, "NotFound") && !isStoreError(error, "Conflict")) throw error;
  });
}
