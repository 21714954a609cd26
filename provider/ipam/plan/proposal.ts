/**
 * Proposes addresses for claims that have none. A claim gets the address that a preview has shown for it, if that is still
 * free. Otherwise it gets a placement that avoids the addresses shown to other claims, unless there is no room left without
 * them.
 */
import { createHash } from "node:crypto";
import { type Address, formatAddress } from "../../core/address";
import { FreeSpace } from "../../core/free-space";
import { type Placements, placeConsecutive, type SetOrigin } from "../../core/placement";
import type { Pool } from "../../core/pool";
import { walkOf } from "../../core/walk";
import { isOfStack } from "../metal3/marks";
import type { Declarer } from "../metal3/owner";
import { addressKey, holderText } from "../pool/holders";
import type { PoolView } from "../pool/pool-view";
import type { Remembered } from "../pool/preview-memory";

export interface Question {
  readonly claims: readonly string[];
  readonly origin: SetOrigin;
}

const NOTHING: Placements = { kind: "placed", addresses: [] };

/** Proposes and promises addresses in the order of the claims. Undefined if the pool is not known. */
export function propose(view: PoolView, by: Declarer, question: Question): Placements | undefined {
  const free = view.free();
  const pool = view.offered?.pool;
  if (!free || !pool) return undefined;
  const { claims, origin } = question;
  const alone = placeConsecutive(emptySpace(pool), claims.length, origin);
  const asked = digest(claims, alone);
  const shown = shownBefore(view, by, claims, asked);
  const kept = stillFree(free, shown);
  const stay = kept.filter((address) => address !== undefined);
  const missing = claims.length - stay.length;
  const others = shownToOthers(view, by, claims);
  const placed = missing > 0 ? placeBeside(free, stay, others, missing, origin) : NOTHING;
  if (placed.kind === "exhausted") return placed;
  const next = placed.addresses.values();
  const addresses = claims.map((_, index) => kept[index] ?? (next.next().value as Address));
  for (const [index, claim] of claims.entries()) {
    view.promise(claim, addresses[index]!, by, { asked });
    if (shown && !kept[index]) noteLoss(view, by, claim, shown[index]!);
  }
  if (!shown && alone.kind === "placed") noteRivals(view, pool, claims, alone.addresses, addresses);
  return { kind: "placed", addresses };
}

/** A digest of the question and of its answer in an empty pool, which is the same on every machine. */
function digest(claims: readonly string[], alone: Placements): string {
  const answer = alone.kind === "placed" ? alone.addresses.map(formatAddress) : alone.kind;
  return createHash("sha256")
    .update(JSON.stringify([claims, answer]))
    .digest("hex")
    .slice(0, 8);
}

/**
 * The shown addresses of all claims. Undefined if the set or the pool has changed since, because nothing was shown for this
 * question.
 */
function shownBefore(
  view: PoolView,
  { stack }: Declarer,
  claims: readonly string[],
  asked: string,
): Remembered[] | undefined {
  const own = claims.flatMap((claim) => {
    const one = view.shown.to(stack).get(claim);
    return one && (one.isOwn || one.asked === asked) ? [one] : [];
  });
  return own.length === claims.length ? own : undefined;
}

/** The shown addresses that are still free. Two previews may have shown one address to two claims, one after the other. */
function stillFree(free: FreeSpace, shown: readonly Remembered[] = []): (Address | undefined)[] {
  const seen = new Set<string>();
  return shown.map(({ address }) => {
    const key = addressKey(address);
    if (!free.isFree(address) || seen.has(key)) return undefined;
    seen.add(key);
    return address;
  });
}

/**
 * The next address for a claim that has lost its own. Addresses that were shown to other claims stay theirs while others are
 * free.
 */
export function proposeNext(
  view: PoolView,
  by: Pick<Declarer, "stack">,
  claim: string,
  origin: SetOrigin,
): Placements | undefined {
  const free = view.free();
  return free && placeBeside(free, [], shownToOthers(view, by, [claim]), 1, origin);
}

function shownToOthers(view: PoolView, { stack }: Pick<Declarer, "stack">, claims: readonly string[]): Address[] {
  return [...view.shown.to(stack)].flatMap(([claim, { address }]) => (claims.includes(claim) ? [] : [address]));
}

function placeBeside(
  free: FreeSpace,
  stay: readonly Address[],
  others: readonly Address[],
  count: number,
  origin: SetOrigin,
): Placements {
  const without = (addresses: readonly Address[]): Placements => {
    const taken = new Map(addresses.filter((one) => free.isFree(one)).map((one) => [addressKey(one), one]));
    for (const address of taken.values()) free.take(address);
    const placed = placeConsecutive(free, count, origin);
    for (const address of taken.values()) free.give(address);
    return placed;
  };
  const beside = without([...stay, ...others]);
  return beside.kind === "exhausted" && others.length > 0 ? without(stay) : beside;
}

function noteLoss(view: PoolView, by: Declarer, claim: string, { address: shown, isOwn }: Remembered): void {
  const [holder] = view.othersAt(shown, claim);
  if (!holder) return; // the pool does not offer it any more
  const [lock] = holder.claim === undefined ? [] : view.locksOf(holder.claim);
  const isOurs = lock !== undefined && isOfStack(lock.marks, by);
  const isSibling = holder.by === "plan" || isOurs || view.declarations.has(holder.claim ?? "");
  view.shown.deviations.set(claim, {
    kind: isSibling ? "outrun" : "taken",
    shown,
    holder: holderText(view.name, holder),
    isOwn,
  });
}

/**
 * Notes the other new claims in the searched part of the pool, for claims that no preview has shown. The claim that asks
 * first gets the first address. So the text names all claims that may change places.
 *
 *     alone          f-----l
 *     placed             x x   f--l
 *     looked at      ^------------^
 */
function noteRivals(
  view: PoolView,
  pool: Pool,
  claims: readonly string[],
  alone: readonly Address[],
  placed: readonly Address[],
): void {
  if (placed.every((address, index) => addressKey(address) === addressKey(alone[index]!))) return;
  const walk = walkOf(pool);
  const [first, last] = [alone[0]!, placed.at(-1)!].map((address) => walk.positionOf(address)!) as [bigint, bigint];
  const isBetween = (at: bigint) => (first <= last ? first <= at && at <= last : first <= at || at <= last);
  const rivals = view.holders().flatMap((one) => {
    const isOther = one.by === "plan" && one.isProposed && !claims.includes(one.claim);
    return isOther && isBetween(walk.positionOf(one.address) ?? -1n) ? [holderText(view.name, one)] : [];
  });
  if (rivals.length === 0) return;
  for (const claim of claims) view.shown.deviations.set(claim, { kind: "unsettled", rivals });
}

const empty = new WeakMap<Pool, FreeSpace>();

function emptySpace(pool: Pool): FreeSpace {
  const known = empty.get(pool) ?? new FreeSpace(pool, []);
  empty.set(pool, known);
  return known;
}
