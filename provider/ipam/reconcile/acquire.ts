/** One claim's try for one address. The result is a lock, a fault, or the next try. */
import type { IPPool } from "../../api/metal3/ip-pool";
import { type Address, formatAddress, sameAddress } from "../../core/address";
import { IpamError, type IpamErrorKind } from "../errors";
import { isLive } from "../metal3/live-claims";
import { type Lock, lockHolderText } from "../metal3/lock";
import { ownerText } from "../metal3/marks";
import { claimKindBy, type Owner } from "../metal3/owner";
import { type Taken, takeLock } from "../metal3/take-lock";
import { barrierOf, type ClaimAction, needsLiveness, planClaim, type RecordedLock } from "../plan/claim-plan";
import { factsOf } from "../plan/pool-plan";
import { proposeNext } from "../plan/proposal";
import type { ReconcileRequest, Target } from "../plan/request";
import { wording } from "../wording";

export interface Attempt {
  readonly claim: string;
  readonly wanted: Target;
  /** The address that the preview had shown, while another one is tried. */
  readonly proposed: Address | undefined;
}

export interface Won extends Attempt {
  readonly address: Address;
  /** Undefined if a live host uses another address. Then only the entry is corrected, for the host's next life. */
  readonly taken: Taken | undefined;
}

export type AttemptOutcome =
  | { readonly kind: "won"; readonly won: Won }
  | { readonly kind: "lost"; readonly next: Attempt }
  | { readonly kind: "full"; readonly used: bigint; readonly total: bigint }
  | { readonly kind: "fault"; readonly error: IpamError };

export async function acquire(request: ReconcileRequest, pool: IPPool, attempt: Attempt): Promise<AttemptOutcome> {
  const { session, owner, held } = request;
  const { name } = session;
  const { claim, wanted } = attempt;
  const barrier = barrierOf(factsOf(request, claim, { wanted }));
  if (barrier) return claimHeldFault(request, claim, barrier);
  const address = wanted.address ?? (await choose(request, attempt));
  if ("kind" in address) return address;
  if (!pool.pool.addresses.contains(address)) {
    return fault("outOfRange", wording.outOfRange(name, address, pool.pool));
  }
  // A claim must never have two locks, because the controller could point the host at the wrong one.
  const action = await planAfterMoves(request, claim, address);
  if (action.kind === "repair") return { kind: "won", won: { ...attempt, address, taken: undefined } };
  if (action.kind === "refuse" && action.because === "held") return claimHeldFault(request, claim, action.lock);
  // The lock at another address appeared after the plan, because another update has reserved the claim.
  if (action.kind === "move") {
    const elsewhere = session.view.locksOf(claim).find((lock) => !sameAddress(lock.address, address));
    if (elsewhere) return claimHeldFault(request, claim, recordedHolder(elsewhere, owner));
  }
  if (action.kind === "refuse")
    return fault("inUse", wording.addressInUse(name, claim, action.from, address, claimKindBy(owner)));
  const promised = held.has(claim);
  const first = attempt.proposed;
  const proposed = first && !sameAddress(first, address) ? formatAddress(first) : undefined;
  const staysReleasing = !request.entries;
  const taken = await takeLock(session, pool, claim, address, owner, { promised, proposed, staysReleasing });
  if (taken.kind === "taken") return { kind: "won", won: { ...attempt, address, taken } };
  const { lock } = taken;
  if (taken.kind === "held" && lock.claimName === claim && lock.poolName === pool.name) {
    return claimHeldFault(request, claim, recordedHolder(lock, owner));
  }
  if (!wanted.firm && !promised) return { kind: "lost", next: nextAttempt(attempt) };
  return taken.kind === "held"
    ? fault("held", wording.held(name, address, lockHolderText(lock)))
    : fault("held", wording.sharedName(name, lock.name, address, lock.address));
}

/**
 * The plan for the claim after the moves. By now the owner holds this address. A lock at another address has appeared
 * meanwhile.
 */
async function planAfterMoves(request: ReconcileRequest, claim: string, address: Address): Promise<ClaimAction> {
  const held = request.held.has(claim) ? address : undefined;
  const facts = factsOf(request, claim, { wanted: { address, firm: true }, held, promised: held });
  const isAlive = needsLiveness(facts, NO_GOALS) && (await isLive(request.session, claim, claimKindBy(request.owner)));
  return planClaim({ ...facts, isAlive }, NO_GOALS);
}

const NO_GOALS: ReadonlySet<string> = new Set();

/** The try after a lost one, for any address that is free then. */
export function nextAttempt(attempt: Attempt): Attempt {
  return { ...attempt, wanted: { ...attempt.wanted, address: undefined } };
}

/** The next proposal. It is promised at once, so that no other claim of this process gets the same address. */
async function choose(
  { session, owner }: ReconcileRequest,
  { claim, wanted }: Attempt,
): Promise<Address | AttemptOutcome> {
  for (const isFresh of [false, true]) {
    // A list may be old, so it is read again before the pool is reported as full.
    if (isFresh) await session.refresh();
    const placed = proposeNext(session.view, owner, claim, wanted.origin);
    if (!placed) return fault("poolMissing", wording.poolMissing(session.environment.words, session.name, 0));
    if (placed.kind === "placed") {
      session.view.promise(claim, placed.addresses[0]!, owner, "found");
      return placed.addresses[0]!;
    }
    if (isFresh) return { kind: "full", used: placed.used, total: placed.total };
  }
  throw new Error("cannot happen: the second round returns");
}

function fault(kind: IpamErrorKind, text: string): AttemptOutcome {
  return { kind: "fault", error: new IpamError(kind, text) };
}

function recordedHolder({ address, marks }: Lock, owner: Owner): Pick<RecordedLock, "address" | "owner"> {
  return { address, owner: ownerText(marks, owner) };
}

function claimHeldFault(
  { session, entries }: ReconcileRequest,
  claim: string,
  { address, owner }: Pick<RecordedLock, "address" | "owner">,
): AttemptOutcome {
  return fault("held", wording.claimHeld(session.name, claim, address, owner, entries));
}
