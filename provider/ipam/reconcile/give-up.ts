/**
 * An address that an update gives up is not free before the run is over. Another resource of the program may take it over,
 * in any order. The host that used it may still be running, because its BareMetalHost is deleted later. So the update marks
 * the lock, and the end of a successful run releases it.
 */
import { type Address, sameAddress } from "../../core/address";
import { inParallel } from "../in-parallel";
import { claimsOfEndingHosts } from "../metal3/ending-hosts";
import { type Origin, releasingOf, releasingText } from "../metal3/marks";
import { isHeldBy, type Owner } from "../metal3/owner";
import { takeLock } from "../metal3/take-lock";
import type { ReconcileRequest } from "../plan/request";
import { type GivenUpClaims, givenUpBy, ownerOf, undeclaredLeftovers } from "../pool/given-up";
import type { PoolSession } from "../session";
import { locksNow, release } from "./release";
import { isAbandoned, isAnothers } from "./successors";

/** The size of the groups in which claims are released. If the process is killed, only a few of them are partly released. */
const TOGETHER = 50;

/** Marks the lock, and keeps lock and entry. A claim that already has a successor is left alone. */
export async function giveUp(request: ReconcileRequest, claims: ReadonlyMap<string, Address>): Promise<void> {
  if (claims.size === 0) return;
  const { session, owner } = request;
  const { environment, view, givenUp } = session;
  const pool = await session.unpausedPool();
  // The garbage collector deletes the locks of a pool that is gone.
  if (!pool || pool.deleting) return release(request, claims);
  const releasing = releasingText({ since: new Date(environment.now()).toISOString(), run: environment.run });
  await inParallel([...claims], async ([claim, address]) => {
    const locks = await locksNow(session, claim, address);
    const isAt = locks.every((lock) => sameAddress(lock.address, address));
    const successors = locks.find((lock) => isAnothers(lock, owner) && !isAbandoned(view, lock, owner));
    if (successors) {
      // An IPClaim takes only the lock over, and the entry would keep the address after it. A killed move may have changed
      // the entry.
      if (view.declarations.declarerOf(claim)?.kind !== "IPClaim") return;
      await session.entries.apply([{ claim, to: undefined, over: [address, successors.address] }]);
      return;
    }
    if (isAt) await takeLock(session, pool, claim, address, owner, { promised: true, releasing });
    givenUp.note(owner, claim, address);
  });
}

/**
 * Called when a run has ended well. Releases what its updates have given up, except for hosts that are still being deleted.
 * Stops at `deadline` (on the clock of
 * `Environment.now`). The rest stays marked, and the next update of its resource gives it up again.
 */
export async function endRun(session: PoolSession, deadline: number): Promise<void> {
  await session.refresh();
  await releaseAll(session, await withoutEndingHosts(session, session.givenUp.all()), deadline);
}

/**
 * Called after each update if the door does not report the end. Releases what earlier runs have given up, if a run since
 * then found no resource that takes it over. Locks that no run has checked yet are marked as seen by this one.
 */
export async function releaseLeftovers(session: PoolSession, by: Origin): Promise<void> {
  const { view, environment } = session;
  const { releasable, unseen } = undeclaredLeftovers(view, by, environment.run);
  await releaseAll(session, await withoutEndingHosts(session, releasable), Number.POSITIVE_INFINITY);
  const { pool } = view;
  if (!pool) return;
  await inParallel(unseen, async (one) => {
    const releasing = releasingText({ ...one.releasing, seenBy: environment.run });
    await takeLock(session, pool, one.claimName, one.address, ownerOf(one, by), { promised: false, releasing });
  });
}

/** Called before a pool is deleted. Releases all claims that this stack has given up in it, also in a killed run. */
export async function releaseGivenUp(session: PoolSession, by: Origin): Promise<void> {
  await releaseAll(session, givenUpBy(session.view, by), Number.POSITIVE_INFINITY);
}

async function withoutEndingHosts(
  session: PoolSession,
  all: readonly GivenUpClaims[],
): Promise<readonly GivenUpClaims[]> {
  const ending = await claimsOfEndingHosts(
    session,
    all.flatMap(({ claims }) => [...claims.keys()]),
  );
  return all.map(({ owner, claims }) => ({
    owner,
    claims: new Map([...claims].filter(([claim]) => !ending.has(claim))),
  }));
}

async function releaseAll(session: PoolSession, all: readonly GivenUpClaims[], deadline: number): Promise<void> {
  for (const { owner, claims } of all) {
    const left = [...claims].filter(([claim]) => isStillGivenUp(session, owner, claim));
    while (left.length > 0 && session.environment.now() < deadline) {
      await release({ session, owner, entries: true }, new Map(left.splice(0, TOGETHER)));
    }
  }
}

/** False if a resource of this program has declared the claim, is expected to declare it, or has taken its lock back. */
function isStillGivenUp({ view }: PoolSession, owner: Owner, claim: string): boolean {
  // If the claim is expected but not declared, the program has failed before that. Its provider processes do not see the
  // failure.
  if (view.declarations.isExpected(claim)) return false;
  const ours = view.locksOf(claim).filter(isHeldBy(owner));
  return ours.every(({ marks }) => releasingOf(marks) !== undefined);
}
