/** Which address a claim is promised, before anything is written: what a preview shows. */
import { type Address, formatAddress, sameAddress } from "../../core/address";
import type { FreeSpace } from "../../core/free-space";
import type { Placement } from "../../core/placement";
import type { RangeSet } from "../../core/range-set";
import type { Lock } from "../metal3/lock";
import { isOfStack, ownerText } from "../metal3/marks";
import { type Declarer, declarerText } from "../metal3/owner";
import { type Holder, holderText } from "../pool/holders";
import type { PoolView } from "../pool/pool-view";
import { wording } from "../wording";
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
export function promiseAddress(view: PoolView, ask: Ask): Answer {
  const barred = declarationFaults(view, ask);
  const wanted = keptFallback(view, ask) ?? ask.pin ?? remembered(view, ask);
  const offered = view.offered?.pool;
  if (barred.length > 0 || !offered) return { address: wanted, faults: barred };
  if (!wanted) return proposeOne(view, ask);
  if (!offered.addresses.contains(wanted)) {
    return { address: wanted, faults: [wording.outOfRange(view.name, wanted, offered)] };
  }
  const other = view.othersAt(wanted, ask.claim)[0];
  if (other && ask.pin && ask.fallback === "next") return proposeOne(view, ask);
  if (other) return { address: wanted, faults: [heldFault(view, ask, wanted, other)] };
  view.promise(ask.claim, wanted, ask.by, ask.promised === undefined ? "found" : "stated");
  return { address: wanted, faults: [] };
}

/** One claim, one resource: in this program, and among all that share the pool. */
export function declarationFaults(
  view: PoolView,
  { claim, by, promised, pin, entries }: Pick<Ask, "claim" | "by" | "promised" | "pin" | "entries">,
): string[] {
  const faults: string[] = [];
  const self = declarerText(by);
  const twice = view.declare(claim, self);
  if (twice !== undefined) faults.push(wording.declaredTwice(view.name, claim, self, twice));
  const foreign = view.locksOf(claim).find((lock) => !mayKeepLock(lock, by, promised));
  if (foreign) faults.push(wording.claimHeld(view.name, claim, foreign.address, ownerText(foreign.marks, by), entries));
  // What is reserved already goes before: the controller points an IPAddressClaim that comes later at it.
  const isNew = promised === undefined && view.locksOf(claim).length === 0;
  const namesake = isNew && view.holdersOf(claim).find((holder) => holder.by === "capi");
  if (namesake) faults.push(wording.claimOfBothGroups(view.name, claim, namesake.address));
  const entry = view.entryOf(claim);
  // What state or a killed run holds is moved together with its entry; an IPClaim has none to move.
  const isOwnEntry = by.adopt || view.locksOf(claim).length > 0 || (entries && promised !== undefined);
  if (pin && entry && !sameAddress(pin, entry) && !isOwnEntry)
    faults.push(wording.claimHasEntry(view.name, claim, entry, pin, entries));
  return faults;
}

/**
 * A lock of our claim is ours if it was made by this stack, or if state promises the claim (the stack may have been
 * renamed, or the host is in its next life and the controller made the lock), or if the program says to adopt it.
 */
function mayKeepLock(lock: Lock, by: Ask["by"], promised: Address | undefined): boolean {
  return promised !== undefined || by.adopt || isOfStack(lock.marks, by);
}

/** What a claim got whose pin is still held by another: it is not moved to a third address at each update. */
function keptFallback(view: PoolView, ask: Ask): Address | undefined {
  const { pin, fallback, claim } = ask;
  if (!pin || fallback !== "next" || view.othersAt(pin, claim).length === 0) return undefined;
  const kept = remembered(view, ask);
  return kept && view.othersAt(kept, claim).length === 0 ? kept : undefined;
}

/** State's promise, unless create won another address instead of it; without state, what a killed run left behind. */
function remembered(view: PoolView, { claim, promised }: Ask): Address | undefined {
  if (promised) return wonInstead(view, claim, promised) ?? promised;
  return view.locksOf(claim)[0]?.address ?? view.promiseOf(claim) ?? view.entryOf(claim);
}

/** The address that create won where the promise was lost to somebody else; from then on that is the promise. */
export function wonInstead(view: PoolView, claim: string, promised: Address): Address | undefined {
  return view.locksOf(claim).find((lock) => lock.marks.proposed === formatAddress(promised))?.address;
}

function proposeOne(view: PoolView, { claim, by, place }: Ask): Answer {
  if (!place) return { address: undefined, faults: [] };
  const placed = propose(view, by, {
    claims: [claim],
    place: (free) => {
      const one = place(free);
      return one.kind === "placed" ? { kind: "placed", addresses: [one.address] } : one;
    },
  });
  if (!placed) return { address: undefined, faults: [] };
  if (placed.kind === "exhausted") {
    return { address: undefined, faults: [wording.exhausted(view.name, placed.used, placed.total, 1)] };
  }
  return { address: placed.addresses[0], faults: [] };
}

export function heldFault(view: PoolView, { by }: Pick<Ask, "by">, address: Address, other: Holder): string {
  const isSibling = other.by === "lock" && other.claim !== undefined && isOfStack(other.lock.marks, by);
  if (isSibling || other.by === "plan") {
    const resource = other.by === "plan" ? other.resource : (other.lock.marks.resource ?? "unknown");
    return wording.heldInThisProgram(view.words, view.name, address, other.claim ?? "", resource);
  }
  return wording.held(view.name, address, holderText(other));
}

/** Who holds an address that a pool will no longer offer; each address once. */
export function strandedHolders(view: PoolView, lost: RangeSet): Holder[] {
  const seen = new Set<string>();
  return view.holders().filter(({ by, address }) => {
    const isNews = !seen.has(formatAddress(address));
    if (by === "plan" || by === "name" || !lost.contains(address) || !isNews) return false;
    seen.add(formatAddress(address));
    return true;
  });
}
