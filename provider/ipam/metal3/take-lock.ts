/** Taking and giving up a lock, both halves of it: where races happen, and are settled. */
import type { IPPool } from "../../api/metal3/ip-pool";
import { type Address, sameAddress } from "../../core/address";
import { inParallel } from "../in-parallel";
import type { Ipam } from "../ipam";
import type { PoolView } from "../pool/pool-view";
import { undone } from "../undone";
import {
  freshObject,
  giveObjectBack,
  removeObject,
  type TakenObject,
  takeObject,
  type WantedObject,
} from "./address-object";
import { type AddressObject, isMirror, joinObjects, type Lock, lockOfObject, objectsOf } from "./lock";
import { isLockOf, lockObject, mirrorObject, objectPatch } from "./lock-object";
import { marksBy, mayTakeOver, type Owner } from "./owner";

/** `wasOurs`: a half of it was there already, and ours to take. */
export interface Taken {
  readonly kind: "taken";
  readonly lock: Lock;
  readonly wasOurs: boolean;
  readonly objects: readonly TakenObject[];
}

export type TakeOutcome =
  | Taken
  | { readonly kind: "held"; readonly lock: Lock }
  /** Another address has the same object name: `1.2.3.4` and `1:2:3:4::`. */
  | { readonly kind: "nameClash"; readonly lock: Lock };

/**
 * Locks the address for the claim, or tells who has it: the mirror first, then Metal3's half; where the second is lost,
 * the first is undone. `promised`: state says that the claim holds the address, so a lock without marks, which the
 * controller made for the host's next life, is as good as ours.
 */
export async function takeLock(
  ipam: Ipam,
  view: PoolView,
  pool: IPPool,
  claim: string,
  address: Address,
  owner: Owner,
  options: { readonly promised: boolean; readonly proposed?: string | undefined },
): Promise<TakeOutcome> {
  const marks = { ...marksBy(owner), proposed: options.proposed };
  const mirrorKind = await ipam.mirrorKind();
  const taken: TakenObject[] = [];
  // What a mirror of ours stands for is ours, though the controller has made the other half without marks.
  const isKnown = () => options.promised || taken.some(({ former }) => former !== undefined);
  const half = (of: AddressObject["of"], object: WantedObject["object"]): WantedObject => ({
    of,
    object,
    mayTake: (found) =>
      isOfClaim(found, pool, claim, address) &&
      (mayTakeOver(found, owner) || (found.marks.token === undefined && isKnown())),
    patch: (found) => objectPatch(found, pool, marks, owner.claimOwners),
  });
  const wanted = [
    ...(mirrorKind ? [half("capi", mirrorObject(mirrorKind, pool, claim, address, marks, owner.claimOwners))] : []),
    half("metal3", lockObject(pool, claim, address, marks)),
  ];
  try {
    for (const one of wanted) {
      const outcome = await takeObject(ipam, view, one);
      if (outcome.kind === "taken") {
        taken.push(outcome);
        continue;
      }
      await giveObjectsBack(ipam, view, taken);
      return heldOutcome(view, pool, address, outcome.half);
    }
  } catch (error) {
    throw await undone(error, () => giveObjectsBack(ipam, view, taken));
  }
  const [lock] = joinObjects(objectOf(taken, "metal3"), objectOf(taken, "capi"));
  return { kind: "taken", lock: lock!, wasOurs: taken.some(({ former }) => former !== undefined), objects: taken };
}

/** Undoes a take: what was made goes, what was taken over says again whose it was. */
export function giveBack(ipam: Ipam, view: PoolView, { objects }: Taken): Promise<void> {
  return giveObjectsBack(ipam, view, objects);
}

async function giveObjectsBack(ipam: Ipam, view: PoolView, taken: readonly TakenObject[]): Promise<void> {
  for (const half of [...taken].reverse()) await giveObjectBack(ipam, view, half);
}

function objectOf(taken: readonly TakenObject[], of: AddressObject["of"]): AddressObject | undefined {
  return taken.find(({ object }) => object.of === of)?.object;
}

/** Whatever pool or address it speaks of, its name is the lock of this address. */
function heldOutcome(view: PoolView, pool: IPPool, address: Address, half: AddressObject): TakeOutcome {
  const lock = lockOfObject(half);
  if (half.of === "metal3" && (lock.poolName !== pool.name || !sameAddress(lock.address, address))) {
    view.noteBarred(address, lock);
  }
  return { kind: sameAddress(lock.address, address) ? "held" : "nameClash", lock };
}

function isOfClaim(half: AddressObject, pool: IPPool, claim: string, address: Address): boolean {
  return (half.of === "metal3" || isMirror(half)) && isLockOf(lockOfObject(half), pool, claim, address);
}

/** Removes a lock, the mirror last, if it may be removed as it stands in the store now. */
export async function dropLock(
  ipam: Ipam,
  view: PoolView,
  lock: Lock,
  mayDrop: (lock: Lock) => boolean,
): Promise<void> {
  // Whose it is, the halves know together: Metal3's may have been made by the controller.
  if (!mayDrop(lock)) return;
  const isSame =
    ({ marks, object }: AddressObject) =>
    (now: AddressObject) =>
      now.marks.token === marks.token && now.object.metadata.uid === object.metadata.uid;
  // One that bears another token was read when somebody had taken it over, and the other half before that.
  const isOfLock = ({ marks: { token } }: AddressObject) => token === undefined || token === lock.marks.token;
  for (const half of objectsOf(lock).reverse().filter(isOfLock)) await removeObject(ipam, view, half, isSame(half));
}

/** The lock of that name as it stands in the store now, undefined where nothing is; the view learns it. */
export async function freshLock(
  ipam: Ipam,
  view: PoolView,
  namespace: string,
  name: string,
): Promise<Lock | undefined> {
  return (await freshLocks(ipam, view, namespace, name))[0];
}

/** Two where the halves of that name speak of different claims: one of them was lost, and the address given away. */
export async function freshLocks(ipam: Ipam, view: PoolView, namespace: string, name: string): Promise<Lock[]> {
  const groups: AddressObject["of"][] = (await ipam.mirrorKind()) ? ["metal3", "capi"] : ["metal3"];
  const [metal3, capi] = await inParallel(groups, (of) => freshObject(ipam, view, of, namespace, name));
  const locks = joinObjects(metal3, capi && isMirror(capi) ? capi : undefined);
  return locks.length === 0 && capi ? [lockOfObject(capi)] : locks;
}
