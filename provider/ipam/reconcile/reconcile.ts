/**
 * Brings the store from what a resource holds to what it is to hold: one flow for create, repair, change and delete,
 * of one claim or a thousand.
 *
 *   exchange   claims whose address changes: old locks, then entries, then old mirrors
 *   reserve    all that is wanted: locks, then one PATCH of entries for all that waits
 *   release    what is no longer wanted: locks, then entries, then mirrors
 */
import type { IPPool } from "../../api/metal3/ip-pool";
import { type Address, formatAddress, sameAddress } from "../../core/address";
import { inParallel } from "../in-parallel";
import type { Ipam } from "../ipam";
import { isWellNamed } from "../metal3/lock-object";
import { isHeldByOwner, mayTakeOver } from "../metal3/owner";
import { liveClaims } from "../metal3/release-unused";
import { dropLock } from "../metal3/take-lock";
import { orphanedLocks } from "../plan/held";
import { refuseBrokenPlan, tellMoves } from "../plan/shown";
import { undone } from "../undone";
import { move } from "./move";
import { release } from "./release";
import { type Move, mayMove, type ReconcileRequest, type Wanted } from "./request";
import { reserve } from "./reserve";

/** claim → address, for all of `wanted`. Throws one IpamError with every claim that could not be had. */
export async function reconcile(ipam: Ipam, settlement: ReconcileRequest): Promise<Map<string, Address>> {
  const { view, held, wanted } = settlement;
  const strays = orphanedLocks(view, settlement.owner.token, new Set([...held.keys(), ...wanted.keys()]));
  const leaving = new Map([...held, ...strays].filter(([claim]) => !wanted.has(claim)));
  if (wanted.size === 0) {
    await release(ipam, settlement, leaving);
    return new Map();
  }
  refuseBrokenPlan(settlement);
  const pool = await ipam.writablePool(view);
  const targets = withOwn(settlement, pool);
  const goals = new Set([...targets.values()].flatMap(({ address }) => (address ? [formatAddress(address)] : [])));
  const alive = await usedElsewhere(ipam, settlement, targets);
  const moves = movesOf(settlement, pool, targets, goals).filter(({ claim }) => !alive.has(claim));
  const vacated = new Map([...leaving].filter(([, address]) => goals.has(formatAddress(address))));
  const settled = await moveAndAcquire(ipam, settlement, pool, moves, vacated, targets);
  await release(ipam, settlement, new Map([...leaving].filter(([claim]) => !vacated.has(claim))));
  await dropCopies(ipam, settlement, pool);
  await tellMoves(ipam, settlement, settled);
  view.fulfil(settlement.owner.stack, wanted.keys());
  return settled;
}

/** Locks of ours under another name than their address asks for: copies made by hand, which promise nothing. */
async function dropCopies(ipam: Ipam, { view, owner, wanted }: ReconcileRequest, pool: IPPool): Promise<void> {
  const isOurs = isHeldByOwner(owner);
  const copies = [...wanted.keys()].flatMap((claim) => view.locksOf(claim).filter(isOurs));
  await inParallel(
    copies.filter((lock) => !isWellNamed(lock, pool)),
    (lock) => dropLock(ipam, view, lock, isOurs),
  );
}

async function moveAndAcquire(
  ipam: Ipam,
  settlement: ReconcileRequest,
  pool: IPPool,
  moves: readonly Move[],
  vacated: ReadonlyMap<string, Address>,
  targets: ReadonlyMap<string, Wanted>,
): Promise<Map<string, Address>> {
  if (moves.length + vacated.size === 0) return reserve(ipam, settlement, pool, targets);
  const putBack = await move(ipam, settlement, pool, moves, vacated);
  try {
    return await reserve(ipam, settlement, pool, targets);
  } catch (error) {
    throw await undone(error, putBack);
  }
}

/** Fills in what is there already for a claim without a promise: its lock, else its entry (killed before state was written). */
function withOwn({ view, owner, held, entries, wanted }: ReconcileRequest, pool: IPPool): Map<string, Wanted> {
  const targets = new Map<string, Wanted>();
  for (const [claim, one] of wanted) {
    const own = view.locksOf(claim).find((lock) => mayTakeOver(lock, owner))?.address;
    const entry = entries ? pool.preAllocations.get(claim) : undefined;
    const found = held.has(claim) || one.firm ? undefined : own;
    // What the check has shown goes first: before the lock of a killed run, and before an entry that was edited since.
    targets.set(claim, { ...one, address: one.address ?? found ?? entry });
  }
  return targets;
}

/**
 * Claims of live hosts whose lock somebody has put elsewhere, while the program leaves them where they are: that is no
 * change to refuse, but drift. Their address stays; the entry is put right for the next life.
 */
async function usedElsewhere(
  ipam: Ipam,
  { view, held, promised = held, entries }: ReconcileRequest,
  targets: ReadonlyMap<string, Wanted>,
): Promise<ReadonlyMap<string, unknown>> {
  const strayed = [...targets].flatMap(([claim, { address }]) => {
    const stated = promised.get(claim);
    const isUnmoved = entries && address && stated && sameAddress(stated, address);
    return isUnmoved && view.locksOf(claim).some((lock) => !sameAddress(lock.address, address)) ? [claim] : [];
  });
  return strayed.length === 0 ? new Map() : liveClaims(ipam, view, strayed);
}

function movesOf(
  settlement: ReconcileRequest,
  pool: IPPool,
  targets: ReadonlyMap<string, Wanted>,
  goals: ReadonlySet<string>,
): Move[] {
  const { view, held } = settlement;
  const moves: Move[] = [];
  for (const [claim, { address: to }] of targets) {
    if (!to) continue;
    const before = view.locksOf(claim).flatMap((lock) => (mayMove(settlement, lock) ? [lock.address] : []));
    const promised = held.get(claim);
    if (promised) before.push(promised);
    // Half of an exchange that was killed: the entry stands where another of these claims has to go.
    const entry = pool.preAllocations.get(claim);
    if (promised && entry && goals.has(formatAddress(entry))) before.push(entry);
    const from = before.find((address) => !sameAddress(address, to));
    if (from) moves.push({ claim, from, to });
  }
  return moves;
}
