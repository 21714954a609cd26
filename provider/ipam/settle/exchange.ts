import { isAnswered } from "../../api/ip-claim";
import type { IPPool } from "../../api/ip-pool";
import { keyText } from "../../api/meta";
import type { Address } from "../../core/address";
import { sameAddress } from "../../core/address";
import type { Stored } from "../../store/store";
import { IpamError } from "../errors";
import { inParallel } from "../in-parallel";
import type { Ipam } from "../ipam";
import { isHeldBy, mayTakeOver } from "../ledger/hand";
import type { Ledger } from "../ledger/ledger";
import { holderText, type Lock } from "../ledger/lock";
import { lockName } from "../ledger/lock-object";
import { undone } from "../undone";
import { wording } from "../wording";
import { freshHalf } from "./half";
import { type Move, mayMove, type Settlement } from "./settlement";
import { isAnothers } from "./successors";
import { dropLock, freshLock, takeLock } from "./take";
import { hasLiveClaim, liveClaims, vacate } from "./vacate";

/**
 * Changes of address, and addresses that go from one claim of this resource to another. There must never be two
 * locks for one claim (the claim would then get the wrong one), so: the old locks go, while the entries still keep their
 * addresses, then the entries change. The caller takes the new locks; what is returned puts everything back if it cannot.
 */
export async function exchange(
  ipam: Ipam,
  settlement: Settlement,
  pool: IPPool,
  moves: readonly Move[],
  vacated: ReadonlyMap<string, Address>,
): Promise<() => Promise<void>> {
  const { ledger, hand } = settlement;
  await refuse(ipam, settlement, pool, moves, vacated);
  const leaving = new Map([...vacated, ...moves.map(({ claim, from }) => [claim, from] as const)]);
  const kept = new Map(moves.map(({ claim, to }) => [claim, to]));
  const locks = [...leaving.keys()].flatMap((claim) => ledger.locksOf(claim));
  const mayDrop = (lock: Lock) => (kept.has(lock.claimName ?? "") ? mayMove(settlement, lock) : isHeldBy(hand)(lock));
  const old = locks.filter((lock) => {
    const to = kept.get(lock.claimName ?? "");
    return mayDrop(lock) && !(to && sameAddress(lock.address, to));
  });
  const undo = () => putBack(ipam, settlement, pool, moves, leaving);
  try {
    const alive = await vacate(ipam, ledger, old, mayDrop);
    const used = old.filter(({ claimName }) => alive.has(claimName ?? ""));
    const inUse = used.map(({ claimName = "", address }) =>
      wording.held(ledger.name, address, `claim ${claimName}, which is in use`),
    );
    if (inUse.length > 0) throw new IpamError("inUse", inUse.join("; "));
    if (settlement.entries) {
      await moveEntries(ipam, settlement, moves, vacated);
      await refuseArrived(ipam, ledger, pool, moves);
    }
    await inParallel(old, (lock) => dropLock(ipam, ledger, { ...lock, metal3: undefined }, () => mayDrop(lock)));
  } catch (error) {
    throw await undone(error, undo);
  }
  return undo;
}

async function moveEntries(
  ipam: Ipam,
  { ledger }: Settlement,
  moves: readonly Move[],
  vacated: ReadonlyMap<string, Address>,
): Promise<void> {
  const edits = [
    ...moves.map(({ claim, to }) => ({ claim, to, over: "any" as const })),
    ...[...vacated].map(([claim, address]) => ({ claim, to: undefined, over: [address] })),
  ];
  const outcomes = await ipam.entries(ledger).apply(edits);
  const faults = outcomes.flatMap((outcome, index) => {
    const to = edits[index]?.to;
    return outcome.kind === "held" && to ? [wording.held(ledger.name, to, `claim ${outcome.claim}`)] : [];
  });
  if (faults.length > 0) throw new IpamError("held", faults.join("; "));
}

/**
 * A claim that came when nobody looked, before its entry was changed, has been given the old address: then the change comes
 * too late. While its answer is on the way nobody knows.
 */
async function refuseArrived(ipam: Ipam, ledger: Ledger, pool: IPPool, moves: readonly Move[]): Promise<void> {
  const { namespace } = pool;
  const claims = moves.map(({ claim }) => claim);
  const arrived = await liveClaims(ipam, ledger, claims);
  const faults: string[] = [];
  await inParallel(
    moves.filter(({ claim }) => arrived.has(claim)),
    async ({ claim, from }) => {
      const key = { namespace, name: claim };
      const isSettled = (now: Stored | undefined) => !now || isAnswered(now);
      if (ipam.store.apiServer) await ipam.untilClaim(key, isSettled, wording.waitsForAnswer(keyText(key)));
      const half = await freshHalf(ipam, ledger, "metal3", namespace, lockName(pool, from));
      if (half?.claimName === claim) faults.push(wording.held(ledger.name, from, `claim ${claim}, which is in use`));
    },
  );
  if (faults.length > 0) throw new IpamError("inUse", faults.join("; "));
}

/** Everything that forbids the exchange, before anything is written. */
async function refuse(
  ipam: Ipam,
  { ledger, hand }: Settlement,
  pool: IPPool,
  moves: readonly Move[],
  vacated: ReadonlyMap<string, Address>,
): Promise<void> {
  const leaving = new Set([...vacated.keys(), ...moves.map((move) => move.claim)]);
  const faults: string[] = [];
  await inParallel(moves, async ({ claim, from, to }) => {
    if (await hasLiveClaim(ipam, ledger, claim)) {
      faults.push(wording.addressInUse(ledger.name, claim, from, to));
    }
    const there = await freshLock(ipam, ledger, pool.namespace, lockName(pool, to));
    if (there && !(leaving.has(there.claimName ?? "") && mayTakeOver(there, hand))) {
      faults.push(wording.held(ledger.name, to, holderText(there)));
    }
  });
  await inParallel([...vacated], async ([claim, address]) => {
    const there = await freshLock(ipam, ledger, pool.namespace, lockName(pool, address));
    const isSuccessors = there?.claimName === claim && there.marks.token && there.marks.token !== hand.token;
    if (there && isSuccessors) faults.push(wording.held(ledger.name, address, holderText(there)));
    if (await hasLiveClaim(ipam, ledger, claim)) {
      faults.push(wording.held(ledger.name, address, `claim ${claim}, which is in use`));
    }
  });
  if (faults.length > 0) throw new IpamError("inUse", faults.join("; "));
}

/**
 * A claim that somebody has taken over meanwhile (another stack's `adopt`) is his: it gets the entry that goes with his
 * lock, and no second lock beside it. Throws where somebody else was quicker: the error then names who holds what this
 * resource has lost.
 */
async function putBack(
  ipam: Ipam,
  { ledger, hand, entries }: Settlement,
  pool: IPPool,
  moves: readonly Move[],
  addresses: ReadonlyMap<string, Address>,
): Promise<void> {
  const faults: string[] = [];
  await ipam.refresh(ledger);
  const made = new Map(moves.map(({ claim, to }) => [claim, to]));
  const edits = [...addresses].map(([claim, former]) => {
    const others = ledger.locksOf(claim).find((lock) => isAnothers(lock, hand));
    if (others) faults.push(wording.held(ledger.name, others.address, holderText(others)));
    return { claim, to: others?.address ?? former, over: [made.get(claim) ?? former], isOurs: !others };
  });
  const outcomes = entries ? await ipam.entries(ledger).applyEach(edits) : [];
  const back = edits.filter(({ claim, to }, index) => {
    const outcome = outcomes[index];
    if (outcome?.kind === "held") faults.push(wording.held(ledger.name, to, `claim ${outcome.claim}`));
    if (outcome?.kind === "changed") faults.push(wording.claimHasEntry(ledger.name, claim, outcome.live, to, entries));
    return outcome === undefined || outcome.kind === "written";
  });
  await inParallel(back, async ({ claim, to: address, isOurs }) => {
    if (!isOurs) return;
    const taken = await takeLock(ipam, ledger, pool, claim, address, hand, { promised: true });
    if (taken.kind !== "taken") faults.push(wording.held(ledger.name, address, holderText(taken.lock)));
  });
  if (faults.length > 0) throw new IpamError("held", faults.join("; "));
}
