import { addressNameIn } from "../../api/ip-claim";
import type { Address } from "../../core/address";
import type { Stored } from "../../store/store";
import { inParallel } from "../in-parallel";
import type { Ipam } from "../ipam";
import { isHeldBy } from "../ledger/hand";
import type { Lock } from "../ledger/lock";
import { lockName, metal3Object } from "../ledger/lock-object";
import { giveHalfBack } from "./half";
import type { Settlement } from "./settlement";
import { isAnothers, isInherited, isIPClaim, isTakenOver, keepSuccessors, type Removed } from "./successors";
import { dropLock, freshLocks } from "./take";
import { isPastLock, liveClaims, remakeHalf, vacate } from "./vacate";

/**
 * Gives addresses back: Metal3's half by uid and version, then the entry by value, then the twin, and only what carries
 * this hand's token. So a delete that comes after its replacement's create frees nothing. An address that a live IPClaim
 * is using keeps the half that the claim points at: it goes with the claim. The rest was for the time after.
 */
export async function release(
  ipam: Ipam,
  settlement: Pick<Settlement, "ledger" | "hand" | "entries">,
  claims: ReadonlyMap<string, Address>,
): Promise<void> {
  if (claims.size === 0) return;
  const { ledger, hand } = settlement;
  await ipam.unpausedPool(ledger);
  const inUse = await liveClaims(ipam, ledger, [...claims.keys()]);
  // A delete comes after the program's checks: what another resource of it declares by now has gone there.
  const left = [...claims].filter(([claim]) => !isInherited(ledger.declaredBy(claim), hand));
  const found = await inParallel(left, async ([claim, address]) => ({
    claim,
    address,
    locks: await locksNow(ipam, settlement, claim, address),
  }));
  const goesToIPClaim = (claim: string) => hand.kind !== "IPClaim" && isIPClaim(ledger.declaredBy(claim));
  const ours = found.filter(({ claim, address, locks }) => {
    return goesToIPClaim(claim) || !locks.some((lock) => isTakenOver(lock, address, hand));
  });
  const locks = ours.flatMap((one) => one.locks);
  const past = await inParallel(locks, (lock) => isPastLock(ipam, ledger, inUse.get(lock.claimName ?? ""), lock));
  const idle = locks.filter((_, index) => past[index]);
  await vacate(ipam, ledger, idle, isHeldBy(hand));
  await inParallel(ours, ({ claim, address, locks }) => {
    const used = locks.filter((lock) => !idle.includes(lock));
    return leaveToHost(ipam, settlement, inUse.get(claim), { address, locks: used });
  });
  const pool = ledger.pool;
  const isEntered = settlement.entries && pool && !pool.deleting;
  const outcomes = !isEntered
    ? []
    : await ipam.entries(ledger).apply(
        ours.map(({ claim, address, locks }) => {
          // With our lock alone the key is ours, whatever somebody has written to it; else only our own value is.
          const isLocked = locks.some(isHeldBy(hand)) && !locks.some((lock) => isAnothers(lock, hand));
          return { claim, to: undefined, over: isLocked ? "any" : [address] };
        }),
      );
  await inParallel(locks, (lock) => dropLock(ipam, ledger, { ...lock, metal3: undefined }, () => isHeldBy(hand)(lock)));
  const removed = ours.flatMap((one, index): Removed[] => {
    const outcome = outcomes[index];
    const entry = outcome?.kind === "written" && !goesToIPClaim(one.claim) ? outcome.removed : undefined;
    return entry ? [{ ...one, entry }] : [];
  });
  await keepSuccessors(ipam, ledger, hand, removed);
}

/**
 * The half that a live claim points at is the claim's from now on: it loses the token. Where it is gone (removed by hand,
 * or by a run that was killed before it put it back) it is made again: with the entry goes what kept others from the
 * address.
 */
async function leaveToHost(
  ipam: Ipam,
  { ledger, hand }: Pick<Settlement, "ledger" | "hand">,
  claim: Stored | undefined,
  { address, locks }: { readonly address: Address; readonly locks: readonly Lock[] },
): Promise<void> {
  if (!claim) return;
  for (const { metal3 } of locks) {
    const former = metal3 && { ...metal3.marks, token: undefined };
    if (metal3?.marks.token === hand.token) await giveHalfBack(ipam, ledger, { kind: "taken", half: metal3, former });
  }
  const pool = ledger.pool;
  if (!pool || locks.some(({ metal3 }) => metal3) || addressNameIn(claim) !== lockName(pool, address)) return;
  await remakeHalf(ipam, ledger, metal3Object(pool, claim.metadata.name, address, {}));
}

/** The claim's locks as they stand in the store now: where the ledger knows of one, and where one should be. */
async function locksNow(
  ipam: Ipam,
  { ledger }: Pick<Settlement, "ledger">,
  claim: string,
  address: Address,
): Promise<Lock[]> {
  const names = new Set(ledger.locksOf(claim).map((lock) => lock.name));
  if (ledger.pool) names.add(lockName(ledger.pool, address));
  const locks = await Promise.all([...names].map((name) => freshLocks(ipam, ledger, ledger.name.namespace, name)));
  return locks.flat().filter((lock) => lock.claimName === claim && lock.poolName === ledger.name.name);
}
