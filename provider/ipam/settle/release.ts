import type { Address } from "../../core/address";
import { inParallel } from "../in-parallel";
import type { Ipam } from "../ipam";
import { declarerText, type Hand, isHeldBy } from "../ledger/hand";
import type { Lock } from "../ledger/lock";
import { lockName } from "../ledger/lock-object";
import type { Settlement } from "./settlement";
import { dropLock, freshLock } from "./take";
import { liveClaims, vacate } from "./vacate";

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
  const inUse = await liveClaims(ipam, ledger.name.namespace, [...claims.keys()]);
  // A delete comes after the program's checks: what another resource of it declares by now has gone there.
  const left = [...claims].filter(([claim]) => !isInherited(ledger.declaredBy(claim), hand));
  const found = await inParallel(left, async ([claim, address]) => ({
    claim,
    address,
    locks: await locksNow(ipam, settlement, claim, address),
  }));
  const ours = found.filter(({ claim, locks }) => {
    const goesToIPClaim = hand.kind !== "IPClaim" && isIPClaim(ledger.declaredBy(claim));
    return goesToIPClaim || !locks.some((lock) => isAnothers(lock, hand));
  });
  const locks = ours.flatMap((one) => one.locks);
  const idle = locks.filter(({ claimName }) => !inUse.has(claimName ?? ""));
  await vacate(ipam, ledger, idle, isHeldBy(hand));
  const pool = ledger.pool;
  if (settlement.entries && pool && !pool.deleting) {
    await ipam.entries(ledger).apply(
      ours.map(({ claim, address, locks }) => {
        // With our lock the key is ours, whatever somebody has written to it; without, only our own value is.
        const isLocked = locks.some(isHeldBy(hand));
        return { claim, to: undefined, over: isLocked ? "any" : [address] };
      }),
    );
  }
  await inParallel(locks, (lock) => dropLock(ipam, ledger, { ...lock, metal3: undefined }, () => isHeldBy(hand)(lock)));
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
  const locks = await Promise.all([...names].map((name) => freshLock(ipam, ledger, ledger.name.namespace, name)));
  return locks.filter((lock): lock is Lock => lock?.claimName === claim && lock.poolName === ledger.name.name);
}

/**
 * True where another resource of this program declares the claim by now. An IPClaim inherits the lock alone: the entry
 * that stood beside it goes.
 */
export function isInherited(declarer: string | undefined, hand: Hand): boolean {
  if (declarer === undefined || declarer === declarerText(hand)) return false;
  return hand.kind === "IPClaim" || !isIPClaim(declarer);
}

function isIPClaim(declarer: string | undefined): boolean {
  return declarer?.startsWith("IPClaim ") ?? false;
}

/** Somebody's token, but not ours: a successor has taken the claim over. */
function isAnothers(lock: Lock, hand: Hand): boolean {
  return lock.marks.token !== undefined && lock.marks.token !== hand.token;
}
