/** Warnings: they do not forbid an update, but should be known before it. */
import { type Address, sameAddress } from "../../core/address";
import type { Pool } from "../../core/pool";
import { walkOf } from "../../core/walk";
import { wording } from "../wording";
import type { PoolView } from "./pool-view";

/** A pool that nobody has declared so far, a pause, little room, and an address that Metal3 would count far to. */
export function poolWarnings(view: PoolView, addresses: Iterable<Address>): string[] {
  const pool = view.offered?.pool;
  if (!pool) return view.declarations.isPoolDeclared ? [] : [wording.poolUnseen(view.words, view.name)];
  return [
    ...misspeltWarnings(view),
    ...(view.pausedBy === undefined ? [] : [wording.pausedNow(view.pausedBy)]),
    ...(isNearlyFull(view, pool) ? [wording.nearlyFull(view.name, pool.capacity)] : []),
    ...farOut(view, pool, addresses),
  ];
}

/** Entries in a text that reserves nothing. One that a resource of a program has made is told as its drift. */
export function misspeltEntries(view: PoolView): Map<string, string> {
  const isMade = (claim: string) => view.locksOf(claim).some(({ marks }) => marks.token !== undefined);
  return new Map([...(view.pool?.misspelt ?? [])].filter(([claim]) => !isMade(claim) && !view.declarations.has(claim)));
}

function misspeltWarnings(view: PoolView): string[] {
  const texts = [...misspeltEntries(view)].map(([claim, text]) => `${text} to ${claim}`);
  return texts.length === 0 ? [] : [wording.misspelt(view.name, texts)];
}

/** Below this, a pool that is full is meant to be: two virtual IPs, say. */
const SMALL_POOL = 10n;

/** More than 90 % taken or promised. */
function isNearlyFull(view: PoolView, { capacity }: Pool): boolean {
  const used = view.free()?.used ?? 0n;
  return capacity >= SMALL_POOL && used * 10n > capacity * 9n;
}

/** At 0.25 µs a step, 2.5 s for each look of the controller at such a claim. */
const FAR_STEPS = 10_000_000n;

function farOut(view: PoolView, pool: Pool, addresses: Iterable<Address>): string[] {
  if (pool.capacity <= FAR_STEPS) return [];
  for (const address of addresses) {
    const steps = walkOf(pool).positionOf(address) ?? 0n;
    if (steps > FAR_STEPS) return [wording.farOut(view.name, address, steps)];
  }
  return [];
}

/** Claims of live hosts that use another address than they are promised: claim → promise. */
export function liveWarnings(view: PoolView, promises: Iterable<readonly [string, Address]>): string[] {
  return [...promises].flatMap(([claim, promised]) =>
    view
      .locksOf(claim)
      .filter((lock) => view.liveness.isInUse(lock) && !sameAddress(lock.address, promised))
      .map((lock) => wording.liveElsewhere(view.name, claim, lock.address, promised)),
  );
}
