/** One claim's try for one address: a lock, a fault, or the try to make next. */
import type { IPPool } from "../../api/ip-pool";
import { type Address, formatAddress, sameAddress } from "../../core/address";
import { IpamError } from "../errors";
import type { Ipam } from "../ipam";
import { mayTakeOver } from "../ledger/hand";
import { holderText, type Lock } from "../ledger/lock";
import { ownerText } from "../ledger/marks";
import { proposeNext } from "../ledger/proposal";
import { wording } from "../wording";
import type { Settlement, Wanted } from "./settlement";
import { type Taken, takeLock } from "./take";
import { hasLiveClaim } from "./vacate";

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

export async function attemptLock(
  ipam: Ipam,
  settlement: Settlement,
  pool: IPPool,
  attempt: Attempt,
): Promise<AttemptOutcome> {
  const { ledger, hand, held } = settlement;
  const { claim, wanted } = attempt;
  const promised = held.has(claim);
  const foreign = ledger.locksOf(claim).find((lock) => !mayTakeOver(lock, hand));
  if (foreign && !(promised && foreign.marks.token === undefined)) return fault(claimHeld(settlement, foreign));
  const address = wanted.address ?? (await choose(ipam, settlement, attempt));
  if ("kind" in address) return address;
  if (!pool.pool.addresses.contains(address)) {
    return fault(new IpamError("outOfRange", wording.outOfRange(ledger.name, address, pool.pool)));
  }
  // Never two locks for one claim: the controller would point the host at the wrong one.
  const isElsewhere = ledger.locksOf(claim).some((lock) => !sameAddress(lock.address, address));
  if (promised && isElsewhere && settlement.entries && (await hasLiveClaim(ipam, ledger, claim))) {
    return { kind: "won", won: { ...attempt, address, taken: undefined } };
  }
  const first = attempt.proposed;
  const proposed = first && !sameAddress(first, address) ? formatAddress(first) : undefined;
  const taken = await takeLock(ipam, ledger, pool, claim, address, hand, { promised, proposed });
  if (taken.kind === "taken") return { kind: "won", won: { ...attempt, address, taken } };
  if (taken.kind === "held" && taken.lock.claimName === claim && taken.lock.poolName === pool.name) {
    return fault(claimHeld(settlement, taken.lock));
  }
  if (!wanted.firm && !promised) return { kind: "lost", next: lost(attempt) };
  const { lock } = taken;
  return fault(
    taken.kind === "held"
      ? new IpamError("held", wording.held(ledger.name, address, holderText(lock)))
      : new IpamError("held", wording.sharedName(ledger.name, lock.name, address, lock.address)),
  );
}

/** The try after a lost one: whatever is free by then. */
export function lost(attempt: Attempt): Attempt {
  return { ...attempt, wanted: { ...attempt.wanted, address: undefined } };
}

/** The next proposal, promised at once so that no sibling of this process is given the same. */
async function choose(
  ipam: Ipam,
  { ledger, hand }: Settlement,
  { claim, wanted }: Attempt,
): Promise<Address | AttemptOutcome> {
  for (const isFresh of [false, true]) {
    // A list may be old: before it is said that there is no room, it is read again.
    if (isFresh) await ipam.refresh(ledger);
    const placed = proposeNext(ledger, hand, claim, wanted.place);
    if (!placed) return fault(new IpamError("poolMissing", wording.poolMissing(ledger.name, 0)));
    if (placed.kind === "placed") {
      ledger.promise(claim, placed.address, hand, "found");
      return placed.address;
    }
    if (isFresh) return { kind: "full", used: placed.used, total: placed.total };
  }
  throw new Error("cannot happen: the second round returns");
}

function fault(error: IpamError): AttemptOutcome {
  return { kind: "fault", error };
}

function claimHeld({ ledger, hand, entries }: Settlement, lock: Lock): IpamError {
  const claim = lock.claimName ?? lock.name;
  return new IpamError(
    "held",
    wording.claimHeld(ledger.name, claim, lock.address, ownerText(lock.marks, hand), entries),
  );
}
