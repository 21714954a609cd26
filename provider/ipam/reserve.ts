import type { IPPool } from "../api/ip-pool";
import { type Address, formatAddress, sameAddress } from "../core/address";
import type { EntryEdit } from "./entries";
import { IpamError, wording } from "./errors";
import { inParallel } from "./in-parallel";
import type { Ipam } from "./ipam";
import { holderText, type Lock } from "./lock";
import { ownerText } from "./marks";
import { release } from "./release";
import type { Settlement, Wanted } from "./settlement";
import { dropLock, mayTakeOver, takeLock } from "./take";

interface Attempt {
  readonly claim: string;
  readonly wanted: Wanted;
  /** What the preview had shown, while another address is being tried. */
  readonly proposed: Address | undefined;
}

interface Won extends Attempt {
  readonly lock: Lock;
  readonly isNew: boolean;
}

/**
 * Locks in parallel, then one PATCH of entries for all. Whoever loses an address that was only proposed goes on with
 * the next one; a pin that is lost is a fault. With a fault, what was newly taken here is given back, and one
 * IpamError names them all.
 */
export async function reserve(
  ipam: Ipam,
  settlement: Settlement,
  pool: IPPool,
  targets: ReadonlyMap<string, Wanted>,
): Promise<Map<string, Address>> {
  const faults: IpamError[] = [];
  const won: Won[] = [];
  let attempts: Attempt[] = [...targets].map(([claim, wanted]) => ({ claim, wanted, proposed: wanted.address }));
  while (attempts.length > 0) {
    const results = await inParallel(attempts, (attempt) => lockFor(ipam, settlement, pool, attempt));
    const locked = results.filter((result): result is Won => "lock" in result);
    faults.push(...results.filter((result) => result instanceof IpamError));
    const entered = settlement.entries ? await enter(ipam, settlement, locked) : { won: locked, lost: [], faults: [] };
    won.push(...entered.won);
    faults.push(...entered.faults);
    const again = results.filter((result): result is Attempt => !("lock" in result) && !(result instanceof IpamError));
    attempts = [...again, ...entered.lost];
  }
  if (faults.length === 0) return new Map(won.map(({ claim, lock }) => [claim, lock.address]));
  const news = won.filter((one) => one.isNew && !settlement.held.has(one.claim));
  await release(ipam, settlement, new Map(news.map(({ claim, lock }) => [claim, lock.address])));
  throw new IpamError(faults[0]!.kind, faults.map((fault) => fault.message).join("; "));
}

/** A lock, a fault, or the attempt to make next. */
async function lockFor(
  ipam: Ipam,
  settlement: Settlement,
  pool: IPPool,
  attempt: Attempt,
): Promise<Won | Attempt | IpamError> {
  const { ledger, hand, held } = settlement;
  const { claim, wanted } = attempt;
  const promised = held.has(claim);
  const foreign = ledger.locksOf(claim).find((lock) => !mayTakeOver(lock, hand) && !(promised && isUnmarked(lock)));
  if (foreign) return claimHeld(settlement, foreign);
  const address = wanted.address ?? (await choose(ipam, settlement, attempt));
  if (address instanceof IpamError) return address;
  if (!pool.pool.addresses.contains(address)) {
    return new IpamError("outOfRange", wording.outOfRange(ledger.name, address, pool.pool));
  }
  const first = attempt.proposed;
  const proposed = first && !sameAddress(first, address) ? formatAddress(first) : undefined;
  const taken = await takeLock(ipam, ledger, pool, claim, address, hand, { promised, proposed });
  if (taken.kind === "taken") return { ...attempt, lock: taken.lock, isNew: taken.isNew };
  if (taken.lock.claimName === claim) return claimHeld(settlement, taken.lock);
  if (wanted.firm || promised) {
    return new IpamError("held", wording.held(ledger.name, address, holderText(taken.lock)));
  }
  return { ...attempt, wanted: { ...wanted, address: undefined } };
}

/** The next proposal, promised at once so that no sibling of this process is given the same. */
async function choose(ipam: Ipam, settlement: Settlement, attempt: Attempt): Promise<Address | IpamError> {
  const { ledger, hand } = settlement;
  for (const isFresh of [false, true]) {
    // A list may be old: before it is said that a pool is full, it is read again.
    if (isFresh) await ipam.refresh(ledger);
    const free = ledger.free();
    const placed = free && attempt.wanted.place(free);
    if (placed?.kind === "placed") {
      ledger.promise(attempt.claim, placed.address, hand);
      return placed.address;
    }
    if (isFresh && placed) {
      return new IpamError("exhausted", wording.exhausted(ledger.name, placed.used, placed.total, 1));
    }
  }
  return new IpamError("poolMissing", wording.poolMissing(ledger.name, 0));
}

/** Entries for all that were locked. A lock whose entry cannot be is undone. */
async function enter(
  ipam: Ipam,
  settlement: Settlement,
  locked: readonly Won[],
): Promise<{ won: Won[]; lost: Attempt[]; faults: IpamError[] }> {
  const { ledger, hand, held } = settlement;
  const lost: Attempt[] = [];
  const faults: IpamError[] = [];
  let won = [...locked];
  for (;;) {
    const edits = won.map(({ claim, lock }): EntryEdit => {
      const isOurs = held.has(claim) || hand.adopt;
      return { claim, to: lock.address, over: isOurs ? "any" : [] };
    });
    const outcomes = await ipam.entries(ledger).apply(edits);
    const failed = won.filter((_, index) => outcomes[index]?.kind !== "written");
    if (failed.length === 0) return { won, lost, faults };
    for (const [index, one] of won.entries()) {
      const outcome = outcomes[index];
      if (!outcome || outcome.kind === "written") continue;
      if (one.isNew) await dropLock(ipam, ledger, one.lock, (now) => now.marks.token === hand.token);
      const { address } = one.lock;
      if (outcome.kind === "changed") {
        faults.push(new IpamError("held", wording.claimHasEntry(ledger.name, one.claim, outcome.live, address, true)));
      } else if (one.wanted.firm || held.has(one.claim)) {
        const holder = `claim ${outcome.claim} (its preAllocations entry)`;
        faults.push(new IpamError("held", wording.held(ledger.name, address, holder)));
      } else {
        lost.push({ ...one, wanted: { ...one.wanted, address: undefined } });
      }
    }
    won = won.filter((one) => !failed.includes(one));
  }
}

function isUnmarked(lock: Lock): boolean {
  return lock.marks.token === undefined;
}

function claimHeld({ ledger, entries }: Settlement, lock: Lock): IpamError {
  const claim = lock.claimName ?? lock.name;
  return new IpamError("held", wording.claimHeld(ledger.name, claim, lock.address, ownerText(lock.marks), entries));
}
