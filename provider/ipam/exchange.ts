import type { IPPool } from "../api/ip-pool";
import type { Address } from "../core/address";
import { sameAddress } from "../core/address";
import { IpamError, wording } from "./errors";
import { inParallel } from "./in-parallel";
import type { Ipam } from "./ipam";
import { holderText, lockName } from "./lock";
import type { Move, Settlement } from "./settlement";
import { dropLock, freshLock, hasLiveClaim, mayTakeOver, takeLock } from "./take";

/**
 * Changes of address, and addresses that go from one claim of this resource to another. There must never be two
 * locks for one claim (the claim would then get the wrong one), so: entries first, which keep the addresses, then the
 * old locks go. The caller takes the new ones; what is returned puts everything back if it cannot.
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
  if (settlement.entries) {
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
  const leaving = new Map([...vacated, ...moves.map(({ claim, from }) => [claim, from] as const)]);
  const kept = new Map(moves.map(({ claim, to }) => [claim, to]));
  const locks = [...leaving.keys()].flatMap((claim) => ledger.locksOf(claim));
  const old = locks.filter((lock) => {
    const to = kept.get(lock.claimName ?? "");
    return mayTakeOver(lock, hand) && !(to && sameAddress(lock.address, to));
  });
  await inParallel(old, (lock) => dropLock(ipam, ledger, lock, (now) => mayTakeOver(now, hand)));
  return () => putBack(ipam, settlement, pool, leaving);
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
  for (const { claim, from, to } of moves) {
    if (await hasLiveClaim(ipam, pool.namespace, claim)) {
      faults.push(wording.addressInUse(ledger.name, claim, from, to));
    }
    const there = await freshLock(ipam, ledger, pool.namespace, lockName(pool, to));
    if (there && !(leaving.has(there.claimName ?? "") && mayTakeOver(there, hand))) {
      faults.push(wording.held(ledger.name, to, holderText(there)));
    }
  }
  for (const [claim, address] of vacated) {
    if (await hasLiveClaim(ipam, pool.namespace, claim)) {
      faults.push(wording.held(ledger.name, address, `claim ${claim}, which is in use`));
    }
  }
  if (faults.length > 0) throw new IpamError("inUse", faults.join("; "));
}

async function putBack(
  ipam: Ipam,
  { ledger, hand, entries }: Settlement,
  pool: IPPool,
  addresses: ReadonlyMap<string, Address>,
): Promise<void> {
  if (entries) {
    await ipam.entries(ledger).apply([...addresses].map(([claim, to]) => ({ claim, to, over: "any" })));
  }
  await inParallel([...addresses], ([claim, address]) =>
    takeLock(ipam, ledger, pool, claim, address, hand, { promised: true }),
  );
}
