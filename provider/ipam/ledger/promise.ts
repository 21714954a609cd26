/** Which address a claim is promised, before anything is written: what a preview shows. */
import { type Address, formatAddress, sameAddress } from "../../core/address";
import type { FreeSpace } from "../../core/free-space";
import type { Placement } from "../../core/placement";
import type { RangeSet } from "../../core/range-set";
import { wording } from "../wording";
import { type Declarer, declarerText } from "./hand";
import { type Holding, holdingText } from "./holdings";
import type { Ledger } from "./ledger";
import type { Lock } from "./lock";
import { isOfStack, ownerText } from "./marks";
import { propose } from "./proposal";

export interface Ask {
  readonly claim: string;
  readonly by: Declarer;
  /** What the program asks for. */
  readonly pin: Address | undefined;
  /** What state promised to the same claim of the same pool. */
  readonly promised: Address | undefined;
  /** Whether an entry goes with the lock, and can be adopted: not for an IPClaim, which obeys entries of others. */
  readonly entries: boolean;
  /** For a pin that somebody else holds. */
  readonly fallback: "error" | "next";
  /** undefined: order would decide, so the choice is left to create. */
  readonly place: ((free: FreeSpace) => Placement) | undefined;
}

export interface Answer {
  /** undefined: not known before create. */
  readonly address: Address | undefined;
  readonly faults: readonly string[];
}

/** pin ?? what state or the store promises ?? a proposal; and everything that forbids it. */
export function promiseAddress(ledger: Ledger, ask: Ask): Answer {
  const barred = declarationFaults(ledger, ask);
  const wanted = keptFallback(ledger, ask) ?? ask.pin ?? remembered(ledger, ask);
  const offered = ledger.offered?.pool;
  if (barred.length > 0 || !offered) return { address: wanted, faults: barred };
  if (!wanted) return proposeOne(ledger, ask);
  if (!offered.addresses.contains(wanted)) {
    return { address: wanted, faults: [wording.outOfRange(ledger.name, wanted, offered)] };
  }
  const other = ledger.othersAt(wanted, ask.claim)[0];
  if (other && ask.pin && ask.fallback === "next") return proposeOne(ledger, ask);
  if (other) return { address: wanted, faults: [heldFault(ledger, ask, wanted, other)] };
  ledger.promise(ask.claim, wanted, ask.by, ask.promised === undefined ? "found" : "stated");
  return { address: wanted, faults: [] };
}

/** One claim, one resource: in this program, and among all that share the pool. */
export function declarationFaults(
  ledger: Ledger,
  { claim, by, promised, pin, entries }: Pick<Ask, "claim" | "by" | "promised" | "pin" | "entries">,
): string[] {
  const faults: string[] = [];
  const self = declarerText(by);
  const twice = ledger.declare(claim, self);
  if (twice !== undefined) faults.push(wording.declaredTwice(ledger.name, claim, self, twice));
  const foreign = ledger.locksOf(claim).find((lock) => !isOurs(lock, by, promised));
  if (foreign)
    faults.push(wording.claimHeld(ledger.name, claim, foreign.address, ownerText(foreign.marks, by), entries));
  // What is reserved already goes before: the controller points an IPAddressClaim that comes later at it.
  const isNew = promised === undefined && ledger.locksOf(claim).length === 0;
  const namesake = isNew && ledger.holdingsOf(claim).find((holding) => holding.by === "capi");
  if (namesake) faults.push(wording.claimOfBothGroups(ledger.name, claim, namesake.address));
  const entry = ledger.entryOf(claim);
  // What state or a killed run holds is moved together with its entry; an IPClaim has none to move.
  const isOwnEntry = by.adopt || ledger.locksOf(claim).length > 0 || (entries && promised !== undefined);
  if (pin && entry && !sameAddress(pin, entry) && !isOwnEntry)
    faults.push(wording.claimHasEntry(ledger.name, claim, entry, pin, entries));
  return faults;
}

/**
 * A lock of our claim is ours if it was made by this stack, or if state promises the claim (the stack may have been
 * renamed, or the host is in its next life and the controller made the lock), or if the program says to adopt it.
 */
function isOurs(lock: Lock, by: Ask["by"], promised: Address | undefined): boolean {
  return promised !== undefined || by.adopt || isOfStack(lock.marks, by);
}

/** What a claim got whose pin is still held by another: it is not moved to a third address at each update. */
function keptFallback(ledger: Ledger, ask: Ask): Address | undefined {
  const { pin, fallback, claim } = ask;
  if (!pin || fallback !== "next" || ledger.othersAt(pin, claim).length === 0) return undefined;
  const kept = remembered(ledger, ask);
  return kept && ledger.othersAt(kept, claim).length === 0 ? kept : undefined;
}

/** State's promise, unless create won another address instead of it; without state, what a killed run left behind. */
function remembered(ledger: Ledger, { claim, promised }: Ask): Address | undefined {
  if (promised) return wonInstead(ledger, claim, promised) ?? promised;
  return ledger.locksOf(claim)[0]?.address ?? ledger.promiseOf(claim) ?? ledger.entryOf(claim);
}

/** The address that create won where the promise was lost to somebody else; from then on that is the promise. */
export function wonInstead(ledger: Ledger, claim: string, promised: Address): Address | undefined {
  return ledger.locksOf(claim).find((lock) => lock.marks.proposed === formatAddress(promised))?.address;
}

function proposeOne(ledger: Ledger, { claim, by, place }: Ask): Answer {
  if (!place) return { address: undefined, faults: [] };
  const placed = propose(ledger, by, {
    claims: [claim],
    place: (free) => {
      const one = place(free);
      return one.kind === "placed" ? { kind: "placed", addresses: [one.address] } : one;
    },
  });
  if (!placed) return { address: undefined, faults: [] };
  if (placed.kind === "exhausted") {
    return { address: undefined, faults: [wording.exhausted(ledger.name, placed.used, placed.total, 1)] };
  }
  return { address: placed.addresses[0], faults: [] };
}

export function heldFault(ledger: Ledger, { by }: Pick<Ask, "by">, address: Address, other: Holding): string {
  const isSibling = other.by === "lock" && other.claim !== undefined && isOfStack(other.lock.marks, by);
  if (isSibling || other.by === "plan") {
    const resource = other.by === "plan" ? other.resource : (other.lock.marks.resource ?? "unknown");
    return wording.heldInThisProgram(ledger.name, address, other.claim ?? "", resource);
  }
  return wording.held(ledger.name, address, holdingText(other));
}

/** Who holds an address that a pool will no longer offer; each address once. */
export function strandedHolders(ledger: Ledger, lost: RangeSet): Holding[] {
  const seen = new Set<string>();
  return ledger.holders().filter(({ by, address }) => {
    const isNews = !seen.has(formatAddress(address));
    if (by === "plan" || by === "name" || !lost.contains(address) || !isNews) return false;
    seen.add(formatAddress(address));
    return true;
  });
}
