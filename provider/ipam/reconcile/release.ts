/** Releases addresses. */
import { servedName } from "../../api/claim";
import type { Address } from "../../core/address";
import type { Stored } from "../../store/store";
import { inParallel } from "../in-parallel";
import { createAgain, giveObjectBack } from "../metal3/address-object";
import type { EntryEdit } from "../metal3/entry-draft";
import { liveClaims } from "../metal3/live-claims";
import { groupForClaims, type Lock } from "../metal3/lock";
import { capiObject, lockName, metal3Object } from "../metal3/lock-object";
import { claimKindBy, isHeldBy } from "../metal3/owner";
import { isUnused, releaseIfUnused } from "../metal3/release-unused";
import { dropLock, freshLocks } from "../metal3/take-lock";
import type { ReconcileRequest } from "../plan/request";
import type { PoolSession } from "../session";
import { isAbandoned, isAnothers, isInherited, isSuccessors, keepSuccessors, type Removed } from "./successors";

type ReleaseRequest = Pick<ReconcileRequest, "session" | "owner" | "entries">;

/**
 * Removes the claim's object by uid and version, the entry by value, and the mirror, but only if they carry this owner's token.
 * So a delete after its replacement's create releases nothing. If a live claim uses an address, the object at which it
 * points stays and is deleted with the claim. The entry and the mirror are removed, because they were for the time after the
 * claim.
 */
export async function release(request: ReleaseRequest, claims: ReadonlyMap<string, Address>): Promise<void> {
  if (claims.size === 0) return;
  const { session, owner } = request;
  const { view } = session;
  const isOurs = (lock: Pick<Lock, "marks" | "claimName">) => isHeldBy(owner)(lock) || isAbandoned(view, lock, owner);
  await session.unpausedPool();
  // A delete comes after the program's checks, so another resource of the program may have declared the claim by now.
  const left = [...claims].filter(([claim]) => !isInherited(view.declarations.declarerOf(claim), owner));
  const looking = Promise.all([
    liveClaims(session, [...claims.keys()], claimKindBy(owner)),
    inParallel(left, async ([claim, address]) => ({
      claim,
      address,
      locks: await locksNow(session, claim, address),
    })),
  ]);
  const [inUse, found] = await session.entries.expect(looking);
  const goesToIPClaim = (claim: string) => owner.kind !== "IPClaim" && view.declarations.ipClaim(claim) !== undefined;
  const ours = found.filter(({ claim, address, locks }) => {
    return goesToIPClaim(claim) || !locks.some((lock) => !isOurs(lock) && isSuccessors(lock, address, owner));
  });
  const locks = ours.flatMap((one) => one.locks);
  const unused = await inParallel(locks, (lock) => isUnused(session, inUse.get(lock.claimName ?? ""), lock));
  const idle = locks.filter((_, index) => unused[index]);
  const dropObjects = async () => {
    await releaseIfUnused(session, idle, isOurs);
    await inParallel(ours, ({ claim, address, locks }) => {
      const used = locks.filter((lock) => !idle.includes(lock));
      return leaveToHost(request, inUse.get(claim), { address, locks: used });
    });
  };
  // A killed update may have swapped the entries of two claims, and state does not have that.
  const own = request.entries ? ours.map(({ address }) => address) : [];
  const dropEntries = async () => {
    if (!view.pool || view.pool.deleting) return [];
    // A killed update of an IPClaim may have left the entry of a reservation that it took over.
    const entered = request.entries ? ours : ours.filter(({ locks }) => locks.some(({ marks }) => marks.releasing));
    const edits = entered.map(({ claim, address, locks }): EntryEdit => {
      // If only our lock exists, the key is ours whatever its value. Otherwise the key is ours only with our own value.
      const isLocked = locks.some(isOurs) && !locks.some((lock) => isAnothers(lock, owner));
      return { claim, to: undefined, over: isLocked && request.entries ? "any" : [address, ...own] };
    });
    const outcomes = await session.entries.apply(edits);
    return request.entries ? outcomes : [];
  };
  const outcomes = await inSafeOrder(session, dropObjects, dropEntries);
  await inParallel(locks, (lock) => dropLock(session, { ...lock, object: undefined }, () => isOurs(lock)));
  const removed = ours.flatMap((one, index): Removed[] => {
    const outcome = outcomes[index];
    const entry = outcome?.kind === "written" && !goesToIPClaim(one.claim) ? outcome.removed : undefined;
    return entry ? [{ ...one, entry }] : [];
  });
  await keepSuccessors(session, owner, removed);
}

/**
 * In a cluster the entry stays until the object is gone, because a claim may appear in between. The mirror shows the next
 * run what a killed run has left. A folder has no controller and no mirror, so there the object stays until the entry is
 * gone, and shows the same.
 */
export async function inSafeOrder<Outcomes>(
  { store, entries }: PoolSession,
  dropObjects: () => Promise<void>,
  dropEntries: () => Promise<Outcomes>,
): Promise<Outcomes> {
  if (store.apiServer) await entries.expect(dropObjects());
  const outcomes = await dropEntries();
  if (!store.apiServer) await dropObjects();
  return outcomes;
}

/**
 * The object at which a live claim points belongs to the claim from now on, so it loses the token. If the object is gone, it
 * is created again. A user or a killed update has removed it, and the entry that kept others from the address is removed
 * now.
 */
async function leaveToHost(
  { session, owner }: ReleaseRequest,
  claim: Stored | undefined,
  { address, locks }: { readonly address: Address; readonly locks: readonly Lock[] },
): Promise<void> {
  if (!claim) return;
  for (const { object } of locks) {
    const former = object && { ...object.marks, token: undefined };
    if (object?.marks.token === owner.token) await giveObjectBack(session, { kind: "taken", object, former });
  }
  const { pool } = session.view;
  if (!pool || locks.some(({ object }) => object) || servedName(claim) !== lockName(pool, address)) return;
  const claimKind = claimKindBy(owner);
  const held = { pool, claim: claim.metadata.name, claimKind, address };
  const capiKind = await session.capiKind();
  const isOfMetal3 = groupForClaims(claimKind) === "metal3";
  if (isOfMetal3) await createAgain(session, "metal3", metal3Object(held, {}));
  else if (capiKind) await createAgain(session, "capi", capiObject(capiKind, held, {}, undefined));
}

/** The claim's locks, read from the store now: those that the view knows, and the one at `address`. */
export async function locksNow(session: PoolSession, claim: string, address: Address): Promise<Lock[]> {
  const { view } = session;
  const names = new Set(view.locksOf(claim).map((lock) => lock.name));
  if (view.pool) names.add(lockName(view.pool, address));
  const locks = await Promise.all([...names].map((name) => freshLocks(session, name)));
  return locks.flat().filter((lock) => lock.claimName === claim && lock.poolName === view.name.name);
}
