import { keyText } from "../../api/meta";
import { isAnswered } from "../../api/metal3/ip-claim";
import type { IPPool } from "../../api/metal3/ip-pool";
import type { Address } from "../../core/address";
import { sameAddress } from "../../core/address";
import type { Stored } from "../../store/store";
import { IpamError } from "../errors";
import { inParallel } from "../in-parallel";
import type { Ipam } from "../ipam";
import { freshObject } from "../metal3/address-object";
import { type Lock, lockHolderText } from "../metal3/lock";
import { lockName } from "../metal3/lock-object";
import { isHeldByOwner, mayTakeOver } from "../metal3/owner";
import { hasLiveClaim, liveClaims, releaseUnused } from "../metal3/release-unused";
import { dropLock, freshLock, takeLock } from "../metal3/take-lock";
import type { PoolView } from "../pool/pool-view";
import { undone } from "../undone";
import { wording } from "../wording";
import { type Move, mayMove, type ReconcileRequest } from "./request";
import { isAnothers } from "./successors";

/**
 * Changes of address, and addresses that go from one claim of this resource to another. There must never be two
 * locks for one claim (the claim would then get the wrong one), so: the old locks go, while the entries still keep their
 * addresses, then the entries change. The caller takes the new locks; what is returned puts everything back if it cannot.
 */
export async function move(
  ipam: Ipam,
  settlement: ReconcileRequest,
  pool: IPPool,
  moves: readonly Move[],
  vacated: ReadonlyMap<string, Address>,
): Promise<() => Promise<void>> {
  const { view, owner } = settlement;
  await refuse(ipam, settlement, pool, moves, vacated);
  const leaving = new Map([...vacated, ...moves.map(({ claim, from }) => [claim, from] as const)]);
  const kept = new Map(moves.map(({ claim, to }) => [claim, to]));
  const locks = [...leaving.keys()].flatMap((claim) => view.locksOf(claim));
  const mayDrop = (lock: Lock) =>
    kept.has(lock.claimName ?? "") ? mayMove(settlement, lock) : isHeldByOwner(owner)(lock);
  const old = locks.filter((lock) => {
    const to = kept.get(lock.claimName ?? "");
    return mayDrop(lock) && !(to && sameAddress(lock.address, to));
  });
  const undo = () => undoMove(ipam, settlement, pool, moves, leaving);
  try {
    const alive = await releaseUnused(ipam, view, old, mayDrop);
    const used = old.filter(({ claimName }) => alive.has(claimName ?? ""));
    const inUse = used.map(({ claimName = "", address }) =>
      wording.held(view.name, address, `claim ${claimName}, which is in use`),
    );
    if (inUse.length > 0) throw new IpamError("inUse", inUse.join("; "));
    if (settlement.entries) {
      await moveEntries(ipam, settlement, moves, vacated);
      await refuseArrived(ipam, view, pool, moves);
    }
    await inParallel(old, (lock) => dropLock(ipam, view, { ...lock, metal3: undefined }, () => mayDrop(lock)));
  } catch (error) {
    throw await undone(error, undo);
  }
  return undo;
}

async function moveEntries(
  ipam: Ipam,
  { view }: ReconcileRequest,
  moves: readonly Move[],
  vacated: ReadonlyMap<string, Address>,
): Promise<void> {
  const edits = [
    ...moves.map(({ claim, to }) => ({ claim, to, over: "any" as const })),
    ...[...vacated].map(([claim, address]) => ({ claim, to: undefined, over: [address] })),
  ];
  const outcomes = await ipam.entries(view).apply(edits);
  const faults = outcomes.flatMap((outcome, index) => {
    const to = edits[index]?.to;
    return outcome.kind === "held" && to ? [wording.held(view.name, to, `claim ${outcome.claim}`)] : [];
  });
  if (faults.length > 0) throw new IpamError("held", faults.join("; "));
}

/**
 * A claim that came when nobody looked, before its entry was changed, has been given the old address: then the change comes
 * too late. While its answer is on the way nobody knows.
 */
async function refuseArrived(ipam: Ipam, view: PoolView, pool: IPPool, moves: readonly Move[]): Promise<void> {
  const { namespace } = pool;
  const claims = moves.map(({ claim }) => claim);
  const arrived = await liveClaims(ipam, view, claims);
  const faults: string[] = [];
  await inParallel(
    moves.filter(({ claim }) => arrived.has(claim)),
    async ({ claim, from }) => {
      const key = { namespace, name: claim };
      const isSettled = (now: Stored | undefined) => !now || isAnswered(now);
      if (ipam.store.apiServer) await ipam.untilClaim(key, isSettled, wording.waitsForAnswer(keyText(key)));
      const half = await freshObject(ipam, view, "metal3", namespace, lockName(pool, from));
      if (half?.claimName === claim) faults.push(wording.held(view.name, from, `claim ${claim}, which is in use`));
    },
  );
  if (faults.length > 0) throw new IpamError("inUse", faults.join("; "));
}

/** Everything that forbids the exchange, before anything is written. */
async function refuse(
  ipam: Ipam,
  { view, owner }: ReconcileRequest,
  pool: IPPool,
  moves: readonly Move[],
  vacated: ReadonlyMap<string, Address>,
): Promise<void> {
  const leaving = new Set([...vacated.keys(), ...moves.map((move) => move.claim)]);
  const faults: string[] = [];
  await inParallel(moves, async ({ claim, from, to }) => {
    if (await hasLiveClaim(ipam, view, claim)) {
      faults.push(wording.addressInUse(view.name, claim, from, to));
    }
    const there = await freshLock(ipam, view, pool.namespace, lockName(pool, to));
    if (there && !(leaving.has(there.claimName ?? "") && mayTakeOver(there, owner))) {
      faults.push(wording.held(view.name, to, lockHolderText(there)));
    }
  });
  await inParallel([...vacated], async ([claim, address]) => {
    const there = await freshLock(ipam, view, pool.namespace, lockName(pool, address));
    const isSuccessors = there?.claimName === claim && there.marks.token && there.marks.token !== owner.token;
    if (there && isSuccessors) faults.push(wording.held(view.name, address, lockHolderText(there)));
    if (await hasLiveClaim(ipam, view, claim)) {
      faults.push(wording.held(view.name, address, `claim ${claim}, which is in use`));
    }
  });
  if (faults.length > 0) throw new IpamError("inUse", faults.join("; "));
}

/**
 * A claim that somebody has taken over meanwhile (another stack's `adopt`) is his: it gets the entry that goes with his
 * lock, and no second lock beside it. Throws where somebody else was quicker: the error then names who holds what this
 * resource has lost.
 */
async function undoMove(
  ipam: Ipam,
  { view, owner, entries }: ReconcileRequest,
  pool: IPPool,
  moves: readonly Move[],
  addresses: ReadonlyMap<string, Address>,
): Promise<void> {
  const faults: string[] = [];
  await ipam.refresh(view);
  const made = new Map(moves.map(({ claim, to }) => [claim, to]));
  const edits = [...addresses].map(([claim, former]) => {
    const others = view.locksOf(claim).find((lock) => isAnothers(lock, owner));
    if (others) faults.push(wording.held(view.name, others.address, lockHolderText(others)));
    return { claim, to: others?.address ?? former, over: [made.get(claim) ?? former], isOurs: !others };
  });
  const outcomes = entries ? await ipam.entries(view).applyEach(edits) : [];
  const back = edits.filter(({ claim, to }, index) => {
    const outcome = outcomes[index];
    if (outcome?.kind === "held") faults.push(wording.held(view.name, to, `claim ${outcome.claim}`));
    if (outcome?.kind === "changed") faults.push(wording.claimHasEntry(view.name, claim, outcome.live, to, entries));
    return outcome === undefined || outcome.kind === "written";
  });
  await inParallel(back, async ({ claim, to: address, isOurs }) => {
    if (!isOurs) return;
    const taken = await takeLock(ipam, view, pool, claim, address, owner, { promised: true });
    if (taken.kind !== "taken") faults.push(wording.held(view.name, address, lockHolderText(taken.lock)));
  });
  if (faults.length > 0) throw new IpamError("held", faults.join("; "));
}
