/** Warnings do not stop an update, but the user should know them before it. */
import { type Address, sameAddress } from "../../core/address";
import type { Pool } from "../../core/pool";
import { walkOf } from "../../core/walk";
import { wording } from "../wording";
import type { PoolView } from "./pool-view";

/**
 * Warns of a pool that neither exists nor is declared so far, misspelt entries, a pause, a nearly full pool, and an address
 * that takes Metal3 long to reach.
 */
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

/**
 * Entries with a spelling that reserves nothing. If a program declares or has made the claim, its drift reports it instead.
 */
export function misspeltEntries(view: PoolView): Map<string, string> {
  const isMade = (claim: string) => view.locksOf(claim).some(({ marks }) => marks.token !== undefined);
  return new Map([...(view.pool?.misspelt ?? [])].filter(([claim]) => !isMade(claim) && !view.declarations.has(claim)));
}

function misspeltWarnings(view: PoolView): string[] {
  const texts = [...misspeltEntries(view)].map(([claim, text]) => `${text} to ${claim}`);
  return texts.length === 0 ? [] : [wording.misspelt(view.name, texts)];
}

/** A smaller pool is often full on purpose, for example with two virtual IPs. */
const SMALL_POOL = 10n;

/** More than 90 % taken or promised. */
function isNearlyFull(view: PoolView, { capacity }: Pool): boolean {
  const used = view.free()?.used ?? 0n;
  return capacity >= SMALL_POOL && used * 10n > capacity * 9n;
}

/** At 0.25 µs a step, the controller needs 2.5 s for each look at such a claim. */
const FAR_STEPS = 10_000_000n;

function farOut(view: PoolView, pool: Pool, addresses: Iterable<Address>): string[] {
  if (pool.capacity <= FAR_STEPS) return [];
  for (const address of addresses) {
    const steps = walkOf(pool).positionOf(address) ?? 0n;
    if (steps > FAR_STEPS) return [wording.farOut(view.name, address, steps)];
  }
  return [];
}

/**
 * Warns that CAPM3 asks under other names than those of the hosts, so that a reservation by host has no effect. A claim that is
 * reserved under the name of its Metal3Data gets its address nevertheless.
 */
export function hostNameWarnings(view: PoolView): string[] {
  const unreserved = view.claimsOfData.filter((claim) => !view.declarations.has(claim) && !view.entryOf(claim));
  return unreserved.length === 0 ? [] : [wording.namedAfterData(view.name, unreserved)];
}

/** Warns of claims of live hosts that use another address than promised. */
export function liveWarnings(view: PoolView, promises: Iterable<readonly [string, Address]>): string[] {
  return [...promises].flatMap(([claim, promised]) =>
    view
      .locksOf(claim)
      .filter((lock) => view.liveness.isInUse(lock) && !sameAddress(lock.address, promised))
      .map((lock) => wording.liveElsewhere(view.name, claim, lock.address, promised)),
  );
}
