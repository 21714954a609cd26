/** The plan of a whole request: `planClaim` for each claim, and the order in which it has to be carried out. */
import { type Address, formatAddress } from "../../core/address";
import { isControllerMade, type Lock } from "../metal3/lock";
import { isOfStack, ownerText } from "../metal3/marks";
import { isReplacementOf, mayTakeOver, type Owner } from "../metal3/owner";
import {
  type ClaimAction,
  type ClaimFacts,
  mayMove,
  needsLiveness,
  planClaim,
  type RecordedLock,
  targetOf,
} from "./claim-plan";
import type { Move, ReconcileRequest, Target } from "./request";

export interface PoolPlan {
  /** All wanted claims, each with the address that it is to have, if one is decided. All but refusals go through `reserve`. */
  readonly targets: ReadonlyMap<string, Target>;
  /** Claims whose address changes. */
  readonly moves: readonly Move[];
  /** Claims whose address would change, and that are in use. */
  readonly inUse: readonly Move[];
  /** Given up by this request, and wanted by another of its claims: released before anything is acquired. */
  readonly releasedFirst: ReadonlyMap<string, Address>;
  /**
   * The part of them that state knows, and that goes to claims which have no address yet. Their keys stay until the new locks
   * are there.
   */
  readonly handedOver: ReadonlyMap<string, Address>;
  /** Given up by this request: released when all is acquired. */
  readonly releasedLast: ReadonlyMap<string, Address>;
}

/** Claims whose liveness decides what is planned for them. */
export function claimsToLookAt(request: ReconcileRequest): string[] {
  const goals = goalsOf(request);
  return [...request.wanted.keys()].filter((claim) => needsLiveness(factsOf(request, claim), goals));
}

/** `alive`: those of `claimsToLookAt` that are in use. */
export function planPool(request: ReconcileRequest, alive: ReadonlySet<string>): PoolPlan {
  const goals = goalsOf(request);
  const targets = new Map<string, Target>();
  const moves: Move[] = [];
  const inUse: Move[] = [];
  for (const [claim, one] of request.wanted) {
    const facts = factsOf(request, claim, { isAlive: alive.has(claim) });
    const action = planClaim(facts, goals);
    targets.set(claim, { ...one, address: targetOf(facts), entry: facts.entry });
    if (action.kind === "move") moves.push({ claim, from: action.from, to: action.to });
    if (isRefusedInUse(action)) inUse.push({ claim, from: action.from, to: action.to });
  }
  const leaving = [...leavingInUpdate(request)];
  const isNeeded = ([, address]: readonly [string, Address]) => goals.has(formatAddress(address));
  const moved = new Set(moves.map(({ to }) => formatAddress(to)));
  const releasedFirst = leaving.filter(isNeeded);
  return {
    targets,
    moves,
    inUse,
    releasedFirst: new Map(releasedFirst),
    handedOver: new Map(
      releasedFirst.filter(([claim, address]) => request.held.has(claim) && !moved.has(formatAddress(address))),
    ),
    releasedLast: new Map(leaving.filter((one) => !isNeeded(one))),
  };
}

/** Claims that the owner holds and does not want any more, and locks that a killed update has left and state does not know. */
export function leavingOf({ session, owner, held, wanted }: ReconcileRequest): Map<string, Address> {
  const known = new Set([...held.keys(), ...wanted.keys()]);
  const orphaned = orphanedLocks(session.view.locks(), owner.token, known);
  return new Map([...held, ...orphaned].filter(([claim]) => !wanted.has(claim)));
}

/**
 * Beside them, locks of a replacement that was killed before state knew of it, where they are in this request's way: the
 * program has gone back, or on to another claim. What another resource of the program declares is that one's.
 */
export function leavingInUpdate(request: ReconcileRequest): Map<string, Address> {
  const { session, owner, former = owner, held, wanted } = request;
  const { view } = session;
  const isReplacement = isReplacementOf(former);
  const goals = goalsOf(request);
  const leaving = leavingOf(request);
  for (const lock of view.locks()) {
    const { claimName, address } = lock;
    if (claimName === undefined || held.has(claimName) || wanted.has(claimName)) continue;
    const isInTheWay = goals.has(formatAddress(address)) && isReplacement(lock) && isOfStack(lock.marks, owner);
    if (isInTheWay && !view.declarations.has(claimName)) leaving.set(claimName, address);
  }
  return leaving;
}

/** Locks with this token for claims that it should not hold: given up, or an update was killed between lock and state. */
export function orphanedLocks(
  locks: readonly Lock[],
  token: string,
  claims: ReadonlySet<string>,
): Map<string, Address> {
  const orphaned = new Map<string, Address>();
  for (const { claimName, address, marks } of locks) {
    if (claimName !== undefined && marks.token === token && !claims.has(claimName)) orphaned.set(claimName, address);
  }
  return orphaned;
}

/** The facts about one claim now. `over`: what the caller knows better. */
export function factsOf(request: ReconcileRequest, claim: string, over: Partial<ClaimFacts> = {}): ClaimFacts {
  const { session, owner, held, promised = held, wanted, entries } = request;
  const locks = session.view.locksOf(claim);
  // Another resource has taken the claim over, at its own address: that is no drift, and ends the promise.
  const isOthers = ({ marks: { token } }: Lock) => token !== undefined && token !== owner.token;
  return {
    locks: locks.map((lock) => recordedLock(lock, owner)),
    entry: session.view.entryOf(claim),
    held: held.get(claim),
    promised: locks.some(isOthers) ? undefined : promised.get(claim),
    wanted: wanted.get(claim),
    keepsEntry: entries,
    isAlive: false,
    ...over,
  };
}

function recordedLock(lock: Lock, owner: Owner): RecordedLock {
  const { address, marks } = lock;
  const isOwn = marks.token === owner.token || isOfStack(marks, owner);
  const text = ownerText(marks, owner);
  if (mayTakeOver(lock, owner)) return { address, ownership: "own", isAdopted: !isOwn, owner: text };
  const unmarked = isControllerMade(lock) ? "controllers" : "unmarked";
  return { address, ownership: marks.token === undefined ? unmarked : "anothers", isAdopted: false, owner: text };
}

function goalsOf(request: ReconcileRequest): Set<string> {
  const targets = [...request.wanted.keys()].map((claim) => targetOf(factsOf(request, claim)));
  return new Set(targets.flatMap((address) => (address ? [formatAddress(address)] : [])));
}

function isRefusedInUse(action: ClaimAction): action is Extract<ClaimAction, { because: "inUse" }> {
  return action.kind === "refuse" && action.because === "inUse";
}

/** `mayMove` for a lock as it is known. */
export function mayMoveLock({ owner, held, entries }: ReconcileRequest, lock: Lock): boolean {
  return mayMove(recordedLock(lock, owner), { held: held.get(lock.claimName ?? ""), keepsEntry: entries });
}
