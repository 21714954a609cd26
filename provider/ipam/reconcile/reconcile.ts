/**
 * Changes the store from what a resource holds to what it wants. One flow serves create, repair and change, for one claim
 * or a thousand. The plan decides (`plan/`), and these steps carry it out:
 *
 *   move      claims whose address changes: old locks, then entries, then old mirrors
 *   reserve   all wanted claims: locks, then one PATCH that adds all waiting entries and removes handed-over keys
 *   give up   claims that are no longer wanted: the locks are marked, and the end of the run releases them
 */
import type { IPPool } from "../../api/metal3/ip-pool";
import type { Address } from "../../core/address";
import { inParallel } from "../in-parallel";
import { liveClaims } from "../metal3/live-claims";
import type { Lock } from "../metal3/lock";
import { isWellNamed } from "../metal3/lock-object";
import { claimKindBy, isHeldBy, mayTakeOver } from "../metal3/owner";
import { dropLock } from "../metal3/take-lock";
import { claimsToLookAt, leavingOf, type PoolPlan, planPool } from "../plan/pool-plan";
import type { ReconcileRequest } from "../plan/request";
import { undone } from "../undone";
import { refuseBrokenPlan, tellDeviations } from "./deviations";
import { giveUp, releaseLeftovers } from "./give-up";
import { move } from "./move";
import { reserve } from "./reserve";

/** claim → address for all of `wanted`. Throws one IpamError with every claim that did not get an address. */
export async function reconcile(request: ReconcileRequest): Promise<Map<string, Address>> {
  const { session, owner, wanted } = request;
  if (wanted.size === 0) {
    await giveUp(request, leavingOf(request));
    return new Map();
  }
  refuseBrokenPlan(request);
  const pool = await session.writablePool();
  const alive = await liveClaims(session, claimsToLookAt(request), claimKindBy(owner));
  const plan = planPool(request, new Set(alive.keys()));
  const won = await moveAndReserve(request, pool, plan);
  await giveUp(request, plan.releasedLast);
  await dropCopies(request, pool);
  if (!session.environment.tellsEnd) await releaseLeftovers(session, owner);
  await tellDeviations(request, won);
  session.view.fulfil(owner.stack, wanted.keys());
  return won;
}

async function moveAndReserve(request: ReconcileRequest, pool: IPPool, plan: PoolPlan): Promise<Map<string, Address>> {
  if (plan.moves.length + plan.inUse.length + plan.releasedFirst.size === 0) {
    return reserve(request, pool, plan.targets);
  }
  const undoMove = await move(request, pool, plan);
  try {
    return await reserve(request, pool, plan.targets, plan.handedOver);
  } catch (error) {
    throw await undone(error, undoMove);
  }
}

/**
 * Removes our locks whose name does not match their address. They are copies that were made by hand, and promise nothing.
 * And in a folder, where the lock of an IPClaim has no mirror, removes what the claim's lock of the other kind has left.
 */
async function dropCopies({ session, owner, wanted }: ReconcileRequest, pool: IPPool): Promise<void> {
  const isOurs = isHeldBy(owner);
  const claimKind = claimKindBy(owner);
  const isOfOtherKind = (lock: Lock) => lock.claimKind !== claimKind && mayTakeOver(lock, owner);
  const locks = [...wanted.keys()].flatMap((claim) => session.view.locksOf(claim));
  await inParallel(
    locks.filter((lock) => isOurs(lock) && !isWellNamed(lock, pool)),
    (lock) => dropLock(session, lock, isOurs),
  );
  await inParallel(session.store.apiServer ? [] : locks.filter(isOfOtherKind), (lock) =>
    dropLock(session, lock, isOfOtherKind),
  );
}
