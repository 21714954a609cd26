/** Taking and giving up a lock, both halves of it: where races happen, and are settled. */
import type { IPPool } from "../../api/ip-pool";
import { type Address, sameAddress } from "../../core/address";
import { inParallel } from "../in-parallel";
import type { Ipam } from "../ipam";
import { type Hand, marksBy, mayTakeOver } from "../ledger/hand";
import type { Ledger } from "../ledger/ledger";
import { type Half, halvesOf, isTwin, joinHalves, type Lock, lockOfHalf } from "../ledger/lock";
import { halfPatch, isLockOf, metal3Object, twinObject } from "../ledger/lock-object";
import { undone } from "../undone";
import { freshHalf, giveHalfBack, removeHalf, type TakenHalf, takeHalf, type WantedHalf } from "./half";

/** `wasOurs`: a half of it was there already, and ours to take. */
export interface Taken {
  readonly kind: "taken";
  readonly lock: Lock;
  readonly wasOurs: boolean;
  readonly halves: readonly TakenHalf[];
}

export type TakeOutcome =
  | Taken
  | { readonly kind: "held"; readonly lock: Lock }
  /** Another address has the same object name: `1.2.3.4` and `1:2:3:4::`. */
  | { readonly kind: "nameClash"; readonly lock: Lock };

/**
 * Locks the address for the claim, or tells who has it: the twin first, then Metal3's half; where the second is lost,
 * the first is undone. `promised`: state says that the claim holds the address, so a lock without marks, which the
 * controller made for the host's next life, is as good as ours.
 */
export async function takeLock(
  ipam: Ipam,
  ledger: Ledger,
  pool: IPPool,
  claim: string,
  address: Address,
  hand: Hand,
  options: { readonly promised: boolean; readonly proposed?: string | undefined },
): Promise<TakeOutcome> {
  const marks = { ...marksBy(hand), proposed: options.proposed };
  const twinKind = await ipam.twinKind();
  const taken: TakenHalf[] = [];
  // What a twin of ours stands for is ours, though the controller has made the other half without marks.
  const isKnown = () => options.promised || taken.some(({ former }) => former !== undefined);
  const half = (of: Half["of"], object: WantedHalf["object"]): WantedHalf => ({
    of,
    object,
    mayTake: (found) =>
      isOurs(found, pool, claim, address) &&
      (mayTakeOver(found, hand) || (found.marks.token === undefined && isKnown())),
    patch: (found) => halfPatch(found, pool, marks, hand.claimOwners),
  });
  const wanted = [
    ...(twinKind ? [half("capi", twinObject(twinKind, pool, claim, address, marks, hand.claimOwners))] : []),
    half("metal3", metal3Object(pool, claim, address, marks)),
  ];
  try {
    for (const one of wanted) {
      const outcome = await takeHalf(ipam, ledger, one);
      if (outcome.kind === "taken") {
        taken.push(outcome);
        continue;
      }
      await giveHalvesBack(ipam, ledger, taken);
      return heldBy(ledger, pool, address, outcome.half);
    }
  } catch (error) {
    throw await undone(error, () => giveHalvesBack(ipam, ledger, taken));
  }
  const [lock] = joinHalves(halfOf(taken, "metal3"), halfOf(taken, "capi"));
  return { kind: "taken", lock: lock!, wasOurs: taken.some(({ former }) => former !== undefined), halves: taken };
}

/** Undoes a take: what was made goes, what was taken over says again whose it was. */
export function giveBack(ipam: Ipam, ledger: Ledger, { halves }: Taken): Promise<void> {
  return giveHalvesBack(ipam, ledger, halves);
}

async function giveHalvesBack(ipam: Ipam, ledger: Ledger, taken: readonly TakenHalf[]): Promise<void> {
  for (const half of [...taken].reverse()) await giveHalfBack(ipam, ledger, half);
}

function halfOf(taken: readonly TakenHalf[], of: Half["of"]): Half | undefined {
  return taken.find(({ half }) => half.of === of)?.half;
}

/** Whatever pool or address it speaks of, its name is the lock of this address. */
function heldBy(ledger: Ledger, pool: IPPool, address: Address, half: Half): TakeOutcome {
  const lock = lockOfHalf(half);
  if (half.of === "metal3" && (lock.poolName !== pool.name || !sameAddress(lock.address, address))) {
    ledger.noteBarred(address, lock);
  }
  return { kind: sameAddress(lock.address, address) ? "held" : "nameClash", lock };
}

function isOurs(half: Half, pool: IPPool, claim: string, address: Address): boolean {
  return (half.of === "metal3" || isTwin(half)) && isLockOf(lockOfHalf(half), pool, claim, address);
}

/** Removes a lock, the twin last, if it may be removed as it stands in the store now. */
export async function dropLock(
  ipam: Ipam,
  ledger: Ledger,
  lock: Lock,
  mayDrop: (lock: Lock) => boolean,
): Promise<void> {
  // Whose it is, the halves know together: Metal3's may have been made by the controller.
  if (!mayDrop(lock)) return;
  const isSame =
    ({ marks, object }: Half) =>
    (now: Half) =>
      now.marks.token === marks.token && now.object.metadata.uid === object.metadata.uid;
  // One that bears another token was read when somebody had taken it over, and the other half before that.
  const isOfLock = ({ marks: { token } }: Half) => token === undefined || token === lock.marks.token;
  for (const half of halvesOf(lock).reverse().filter(isOfLock)) await removeHalf(ipam, ledger, half, isSame(half));
}

/** The lock of that name as it stands in the store now, undefined where nothing is; the ledger learns it. */
export async function freshLock(
  ipam: Ipam,
  ledger: Ledger,
  namespace: string,
  name: string,
): Promise<Lock | undefined> {
  return (await freshLocks(ipam, ledger, namespace, name))[0];
}

/** Two where the halves of that name speak of different claims: one of them was lost, and the address given away. */
export async function freshLocks(ipam: Ipam, ledger: Ledger, namespace: string, name: string): Promise<Lock[]> {
  const groups: Half["of"][] = (await ipam.twinKind()) ? ["metal3", "capi"] : ["metal3"];
  const [metal3, capi] = await inParallel(groups, (of) => freshHalf(ipam, ledger, of, namespace, name));
  const locks = joinHalves(metal3, capi && isTwin(capi) ? capi : undefined);
  return locks.length === 0 && capi ? [lockOfHalf(capi)] : locks;
}
