import { addressNameIn } from "../../api/metal3/ip-claim";
import type { Address } from "../../core/address";
import type { Stored } from "../../store/store";
import { inParallel } from "../in-parallel";
import type { Ipam } from "../ipam";
import { giveObjectBack } from "../metal3/address-object";
import type { Lock } from "../metal3/lock";
import { lockName, lockObject } from "../metal3/lock-object";
import { isHeldByOwner } from "../metal3/owner";
import { isPastLock, liveClaims, releaseUnused, remakeObject } from "../metal3/release-unused";
import { dropLock, freshLocks } from "../metal3/take-lock";
import type { ReconcileRequest } from "./request";
import { isAnothers, isInherited, isIPClaim, isSuccessors, keepSuccessors, type Removed } from "./successors";

/**
 * Gives addresses back: Metal3's half by uid and version, then the entry by value, then the mirror, and only what carries
 * this hand's token. So a delete that comes after its replacement's create frees nothing. An address that a live IPClaim
 * is using keeps the half that the claim points at: it goes with the claim. The rest was for the time after.
 */
export async function release(
  ipam: Ipam,
  settlement: Pick<ReconcileRequest, "view" | "owner" | "entries">,
  claims: ReadonlyMap<string, Address>,
): Promise<void> {
  if (claims.size === 0) return;
  const { view, owner } = settlement;
  await ipam.unpausedPool(view);
  const inUse = await liveClaims(ipam, view, [...claims.keys()]);
  // A delete comes after the program's checks: what another resource of it declares by now has gone there.
  const left = [...claims].filter(([claim]) => !isInherited(view.declaredBy(claim), owner));
  const found = await inParallel(left, async ([claim, address]) => ({
    claim,
    address,
    locks: await locksNow(ipam, settlement, claim, address),
  }));
  const goesToIPClaim = (claim: string) => owner.kind !== "IPClaim" && isIPClaim(view.declaredBy(claim));
  const ours = found.filter(({ claim, address, locks }) => {
    return goesToIPClaim(claim) || !locks.some((lock) => isSuccessors(lock, address, owner));
  });
  const locks = ours.flatMap((one) => one.locks);
  const past = await inParallel(locks, (lock) => isPastLock(ipam, view, inUse.get(lock.claimName ?? ""), lock));
  const idle = locks.filter((_, index) => past[index]);
  await releaseUnused(ipam, view, idle, isHeldByOwner(owner));
  await inParallel(ours, ({ claim, address, locks }) => {
    const used = locks.filter((lock) => !idle.includes(lock));
    return leaveToHost(ipam, settlement, inUse.get(claim), { address, locks: used });
  });
  const pool = view.pool;
  const isEntered = settlement.entries && pool && !pool.deleting;
  const outcomes = !isEntered
    ? []
    : await ipam.entries(view).apply(
        ours.map(({ claim, address, locks }) => {
          // With our lock alone the key is ours, whatever somebody has written to it; else only our own value is.
          const isLocked = locks.some(isHeldByOwner(owner)) && !locks.some((lock) => isAnothers(lock, owner));
          return { claim, to: undefined, over: isLocked ? "any" : [address] };
        }),
      );
  await inParallel(locks, (lock) =>
    dropLock(ipam, view, { ...lock, metal3: undefined }, () => isHeldByOwner(owner)(lock)),
  );
  const removed = ours.flatMap((one, index): Removed[] => {
    const outcome = outcomes[index];
    const entry = outcome?.kind === "written" && !goesToIPClaim(one.claim) ? outcome.removed : undefined;
    return entry ? [{ ...one, entry }] : [];
  });
  await keepSuccessors(ipam, view, owner, removed);
}

/**
 * The half that a live claim points at is the claim's from now on: it loses the token. Where it is gone (removed by hand,
 * or by a run that was killed before it put it back) it is made again: with the entry goes what kept others from the
 * address.
 */
async function leaveToHost(
  ipam: Ipam,
  { view, owner }: Pick<ReconcileRequest, "view" | "owner">,
  claim: Stored | undefined,
  { address, locks }: { readonly address: Address; readonly locks: readonly Lock[] },
): Promise<void> {
  if (!claim) return;
  for (const { metal3 } of locks) {
    const former = metal3 && { ...metal3.marks, token: undefined };
    if (metal3?.marks.token === owner.token)
      await giveObjectBack(ipam, view, { kind: "taken", object: metal3, former });
  }
  const pool = view.pool;
  if (!pool || locks.some(({ metal3 }) => metal3) || addressNameIn(claim) !== lockName(pool, address)) return;
  await remakeObject(ipam, view, lockObject(pool, claim.metadata.name, address, {}));
}

/** The claim's locks as they stand in the store now: where the view knows of one, and where one should be. */
async function locksNow(
  ipam: Ipam,
  { view }: Pick<ReconcileRequest, "view">,
  claim: string,
  address: Address,
): Promise<Lock[]> {
  const names = new Set(view.locksOf(claim).map((lock) => lock.name));
  if (view.pool) names.add(lockName(view.pool, address));
  const locks = await Promise.all([...names].map((name) => freshLocks(ipam, view, view.name.namespace, name)));
  return locks.flat().filter((lock) => lock.claimName === claim && lock.poolName === view.name.name);
}
