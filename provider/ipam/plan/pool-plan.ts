/** The plan of a whole request: `planClaim` for each claim, and the order of the steps. */
import { type Address, formatAddress } from "../../core/address";
import { isControllerMade, type Lock } from "../metal3/lock";
import { isOfStack, ownerText } from "../metal3/marks";
import { mayTakeOver, type Owner } from "../metal3/owner";
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
  /** All wanted claims, each with its new address, if that is decided. `reserve` handles all but refusals. */
  readonly targets: ReadonlyMap<string, Target>;
  /** Claims whose address changes. */
  readonly moves: readonly Move[];
  /** Claims in use whose address would change. */
  readonly inUse: readonly Move[];
  /**
   * Claims that this request gives up while another of its claims wants the address. They are released before anything is
   * acquired.
   */
  readonly releasedFirst: ReadonlyMap<string, Address>;
  /**
   * The claims of `releasedFirst` that state has and whose address goes to a claim without an address. Their keys stay until
   * the new locks exist.
   */
  readonly handedOver: ReadonlyMap<string, Address>;
  /** The other claims that this request gives up. They are marked after everything is acquired. */
  readonly releasedLast: ReadonlyMap<string, Address>;
}

/** Claims whose plan depends on whether they are alive. */
export function claimsToLookAt(request: ReconcileRequest): string[] {
  const goals = goalsOf(request);
  return [...request.wanted.keys()].filter((claim) => needsLiveness(factsOf(request, claim), goals));
}

/** `alive`: the claims of `claimsToLookAt` that are in use. */
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

/** Claims that the owner holds and no longer wants, and orphaned locks that a killed update left. */
export function leavingOf({ session, owner, held, wanted }: ReconcileRequest): Map<string, Address> {
  const known = new Set([...held.keys(), ...wanted.keys()]);
  const orphaned = orphanedLocks(session.view.locks.ofToken(owner.token), known);
  return new Map([...held, ...orphaned].filter(([claim]) => !wanted.has(claim)));
}

/**
 * `leavingOf`, and also locks of a killed replacement that state does not have, if they block this request. They do if the
 * program has gone back, or on to another claim. A claim that another resource of the program declares belongs to that
 * resource.
 */
export function leavingInUpdate(request: ReconcileRequest): Map<string, Address> {
  const { session, owner, former = owner, held, wanted } = request;
  const { view } = session;
  const goals = goalsOf(request);
  const leaving = leavingOf(request);
  for (const { claimName, address, marks } of view.locks.ofReplacementsOf(former.token)) {
    if (claimName === undefined || held.has(claimName) || wanted.has(claimName)) continue;
    const isInTheWay = goals.has(formatAddress(address)) && isOfStack(marks, owner);
    if (isInTheWay && !view.declarations.has(claimName)) leaving.set(claimName, address);
  }
  return leaving;
}

/**
 * Of an owner's locks, those for claims that it should not hold. It gave them up, or an update was killed between lock and
 * state.
 */
export function orphanedLocks(own: readonly Lock[], claims: ReadonlySet<string>): Map<string, Address> {
  const orphaned = new Map<string, Address>();
  for (const { claimName, address } of own) {
    if (claimName !== undefined && !claims.has(claimName)) orphaned.set(claimName, address);
  }
  return orphaned;
}

/** The facts about one claim now. `over`: facts that the caller knows better. */
export function factsOf(request: ReconcileRequest, claim: string, over: Partial<ClaimFacts> = {}): ClaimFacts {
  const { session, owner, held, promised = held, wanted, entries } = request;
  const locks = session.view.locksOf(claim);
  // If another resource has taken the claim over at another address, that is no drift and ends the promise.
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

/** `mayMove` for a known lock. */
export function mayMoveLock({ owner, held, entries }: ReconcileRequest, lock: Lock): boolean {
  return mayMove(recordedLock(lock, owner), { held: held.get(lock.claimName ?? ""), keepsEntry: entries });
}
