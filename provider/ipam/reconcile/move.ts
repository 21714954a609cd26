/** Moves claims to other addresses, and addresses from one claim of a resource to another. */

import { type ClaimKind, isDecided } from "../../api/claim";
import { keyText } from "../../api/meta";
import type { IPPool } from "../../api/metal3/ip-pool";
import { type Address, sameAddress } from "../../core/address";
import type { Stored } from "../../store/store";
import { IpamError } from "../errors";
import { inParallel } from "../in-parallel";
import { freshObject } from "../metal3/address-object";
import { isLive, liveClaims } from "../metal3/live-claims";
import { groupForClaims, type Lock, lockHolderText, objectsOf } from "../metal3/lock";
import { lockName } from "../metal3/lock-object";
import { claimKindBy, isHeldBy, isReplacementOf, mayTakeOver, type Owner } from "../metal3/owner";
import { releaseIfUnused } from "../metal3/release-unused";
import { dropLock, freshLock, takeLock } from "../metal3/take-lock";
import { mayMoveLock, type PoolPlan } from "../plan/pool-plan";
import type { Move, ReconcileRequest } from "../plan/request";
import type { PoolSession } from "../session";
import { undone } from "../undone";
import { sentences, wording } from "../wording";
import { inSafeOrder } from "./release";
import { isAnothers } from "./successors";

/**
 * A claim must never have two locks, because it could then get the wrong address. So the old locks are removed first, while
 * the entries still keep their addresses. Then the entries change. The caller takes the new locks. If it cannot, it calls
 * the returned function, which puts everything back.
 *
 * A kill must not leave an entry that no state and no lock knows. So if a claim leaves its address to a new claim, its entry
 * stays until the new lock exists. One PATCH then removes it and adds the new key.
 */
export async function move(request: ReconcileRequest, pool: IPPool, plan: PoolPlan): Promise<() => Promise<void>> {
  const { session, owner, former = owner } = request;
  const { moves, releasedFirst, handedOver } = plan;
  const arrivals = arrivalsIn(request, plan);
  await refuse(request, pool, plan);
  const leaving = new Map([...releasedFirst, ...moves.map(({ claim, from }) => [claim, from] as const)]);
  const goals = new Map(moves.map(({ claim, to }) => [claim, to]));
  const mayDrop = (lock: Lock) => (goals.has(lock.claimName ?? "") ? mayMoveLock(request, lock) : isOurs(former, lock));
  const torn = await makeWhole(request, pool, moves);
  const old = [...leaving.keys()]
    .flatMap((claim) => session.view.locksOf(claim))
    .filter((lock) => {
      const to = goals.get(lock.claimName ?? "");
      return mayDrop(lock) && !(to && sameAddress(lock.address, to));
    });
  const entered = request.entries ? leaving : takenOverEntries(request, old);
  const undo = () => undoMove(request, pool, [...moves, ...arrivals], { leaving, entered, old });
  const dropObjects = async () => {
    const alive = await releaseIfUnused(session, old, mayDrop);
    const faults = old
      .filter(({ claimName }) => alive.has(claimName ?? ""))
      .map(({ claimName = "", address, claimKind }) => usedBy(session, address, claimName, claimKind));
    if (faults.length > 0) throw new IpamError("inUse", sentences(faults));
  };
  const isOthers = ({ marks: { token } }: Lock) => token !== undefined && token !== former.token;
  const others = new Set([...torn, ...old.filter(isOthers)].map(({ claimName }) => claimName));
  const changeEntries = async () => {
    if (!request.entries) {
      await session.entries.apply([...entered].map(([claim, from]) => ({ claim, to: undefined, over: [from] })));
      return;
    }
    const released = [...releasedFirst].filter(([claim]) => !handedOver.has(claim));
    await moveEntries(session, moves, arrivals, released, others);
  };
  try {
    // State has the owner's own entries. In a folder, only the lock shows the entry of another resource.
    if (others.size > 0) await inSafeOrder(session, dropObjects, changeEntries);
    else {
      await dropObjects();
      await changeEntries();
    }
    if (request.entries) await refuseArrived(request, pool, moves);
    await inParallel(old, (lock) => dropLock(session, { ...lock, object: undefined }, () => mayDrop(lock)));
  } catch (error) {
    throw await undone(error, undo);
  }
  return undo;
}

/**
 * The old entries of reservations that an IPClaim takes over at another address. With such an entry, the claim would get the
 * old address.
 */
function takenOverEntries({ session, owner }: ReconcileRequest, old: readonly Lock[]): Map<string, Address> {
  const { view } = session;
  const isEntered = ({ claimName = "", address, marks }: Lock) => {
    const entry = view.entryOf(claimName);
    return marks.token !== owner.token && entry !== undefined && sameAddress(entry, address);
  };
  return new Map(old.filter(isEntered).map(({ claimName = "", address }) => [claimName, address]));
}

/** The locks and entries that a move removes and an undo puts back. */
interface Left {
  readonly leaving: ReadonlyMap<string, Address>;
  /** The part of `leaving` that has an entry. */
  readonly entered: ReadonlyMap<string, Address>;
  readonly old: readonly Lock[];
}

/**
 * A killed run may have taken over only one object of a lock, while the other still has its former owner's token. A move
 * drops only objects of one owner, so it takes over the other object first. Returns these locks as they were.
 */
async function makeWhole({ session, owner }: ReconcileRequest, pool: IPPool, moves: readonly Move[]): Promise<Lock[]> {
  const locks = moves.flatMap(({ claim }) => session.view.locksOf(claim));
  const isTorn = (lock: Lock) => new Set(objectsOf(lock).flatMap(({ marks }) => marks.token ?? [])).size > 1;
  const torn = locks.filter(isTorn);
  await inParallel(torn, ({ claimName = "", address }) => {
    return takeLock(session, pool, claimName, address, owner, { promised: false });
  });
  return torn;
}

type Arrival = Pick<Move, "claim" | "to">;

/**
 * Claims that get back an address that a killed run left with another key. State has them, so their keys are written at
 * once.
 */
function arrivalsIn(
  { session, held }: ReconcileRequest,
  { targets, moves, releasedFirst, handedOver }: PoolPlan,
): Arrival[] {
  const moved = new Set(moves.map(({ claim }) => claim));
  const left = [...releasedFirst].flatMap(([claim, address]) => (handedOver.has(claim) ? [] : [address]));
  return [...targets].flatMap(([claim, { address: to }]) => {
    const isMissing = held.has(claim) && !session.view.entryOf(claim) && !moved.has(claim);
    return to && isMissing && left.some((address) => sameAddress(address, to)) ? [{ claim, to }] : [];
  });
}

/** Whether the lock is the owner's own or a killed replacement's. */
function isOurs(owner: Owner, lock: Pick<Lock, "marks">): boolean {
  return isHeldBy(owner)(lock) || isReplacementOf(owner)(lock);
}

async function moveEntries(
  session: PoolSession,
  moves: readonly Move[],
  arrivals: readonly Arrival[],
  released: readonly (readonly [string, Address])[],
  others: ReadonlySet<string | undefined>,
): Promise<void> {
  const edits = [
    // No state has an entry that is written before its new owner's lock. A kill in between would leave it for ever.
    ...moves.map(({ claim, to }) => ({ claim, to: others.has(claim) ? undefined : to, over: "any" as const })),
    ...arrivals.map(({ claim, to }) => ({ claim, to, over: [] })),
    ...released.map(([claim, address]) => ({ claim, to: undefined, over: [address] })),
  ];
  const outcomes = await session.entries.apply(edits);
  const faults = outcomes.flatMap((outcome, index) => {
    const { claim, to } = edits[index]!;
    if (!to || outcome.kind === "written") return [];
    if (outcome.kind === "changed") return [wording.claimHasEntry(session.name, claim, outcome.live, to, true)];
    return [wording.held(session.name, to, `claim ${outcome.claim}`)];
  });
  if (faults.length > 0) throw new IpamError("held", sentences(faults));
}

/**
 * Throws if a claim that appeared before its entry was changed has got the old address, because the change is then too late.
 * This is not known before the controller has answered the claim.
 */
async function refuseArrived(
  { session, owner }: ReconcileRequest,
  pool: IPPool,
  moves: readonly Move[],
): Promise<void> {
  const claimKind = claimKindBy(owner);
  const arrived = await liveClaims(
    session,
    moves.map(({ claim }) => claim),
    claimKind,
  );
  const faults: string[] = [];
  await inParallel(
    moves.filter(({ claim }) => arrived.has(claim)),
    async ({ claim, from }) => {
      const isDone = (now: Stored | undefined) => !now || isDecided(now);
      const key = keyText({ namespace: pool.namespace, name: claim });
      if (session.store.apiServer) await session.untilClaim(claim, isDone, wording.waitsForAnswer(key), claimKind);
      const object = await freshObject(session, groupForClaims(claimKind), lockName(pool, from));
      if (object?.claimName === claim) faults.push(usedBy(session, from, claim, claimKind));
    },
  );
  if (faults.length > 0) throw new IpamError("inUse", sentences(faults));
}

/** Throws all faults of the move, before anything is written. */
async function refuse(
  { session, owner, former = owner }: ReconcileRequest,
  pool: IPPool,
  { moves, inUse, releasedFirst }: Pick<PoolPlan, "moves" | "inUse" | "releasedFirst">,
): Promise<void> {
  const { name } = session;
  const leaving = new Set([...releasedFirst.keys(), ...[...moves, ...inUse].map((one) => one.claim)]);
  const faults = inUse.map(({ claim, from, to }) => wording.addressInUse(name, claim, from, to, claimKindBy(owner)));
  await inParallel([...moves, ...inUse], async ({ to }) => {
    const there = await freshLock(session, lockName(pool, to));
    if (there && !(leaving.has(there.claimName ?? "") && mayTakeOver(there, owner))) {
      faults.push(wording.held(name, to, lockHolderText(there)));
    }
  });
  await inParallel([...releasedFirst], async ([claim, address]) => {
    const there = await freshLock(session, lockName(pool, address));
    const isSuccessors = there?.claimName === claim && there.marks.token && !isOurs(former, there);
    if (there && isSuccessors) faults.push(wording.held(name, address, lockHolderText(there)));
    const claimKind = claimKindBy(former);
    if (await isLive(session, claim, claimKind)) faults.push(usedBy(session, address, claim, claimKind));
  });
  if (faults.length > 0) throw new IpamError("inUse", sentences(faults));
}

function usedBy({ name }: PoolSession, address: Address, claim: string, claimKind: ClaimKind): string {
  return wording.stillUsed(name, address, claim, claimKind);
}

/**
 * Puts locks and entries back. If another owner has taken a claim over meanwhile, the claim gets the entry for that owner's
 * lock, and no second lock. Throws if another owner was faster. The error names the holders of what this resource has lost.
 */
async function undoMove(
  { session, owner, former = owner, entries }: ReconcileRequest,
  pool: IPPool,
  moves: readonly Arrival[],
  { leaving, entered, old }: Left,
): Promise<void> {
  const { name, view } = session;
  const faults: string[] = [];
  await session.refresh();
  const made = new Map(moves.map(({ claim, to }) => [claim, to]));
  const ownerOf = new Map(old.map((lock) => [lock.claimName ?? "", formerOwner(former, lock)]));
  const edits = [...leaving].map(([claim, address]) => {
    const by = ownerOf.get(claim) ?? former;
    const others = view.locksOf(claim).find((lock) => isAnothers(lock, by));
    if (others) faults.push(wording.held(name, others.address, lockHolderText(others)));
    return { claim, to: others?.address ?? address, over: [made.get(claim) ?? address], by, isOurs: !others };
  });
  const written = edits.filter(({ claim }) => entered.has(claim));
  const arrived = moves.filter(({ claim }) => !leaving.has(claim));
  const removals = arrived.map(({ claim, to }) => ({ claim, to: undefined, over: [to] }));
  const outcomes = await session.entries.applyEach([...written, ...(entries ? removals : [])]);
  const back = edits.filter((edit) => {
    const { claim, to } = edit;
    const outcome = entered.has(claim) ? outcomes[written.indexOf(edit)] : undefined;
    if (outcome?.kind === "held") faults.push(wording.held(name, to, `claim ${outcome.claim}`));
    if (outcome?.kind === "changed") faults.push(wording.claimHasEntry(name, claim, outcome.live, to, entries));
    return outcome === undefined || outcome.kind === "written";
  });
  const releasing = new Map(old.map(({ claimName = "", marks }) => [claimName, marks.releasing]));
  await inParallel(back, async ({ claim, to: address, by, isOurs }) => {
    if (!isOurs) return;
    const taken = await takeLock(session, pool, claim, address, by, {
      promised: true,
      releasing: releasing.get(claim),
    });
    if (taken.kind !== "taken") faults.push(wording.held(name, address, lockHolderText(taken.lock)));
  });
  if (faults.length > 0) throw new IpamError("held", sentences(faults));
}

/** The owner of a lock that a move has removed. Its successor may have no state yet that has the lock. */
function formerOwner(owner: Owner, { marks: { token, stack, resource, replaces }, claimKind }: Lock): Owner {
  if (token === undefined) return { ...owner, claimKind };
  return { ...owner, claimKind, token, stack: stack ?? owner.stack, resource, replaces };
}
