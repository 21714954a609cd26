/**
 * The address of each claim of a resource, before anything is written. A preview shows it. This code serves one claim or a
 * thousand.
 */
import type { ClaimKind } from "../../api/claim";
import { hostOfClaim } from "../../api/metal3/host-claim";
import { type Address, formatAddress, sameAddress } from "../../core/address";
import type { Placements, SetOrigin } from "../../core/placement";
import { type Pool, roleOf, whyNotOffered } from "../../core/pool";
import type { Lock } from "../metal3/lock";
import { isOfStack } from "../metal3/marks";
import { claimKindBy, type Declarer, isSameDeclarer } from "../metal3/owner";
import { type Holder, holderText } from "../pool/holders";
import type { PoolView } from "../pool/pool-view";
import { wording } from "../wording";
import { declareClaim } from "./declared-claims";
import { propose } from "./proposal";

export interface AskedClaim {
  readonly claim: string;
  /** The host or the claim, as the program names it, for messages. */
  readonly host: string;
  /** The address that the program asks for. */
  readonly pin: Address | undefined;
}

export interface AddressQuestion {
  readonly by: Declarer;
  /** In the order of the program, so that new claims get consecutive addresses. */
  readonly claims: readonly AskedClaim[];
  /** The addresses that state promised to this resource in this pool. Claims that are no longer asked for are included. */
  readonly promised: ReadonlyMap<string, Address>;
  /**
   * Whether each lock has an entry, which can also be adopted. False for an IPClaim, which follows the entries of other
   * resources.
   */
  readonly entries: boolean;
  /** The reaction to a pin that another holder has. */
  readonly fallback: "error" | "next";
  /**
   * The start of the search for addresses of new claims. Undefined if no address is chosen before create, because the order
   * of creates decides.
   */
  readonly origin: SetOrigin | undefined;
  /** Addresses that the resource releases in the same update. They are used if no other address is left. */
  readonly leaving?: readonly Address[];
}

export interface ClaimFault {
  /** Undefined if the fault is about all claims. */
  readonly claim: string | undefined;
  /** Whether the pin is the cause. */
  readonly isPin: boolean;
  readonly reason: string;
}

export interface AddressAnswer {
  /** claim → address. Absent if it is not known before create. */
  readonly addresses: ReadonlyMap<string, Address>;
  readonly faults: readonly ClaimFault[];
}

/** A claim whose address is known before anything is proposed. */
interface Known extends AskedClaim {
  readonly address: Address;
  readonly isPin: boolean;
}

/** Claims with an address keep it, pins first. The other claims get free addresses, in the order of the list. */
export function planAddresses(view: PoolView, question: AddressQuestion): AddressAnswer {
  const barred = question.claims.flatMap((asked) => barriers(view, question, asked));
  const { kept, faults } = keepKnown(view, question);
  const addresses = new Map(kept.map(({ claim, address }) => [claim, address]));
  for (const { claim, address } of kept) {
    // A claim that another resource declares keeps that resource's promise.
    if (barred.some((fault) => fault.claim === claim)) continue;
    view.promise(claim, address, question.by, question.promised.has(claim) ? "stated" : "found");
  }
  const all = [...barred, ...faults];
  const homeless = question.claims.filter(({ claim }) => !addresses.has(claim)).map(({ claim }) => claim);
  const { origin } = question;
  if (all.length > 0 || !origin || homeless.length === 0) return { addresses, faults: all };
  const placed = place(view, question, origin, homeless);
  if (!placed) return { addresses, faults: [] };
  if (placed.kind === "exhausted") {
    const reason = wording.exhausted(view.name, placed.used, placed.total, homeless.length);
    return { addresses, faults: [{ claim: undefined, isPin: false, reason }] };
  }
  for (const [index, claim] of homeless.entries()) addresses.set(claim, placed.addresses[index]!);
  return { addresses, faults: [] };
}

function barriers(
  view: PoolView,
  { by, promised, entries }: AddressQuestion,
  { claim, pin }: AskedClaim,
): ClaimFault[] {
  const faults = declareClaim(view, { claim, by, promised: promised.get(claim), pin, entries });
  return faults.map((reason) => ({ claim, isPin: false, reason }));
}

/**
 * The claims that can keep their address. The others get a fault, except for a pin that may fall back to another address. A
 * pin that another claim still holds does not move its claim to a third address at each update.
 */
function keepKnown(view: PoolView, question: AddressQuestion): { kept: Known[]; faults: ClaimFault[] } {
  const { by, fallback } = question;
  const isOwn = ownClaims(view, question);
  const othersAt = (address: Address, claim: string) =>
    view.othersAt(address, claim).filter((other) => !isOwn(other.claim) && !isLeftOver(view, question, other));
  const offered = view.offered?.pool;
  const givenTo = new Map<string, string>();
  const kept: Known[] = [];
  const faults: ClaimFault[] = [];
  const known = question.claims.flatMap((asked) => knownAddress(view, question, asked) ?? []);
  for (const one of known.sort((a, b) => Number(b.isPin) - Number(a.isPin))) {
    const { claim, host, address, isPin } = one;
    const [other] = othersAt(address, claim);
    const text = formatAddress(address);
    const sibling = givenTo.get(text);
    const isOutOfRange = offered !== undefined && !offered.addresses.contains(address);
    const isTaken = other !== undefined || sibling !== undefined;
    if (isPin && fallback === "next" && isTaken && !isOutOfRange) continue;
    const refuse = (reason: string) => faults.push({ claim, isPin, reason });
    if (isOutOfRange) refuse(outOfRange(view, address, offered));
    else if (sibling !== undefined) refuse(wording.pinnedAway(view.name, address, host, sibling));
    else if (other) refuse(heldFault(view, by, address, other));
    else kept.push(one);
    givenTo.set(text, host);
  }
  return { kept, faults };
}

/**
 * The fault of an address that the pool does not offer. If `excludeReserved` is the reason, the message gives the address's
 * role.
 */
function outOfRange(view: PoolView, address: Address, offered: Pool): string {
  const { excludeReserved, allowReserved } = view.offered ?? {};
  const role = excludeReserved && !allowReserved ? roleOf(offered.spec, address) : undefined;
  if (role) return wording.pinReserved(view.name, address, role);
  const why = whyNotOffered(offered, address, { excludes: view.excludes, allowReserved });
  return wording.outOfRange(view.name, address, offered, why);
}

/**
 * Recognises the claims whose addresses this resource already holds. An address can move from one of its claims to another,
 * because one commit does both. If another resource of the program declares the claim, the claim and its address belong to
 * that resource.
 */
function ownClaims(view: PoolView, { by, claims, promised }: AddressQuestion): (claim: string | undefined) => boolean {
  const asked = new Set(claims.map(({ claim }) => claim));
  return (claim) => {
    if (claim === undefined) return false;
    const declarer = view.declarations.declarerOf(claim);
    return declarer ? asked.has(claim) && isSameDeclarer(declarer, by) : promised.has(claim);
  };
}

/**
 * True for a holder that a killed run left. The run was moving this resource's address to another claim, and state does not
 * have the change. The update checks the tokens, and refuses if another resource has the claim after all.
 */
function isLeftOver(view: PoolView, { by, promised }: AddressQuestion, { claim, address }: Holder): boolean {
  if (claim === undefined || by.resource === undefined) return false;
  if (view.declarations.has(claim) || view.liveness.has(claim)) return false;
  const isPromised = [...promised.values()].some((one) => sameAddress(one, address));
  const isOwn = ({ marks }: Lock) => isOfStack(marks, by) && marks.resource === by.resource;
  const isLeft = (lock: Lock) => isOwn(lock) && (isPromised || lock.marks.replaces !== undefined);
  const locks = view.locksOf(claim);
  return locks.length > 0 && locks.every((lock) => isLeft(lock) && sameAddress(lock.address, address));
}

/** The pin, or else the address that state promises, or else the recorded address. */
function knownAddress(view: PoolView, question: AddressQuestion, asked: AskedClaim): Known | undefined {
  const { claim, pin } = asked;
  const before = remembered(view, claim, question.promised.get(claim));
  const isFallback = pin && question.fallback === "next" && view.othersAt(pin, claim).length > 0;
  // State may contain only the pin, if create was to choose another address.
  const kept = before && pin && sameAddress(before, pin) ? undefined : before;
  const address = isFallback ? kept : (pin ?? before);
  return address && { ...asked, address, isPin: pin !== undefined && !isFallback };
}

/** State's promise, unless create got another address instead. Without state, the recorded or requested address. */
function remembered(view: PoolView, claim: string, promised: Address | undefined): Address | undefined {
  if (promised) return wonInstead(view, claim, promised) ?? promised;
  const recorded = view.locksOf(claim)[0]?.address ?? view.promiseOf(claim) ?? view.entryOf(claim);
  return recorded ?? requested(view, claim);
}

/** The address that an IPClaim of that name asks for, if it can have it. */
function requested(view: PoolView, claim: string): Address | undefined {
  const address = view.requestOf(claim);
  const isOffered = address && view.offered?.pool.addresses.contains(address);
  return isOffered && view.othersAt(address, claim).length === 0 ? address : undefined;
}

/** The address that create got because another holder had the promised one. From then on it is the promise. */
export function wonInstead(view: PoolView, claim: string, promised: Address): Address | undefined {
  return view.locksOf(claim).find((lock) => lock.marks.proposed === formatAddress(promised))?.address;
}

function place(
  view: PoolView,
  { by, leaving = [] }: AddressQuestion,
  origin: SetOrigin,
  claims: readonly string[],
): Placements | undefined {
  const question = { claims, origin };
  const placed = propose(view, by, question);
  if (placed?.kind !== "exhausted" || leaving.length === 0) return placed;
  const free = view.free();
  for (const address of leaving) free?.give(address);
  const again = propose(view, by, question);
  for (const address of leaving) free?.take(address);
  return again;
}

/**
 * Claims that the resource releases because its program no longer asks for them. An address counts only if it has no other
 * holder.
 */
export function leavingClaims(view: PoolView, { claims, promised }: AddressQuestion): Map<string, Address> {
  const staying = new Set(claims.map(({ claim }) => claim));
  const gone = [...promised].filter(([claim, address]) => {
    const isGoing = !staying.has(claim) && !view.declarations.has(claim);
    return isGoing && view.othersAt(address, claim).length === 0;
  });
  return new Map(gone);
}

/** The kind of a claim of the question. A claim that leaves may be of another kind than the others. */
export function kindOfClaim(view: PoolView, { by, claims }: AddressQuestion, name: string): ClaimKind {
  const isAsked = claims.some(({ claim }) => claim === name);
  return (isAsked ? undefined : view.locksOf(name)[0]?.claimKind) ?? claimKindBy(by);
}

export function heldFault(view: PoolView, by: Declarer, address: Address, other: Holder): string {
  if (other.by === "lock" && other.claim !== undefined && isLeftToHost(view, by, other.claim, other.lock))
    return wording.stillUsed(view.name, address, other.claim, other.lock.claimKind);
  const isSibling =
    other.by === "lock" && other.claim !== undefined && isOfStack(other.lock.marks, by) && !other.lock.marks.releasing;
  if (isSibling || other.by === "plan") {
    const resource = other.by === "plan" ? other.resource : (other.lock.marks.resource ?? "unknown");
    const claim = other.claim ?? "";
    const areHosts = by.kind !== "IPClaim" && hostOfClaim(claim, view.name.name) !== undefined;
    return wording.heldInThisProgram(view.words, view.name, address, { claim, resource, areHosts });
  }
  return wording.held(view.name, address, holderText(view.name, other));
}

/** True if a live host holds the lock, and no resource of this program and no other stack does. */
function isLeftToHost(view: PoolView, by: Declarer, claim: string, { marks }: Lock): boolean {
  const isAnothers = marks.token !== undefined && !isOfStack(marks, by);
  return view.liveness.has(claim) && !view.declarations.has(claim) && !isAnothers;
}

/** True if the claim would move from one address to another. */
export function isMoved(view: PoolView, claim: string, from: Address | undefined, to: Address | undefined): boolean {
  return from !== undefined && to !== undefined && !sameAddress(from, to) && !view.lockAt(claim, to);
}
