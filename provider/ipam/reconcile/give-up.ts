/**
 * An address that an update gives up is not free before the run is over. Another resource of the program may take it over,
 * in any order, and the host that used it may still be running: its BareMetalHost is deleted later. So the update marks the
 * lock, and the end of a run that went well releases it.
 */
import { type Address, sameAddress } from "../../core/address";
import { inParallel } from "../in-parallel";
import { type Origin, releasingOf, releasingText } from "../metal3/marks";
import { isHeldBy, type Owner } from "../metal3/owner";
import { takeLock } from "../metal3/take-lock";
import type { ReconcileRequest } from "../plan/request";
import { type GivenUpClaims, givenUpBy, ownerOf, undeclaredLeftovers } from "../pool/given-up";
import type { PoolSession } from "../session";
import { locksNow, release } from "./release";
import { isAnothers } from "./successors";

/** Claims are released in groups of this size: a process that is killed in between leaves few of them half released. */
const TOGETHER = 50;

/** Keeps lock and entry, and marks the lock. A claim that a successor has by now is left alone. */
export async function giveUp(request: ReconcileRequest, claims: ReadonlyMap<string, Address>): Promise<void> {
  if (claims.size === 0) return;
  const { session, owner } = request;
  const { environment, view, givenUp } = session;
  const pool = await session.unpausedPool();
  // The garbage collector takes the locks of a pool that is gone.
  if (!pool || pool.deleting) return release(request, claims);
  const releasing = releasingText({ since: new Date(environment.now()).toISOString(), run: environment.run });
  await inParallel([...claims], async ([claim, address]) => {
    const locks = await locksNow(session, claim, address);
    const isAt = locks.every((lock) => sameAddress(lock.address, address));
    const successors = locks.find((lock) => isAnothers(lock, owner));
    if (successors) {
      // An IPClaim takes the lock alone: the entry would keep the address after it. A killed move may have changed the entry.
      if (view.declarations.declarerOf(claim)?.kind !== "IPClaim") return;
      await session.entries.apply([{ claim, to: undefined, over: [address, successors.address] }]);
      return;
    }
    if (isAt) await takeLock(session, pool, claim, address, owner, { promised: true, releasing });
    givenUp.note(owner, claim, address);
  });
}

/**
 * Called when a run has ended well: releases what its updates have given up. Stops at `deadline` (as `Environment.now`
 * counts): the rest stays marked, and the next update of its resource gives it up again.
 */
export async function endRun(session: PoolSession, deadline: number): Promise<void> {
  await session.refresh();
  await releaseAll(session, session.givenUp.all(), deadline);
}

/**
 * Called after each update where the door does not tell the end: releases what earlier runs have given up, if a run since
 * then has found nobody who takes it over. What no run has looked at yet is noted as seen by this one.
 */
export async function releaseLeftovers(session: PoolSession, by: Origin): Promise<void> {
  const { view, environment } = session;
  const { releasable, unseen } = undeclaredLeftovers(view, by, environment.run);
  await releaseAll(session, releasable, Number.POSITIVE_INFINITY);
  const { pool } = view;
  if (!pool) return;
  await inParallel(unseen, async (one) => {
    const releasing = releasingText({ ...one.releasing, seenBy: environment.run });
    await takeLock(session, pool, one.claimName, one.address, ownerOf(one, by), { promised: false, releasing });
  });
}

/** Called before a pool goes: releases all that this stack has given up in it, also in a run that was killed. */
export async function releaseGivenUp(session: PoolSession, by: Origin): Promise<void> {
  await releaseAll(session, givenUpBy(session.view, by), Number.POSITIVE_INFINITY);
}

async function releaseAll(session: PoolSession, all: readonly GivenUpClaims[], deadline: number): Promise<void> {
  for (const { owner, claims } of all) {
    const left = [...claims].filter(([claim]) => isStillGivenUp(session, owner, claim));
    while (left.length > 0 && session.environment.now() < deadline) {
      await release({ session, owner, entries: true }, new Map(left.splice(0, TOGETHER)));
    }
  }
}

/** False where a resource of this program has declared the claim, or is expected to, or has taken its lock back. */
function isStillGivenUp({ view }: PoolSession, owner: Owner, claim: string): boolean {
  // Expected, and not declared: the program has failed before. Its provider processes see nothing of that.
  if (view.declarations.isExpected(claim)) return false;
  const ours = view.locksOf(claim).filter(isHeldBy(owner));
  return ours.every(({ marks }) => releasingOf(marks) !== undefined);
}
