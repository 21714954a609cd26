/** The second half of a reservation: the entry that outlives the lock, or for an IPClaim the look whether one forbids it. */
import { sameAddress } from "../../core/address";
import { IpamError } from "../errors";
import type { Ipam } from "../ipam";
import type { EntryOutcome } from "../metal3/entries";
import { wording } from "../wording";
import { type Attempt, lost, type Won } from "./acquire";
import type { ReconcileRequest } from "./request";

export interface WrittenEntries {
  /** Their reservation is whole. */
  readonly won: readonly Won[];
  /** Claims whose key was not there before: what an undo may remove. */
  readonly newKeys: readonly string[];
  /** Lost the entry; `next` is undefined where that is a fault. The lock is to be given back. */
  readonly lost: readonly { readonly won: Won; readonly next: Attempt | undefined; readonly error: IpamError }[];
}

/** Entries for all that were locked, in one PATCH; those that cannot be are lost, and the others written. */
export async function writeEntries(
  ipam: Ipam,
  settlement: ReconcileRequest,
  locked: readonly Won[],
): Promise<WrittenEntries> {
  const outcomes = settlement.entries ? await write(ipam, settlement, locked) : await look(ipam, settlement, locked);
  const entered: { won: Won[]; newKeys: string[]; lost: WrittenEntries["lost"][number][] } = {
    won: [],
    newKeys: [],
    lost: [],
  };
  for (const [index, one] of locked.entries()) {
    const outcome = outcomes[index]!;
    if (outcome.kind !== "written") {
      entered.lost.push(lostTo(outcome, one, settlement));
      continue;
    }
    entered.won.push(one);
    if (outcome.isNew) entered.newKeys.push(one.claim);
  }
  return entered;
}

function write(ipam: Ipam, { view, owner, held }: ReconcileRequest, won: readonly Won[]): Promise<EntryOutcome[]> {
  return ipam.entries(view).applyEach(
    won.map(({ claim, address, taken }) => {
      // With a lock that was ours before this call comes its entry, whatever somebody has made of it.
      const isOurs = held.has(claim) || owner.adopt || taken?.wasOurs === true;
      return { claim, to: address, over: isOurs ? ("any" as const) : [] };
    }),
  );
}

/** The pool as it stands after the locks were made: nobody else's entry may carry the address. */
async function look(ipam: Ipam, { view }: ReconcileRequest, won: readonly Won[]): Promise<EntryOutcome[]> {
  const pool = await ipam.writablePool(view);
  return won.map(({ claim, address }): EntryOutcome => {
    const own = pool.preAllocations.get(claim);
    if (own && !sameAddress(own, address)) return { kind: "changed", live: own };
    const [other] = [...pool.preAllocations].find(([key, taken]) => key !== claim && sameAddress(taken, address)) ?? [];
    return other === undefined ? { kind: "written", isNew: false } : { kind: "held", claim: other };
  });
}

function lostTo(
  outcome: Exclude<EntryOutcome, { kind: "written" }>,
  won: Won,
  { view, held, entries }: ReconcileRequest,
): WrittenEntries["lost"][number] {
  const { claim, address, wanted } = won;
  if (outcome.kind === "changed") {
    const text = wording.claimHasEntry(view.name, claim, outcome.live, address, entries);
    return { won, next: undefined, error: new IpamError("held", text) };
  }
  const holder = `claim ${outcome.claim} (its preAllocations entry)`;
  const isFirm = wanted.firm || held.has(claim);
  const error = new IpamError("held", wording.held(view.name, address, holder));
  return { won, next: isFirm ? undefined : lost(won), error };
}
