/** Which addresses the hosts of a set are promised: all are seen at once, so their order is the program's. */

import { pathText } from "../../api/fault";
import type { Address } from "../../core/address";
import { formatAddress } from "../../core/address";
import { type Placements, placeConsecutive } from "../../core/placement";
import { type Declarer, declarerText } from "../../ipam/metal3/owner";
import { declarationFaults, heldFault, wonInstead } from "../../ipam/plan/promise";
import { propose, type Question } from "../../ipam/plan/proposal";
import type { PoolView } from "../../ipam/pool/pool-view";
import { wording } from "../../ipam/wording";
import type { CheckFailure, Properties, ResourceOwner } from "../handler";

export interface Member {
  /** The key in `pins`, `addresses` and `allocations`. */
  readonly host: string;
  readonly claimName: string;
  /** Where the program says it: `hosts[3]`. */
  readonly path: string;
}

export interface SetArguments {
  readonly namespace: string;
  /** The pool's. */
  readonly name: string;
  readonly members: readonly Member[];
  /** host → address. */
  readonly pins: ReadonlyMap<string, Address>;
  readonly start: Address | undefined;
  readonly placement: "byName" | "lowest";
  readonly fallback: "error" | "next";
  readonly adopt: boolean;
  readonly isPartlyUnknown: boolean;
  /** Whether the host may be pinned elsewhere than it is. */
  readonly isPinUnknown: (host: string) => boolean;
  /** UNKNOWN for each host that has no row yet. */
  readonly unknownRows: (hosts: ReadonlySet<string>) => Properties;
}

export interface SetAnswer {
  /** claim → address; new hosts are absent where the list is not known whole, or the pool is not. */
  readonly addresses: ReadonlyMap<string, Address>;
  readonly failures: readonly CheckFailure[];
}

type Promises = ReadonlyMap<string, { readonly address: Address }>;

/** A host whose address is known before anything is proposed. */
interface Known {
  readonly member: Member;
  readonly address: Address;
  readonly isPin: boolean;
}

/**
 * Hosts with an address keep it, pins first; the others get consecutive free ones, in the order of the list. `leaving`: what
 * the set gives back in the same commit, for when nothing else is left.
 */
export function promiseSet(
  view: PoolView,
  owner: ResourceOwner,
  set: SetArguments,
  promised: Promises,
  leaving: readonly Address[],
): SetAnswer {
  const barred = set.members.flatMap((member) => declared(view, owner, set, member, promised));
  const known = set.members.flatMap((member) => knownAddress(view, set, member, promised) ?? []);
  const { kept, failures } = keepKnown(view, owner, set, promised, known);
  const addresses = new Map(kept.map(({ member, address }) => [member.claimName, address]));
  const homeless = set.members.filter(({ claimName }) => !addresses.has(claimName));
  for (const { member, address } of kept) {
    view.promise(member.claimName, address, owner, promised.has(member.claimName) ? "stated" : "found");
  }
  const faults = [...barred, ...failures];
  if (faults.length > 0 || set.isPartlyUnknown || homeless.length === 0) return { addresses, failures: faults };
  const placed = place(view, declarerOf(owner, set), set, homeless, leaving);
  if (!placed) return { addresses, failures: [] };
  if (placed.kind === "exhausted") {
    const reason = wording.exhausted(view.name, placed.used, placed.total, homeless.length);
    return { addresses, failures: [{ property: "", reason }] };
  }
  for (const [index, { claimName }] of homeless.entries()) addresses.set(claimName, placed.addresses[index]!);
  return { addresses, failures: [] };
}

function declarerOf(owner: ResourceOwner, { adopt }: SetArguments): Declarer {
  return { ...owner, kind: "PreAllocationSet", adopt };
}

function declared(
  view: PoolView,
  owner: ResourceOwner,
  set: SetArguments,
  { claimName: claim, host, path }: Member,
  promised: Promises,
): CheckFailure[] {
  const by = declarerOf(owner, set);
  const ask = { claim, by, promised: promised.get(claim)?.address, pin: set.pins.get(host), entries: true };
  return declarationFaults(view, ask).map((reason) => ({ property: path, reason }));
}

/** pin ?? what state promises ?? what a killed run left behind, or an entry made by hand. */
function knownAddress(view: PoolView, set: SetArguments, member: Member, promised: Promises): Known | undefined {
  const { claimName: claim, host } = member;
  const pin = set.pins.get(host);
  const old = promised.get(claim)?.address;
  const found = view.locksOf(claim)[0]?.address ?? view.entryOf(claim) ?? view.promiseOf(claim);
  const before = old ? (wonInstead(view, claim, old) ?? old) : found;
  const isFallback = pin && set.fallback === "next" && view.othersAt(pin, claim).length > 0;
  // A pin that is still held by another does not move its host to a third address at each update.
  const address = isFallback ? before : (pin ?? before);
  return address && { member, address, isPin: pin !== undefined && !isFallback };
}

/** Those that can keep what they have. What cannot be is a failure, but for a pin that may fall back to the next. */
function keepKnown(
  view: PoolView,
  owner: ResourceOwner,
  set: SetArguments,
  promised: Promises,
  known: readonly Known[],
): { kept: Known[]; failures: CheckFailure[] } {
  const by = declarerOf(owner, set);
  // What the set holds already can go from one of its hosts to another, for it does both in one commit.
  const self = declarerText(by);
  const isOwn = (claim: string | undefined) => {
    const declarer = claim === undefined ? "" : view.declaredBy(claim);
    // One that another resource of this program declares has gone there with its address.
    return claim !== undefined && (declarer === self || (declarer === undefined && promised.has(claim)));
  };
  const offered = view.offered?.pool;
  const givenTo = new Map<string, string>();
  const kept: Known[] = [];
  const failures: CheckFailure[] = [];
  for (const one of [...known].sort((a, b) => Number(b.isPin) - Number(a.isPin))) {
    const { member, address, isPin } = one;
    const others = view.othersAt(address, member.claimName);
    const other = others.find(({ claim }) => !isOwn(claim));
    const sibling = givenTo.get(formatAddress(address));
    if (isPin && set.fallback === "next" && (other || sibling !== undefined)) continue;
    const property = isPin ? pathText(["pins", member.host]) : member.path;
    const refuse = (reason: string) => failures.push({ property, reason });
    if (sibling !== undefined) refuse(wording.pinnedAway(view.name, address, member.host, sibling));
    else if (offered && !offered.addresses.contains(address)) refuse(wording.outOfRange(view.name, address, offered));
    else if (other) refuse(heldFault(view, { by }, address, other));
    else kept.push(one);
    givenTo.set(formatAddress(address), member.host);
  }
  return { kept, failures };
}

/** Claims that a set holds and does not name any more, with what they leave to it: nothing where somebody else is there too. */
export function leavingOf(view: PoolView, set: SetArguments, promised: Promises): Map<string, Address> {
  const staying = new Set(set.members.map(({ claimName }) => claimName));
  const gone = [...promised].filter(([claim, { address }]) => {
    const isGoing = !staying.has(claim) && view.declaredBy(claim) === undefined;
    return isGoing && view.othersAt(address, claim).length === 0;
  });
  return new Map(gone.map(([claim, { address }]) => [claim, address]));
}

function place(
  view: PoolView,
  by: Declarer,
  set: SetArguments,
  homeless: readonly Member[],
  leaving: readonly Address[],
): Placements | undefined {
  const origin = set.start
    ? { start: set.start }
    : set.placement === "lowest"
      ? "lowest"
      : { name: by.resource ?? homeless[0]?.claimName ?? "" };
  const question: Question = {
    claims: homeless.map(({ claimName }) => claimName),
    place: (free, count) => placeConsecutive(free, count, origin),
  };
  const placed = propose(view, by, question);
  if (placed?.kind !== "exhausted" || leaving.length === 0) return placed;
  const free = view.free();
  for (const address of leaving) free?.give(address);
  const again = propose(view, by, question);
  for (const address of leaving) free?.take(address);
  return again;
}
