/**
 * The entry: the second record of a reservation, which stays longer than the lock. An IPClaim has no entry, and no other
 * entry may have its address.
 */
import { type Address, sameAddress } from "../../core/address";
import { IpamError } from "../errors";
import type { EntryOutcome } from "../metal3/entry-draft";
import type { Marks } from "../metal3/marks";
import type { Owner } from "../metal3/owner";
import { giveBack } from "../metal3/release-unused";
import type { ReconcileRequest } from "../plan/request";
import { wording } from "../wording";
import { type Attempt, nextAttempt, type Won } from "./acquire";

export interface WrittenEntries {
  /** Claims whose reservation is complete. */
  readonly won: readonly Won[];
  /** Claims whose key did not exist before, so that an undo may remove it. */
  readonly newKeys: readonly string[];
  /** Claims that lost the entry, so their lock has to be given back. `next` is undefined if that is a fault. */
  readonly lost: readonly { readonly won: Won; readonly next: Attempt | undefined; readonly error: IpamError }[];
}

/**
 * Writes the entries of all locked claims, in one PATCH. Claims whose entry cannot be written are lost. `handedOver`: keys
 * whose addresses these claims get. The same PATCH removes them.
 */
export async function writeEntries(
  request: ReconcileRequest,
  locked: readonly Won[],
  handedOver: ReadonlyMap<string, Address>,
): Promise<WrittenEntries> {
  const outcomes = request.entries ? await write(request, locked, handedOver) : await lookForEntries(request, locked);
  const written: { won: Won[]; newKeys: string[]; lost: WrittenEntries["lost"][number][] } = {
    won: [],
    newKeys: [],
    lost: [],
  };
  for (const [index, one] of locked.entries()) {
    const outcome = outcomes[index]!;
    if (outcome.kind !== "written") {
      written.lost.push(lostTo(outcome, one, request));
      continue;
    }
    written.won.push(one);
    if (outcome.isNew) written.newKeys.push(one.claim);
  }
  return written;
}

function write(
  { session, owner, held }: ReconcileRequest,
  won: readonly Won[],
  handedOver: ReadonlyMap<string, Address>,
): Promise<EntryOutcome[]> {
  if (won.length === 0) return Promise.resolve([]);
  const leaving = [...handedOver].map(([claim, address]) => ({ claim, to: undefined, over: [address] }));
  return session.entries.applyEach([
    ...won.map(({ claim, address, taken, wanted: { entry } }) => {
      // If the lock was ours before, the entry is ours too, whatever its value.
      const isOurs = held.has(claim) || taken?.wasOurs === true;
      // Only the entry that the plan has seen may be adopted. Another owner may have reserved the claim since.
      const adopted = owner.adopt && entry ? [entry] : [];
      return { claim, to: address, over: isOurs ? ("any" as const) : adopted };
    }),
    ...leaving,
  ]);
}

/** Reads the pool after the locks are taken. No entry of another claim may have the address. */
async function lookForEntries({ session, owner }: ReconcileRequest, won: readonly Won[]): Promise<EntryOutcome[]> {
  const pool = await session.writablePool();
  return won.map(({ claim, address, taken }): EntryOutcome => {
    const own = pool.preAllocations.get(claim);
    const isInherited = taken?.objects.some(({ former }) => former && isOthers(former, owner));
    if (taken && isInherited)
      session.givenUp.inherited.set(claim, { address, entry: own, giveBack: () => giveBack(session, taken) });
    if (own && !isInherited && !sameAddress(own, address)) return { kind: "changed", live: own };
    const [other] = [...pool.preAllocations].find(([key, taken]) => key !== claim && sameAddress(taken, address)) ?? [];
    return other === undefined ? { kind: "written", isNew: false } : { kind: "held", claim: other };
  });
}

/** Whether the lock came from another owner, or from a run of this owner that was killed before the entry was removed. */
function isOthers({ token, releasing }: Marks, owner: Owner): boolean {
  return releasing !== undefined || (token !== undefined && token !== owner.token);
}

function lostTo(
  outcome: Exclude<EntryOutcome, { kind: "written" }>,
  won: Won,
  { session, held, entries }: ReconcileRequest,
): WrittenEntries["lost"][number] {
  const { claim, address, wanted } = won;
  if (outcome.kind === "changed") {
    const text = wording.claimHasEntry(session.name, claim, outcome.live, address, entries);
    return { won, next: undefined, error: new IpamError("held", text) };
  }
  const holder = `claim ${outcome.claim} (its preAllocations entry)`;
  const isFirm = wanted.firm || held.has(claim);
  const error = new IpamError("held", wording.held(session.name, address, holder));
  return { won, next: isFirm ? undefined : nextAttempt(won), error };
}
