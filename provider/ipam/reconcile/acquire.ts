/** One claim's try for one address: a lock, a fault, or the try to make next. */
import type { IPPool } from "../../api/metal3/ip-pool";
import { type Address, formatAddress, sameAddress } from "../../core/address";
import { IpamError } from "../errors";
import type { Ipam } from "../ipam";
import { type Lock, lockHolderText } from "../metal3/lock";
import { ownerText } from "../metal3/marks";
import { mayTakeOver } from "../metal3/owner";
import { hasLiveClaim } from "../metal3/release-unused";
import { type Taken, takeLock } from "../metal3/take-lock";
import { proposeNext } from "../plan/proposal";
import { wording } from "../wording";
import type { ReconcileRequest, Wanted } from "./request";

export interface Attempt {
  readonly claim: string;
  readonly wanted: Wanted;
  /** What the preview had shown, while another address is being tried. */
  readonly proposed: Address | undefined;
}

export interface Won extends Attempt {
  readonly address: Address;
  /** undefined: a live host uses another address, so that only the entry is put right, for its next life. */
  readonly taken: Taken | undefined;
}

export type AttemptOutcome =
  | { readonly kind: "won"; readonly won: Won }
  | { readonly kind: "lost"; readonly next: Attempt }
  | { readonly kind: "full"; readonly used: bigint; readonly total: bigint }
  | { readonly kind: "fault"; readonly error: IpamError };

export async function acquire(
  ipam: Ipam,
  settlement: ReconcileRequest,
  pool: IPPool,
  attempt: Attempt,
): Promise<AttemptOutcome> {
  const { view, owner, held } = settlement;
  const { claim, wanted } = attempt;
  const promised = held.has(claim);
  const foreign = view.locksOf(claim).find((lock) => !mayTakeOver(lock, owner));
  if (foreign && !(promised && foreign.marks.token === undefined)) return fault(claimHeld(settlement, foreign));
  const address = wanted.address ?? (await choose(ipam, settlement, attempt));
  if ("kind" in address) return address;
  if (!pool.pool.addresses.contains(address)) {
    return fault(new IpamError("outOfRange", wording.outOfRange(view.name, address, pool.pool)));
  }
  // Never two locks for one claim: the controller would point the host at the wrong one.
  const isElsewhere = view.locksOf(claim).some((lock) => !sameAddress(lock.address, address));
  if (promised && isElsewhere && settlement.entries && (await hasLiveClaim(ipam, view, claim))) {
    return { kind: "won", won: { ...attempt, address, taken: undefined } };
  }
  const first = attempt.proposed;
  const proposed = first && !sameAddress(first, address) ? formatAddress(first) : undefined;
  const taken = await takeLock(ipam, view, pool, claim, address, owner, { promised, proposed });
  if (taken.kind === "taken") return { kind: "won", won: { ...attempt, address, taken } };
  if (taken.kind === "held" && taken.lock.claimName === claim && taken.lock.poolName === pool.name) {
    return fault(claimHeld(settlement, taken.lock));
  }
  if (!wanted.firm && !promised) return { kind: "lost", next: lost(attempt) };
  const { lock } = taken;
  return fault(
    taken.kind === "held"
      ? new IpamError("held", wording.held(view.name, address, lockHolderText(lock)))
      : new IpamError("held", wording.sharedName(view.name, lock.name, address, lock.address)),
  );
}

/** The try after a lost one: whatever is free by then. */
export function lost(attempt: Attempt): Attempt {
  return { ...attempt, wanted: { ...attempt.wanted, address: undefined } };
}

/** The next proposal, promised at once so that no sibling of this process is given the same. */
async function choose(
  ipam: Ipam,
  { view, owner }: ReconcileRequest,
  { claim, wanted }: Attempt,
): Promise<Address | AttemptOutcome> {
  for (const isFresh of [false, true]) {
    // A list may be old: before it is said that there is no room, it is read again.
    if (isFresh) await ipam.refresh(view);
    const placed = proposeNext(view, owner, claim, wanted.place);
    if (!placed) return fault(new IpamError("poolMissing", wording.poolMissing(view.words, view.name, 0)));
    if (placed.kind === "placed") {
      view.promise(claim, placed.address, owner, "found");
      return placed.address;
    }
    if (isFresh) return { kind: "full", used: placed.used, total: placed.total };
  }
  throw new Error("cannot happen: the second round returns");
}

function fault(error: IpamError): AttemptOutcome {
  return { kind: "fault", error };
}

function claimHeld({ view, owner, entries }: ReconcileRequest, lock: Lock): IpamError {
  const claim = lock.claimName ?? lock.name;
  return new IpamError(
    "held",
    wording.claimHeld(view.name, claim, lock.address, ownerText(lock.marks, owner), entries),
  );
}
