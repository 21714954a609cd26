/** Takes and gives back a lock with both of its objects. This code decides the races for an address. */
import { otherKindThan } from "../../api/claim";
import type { IPPool } from "../../api/metal3/ip-pool";
import { type Address, sameAddress } from "../../core/address";
import { IpamError } from "../errors";
import { inParallel } from "../in-parallel";
import type { PoolSession } from "../session";
import { undone } from "../undone";
import { wording } from "../wording";
import {
  freshObject,
  giveObjectBack,
  removeObject,
  type TakenObject,
  takeObject,
  type WantedObject,
} from "./address-object";
import { isLive } from "./live-claims";
import { type AddressObject, claimKindOf, joinObjects, type Lock, lockOfObject, objectsOf } from "./lock";
import { capiObject, type HeldClaim, hasOldNetwork, isLockOf, metal3Object, objectPatch } from "./lock-object";
import { claimKindBy, isHeldBy, isReplacementOf, marksBy, mayTakeOver, type Owner } from "./owner";

/** `wasOurs`: an object of the lock existed, and this owner could take it. */
export interface Taken {
  readonly kind: "taken";
  readonly lock: Lock;
  readonly wasOurs: boolean;
  readonly objects: readonly TakenObject[];
}

export interface TakeOptions {
  /** State says that the claim holds the address. Then a lock that the controller created without marks may be taken too. */
  readonly promised: boolean;
  readonly proposed?: string | undefined;
  /** The mark for a lock that the owner gives up. Then a successor's lock is left alone. */
  readonly releasing?: string | undefined;
  /** The `releasing` mark stays until the entry of the lock has been removed. */
  readonly staysReleasing?: boolean;
}

export type TakeOutcome =
  | Taken
  | { readonly kind: "held"; readonly lock: Lock }
  /** Another address has the same object name, for example `1.2.3.4` and `1:2:3:4::`. */
  | { readonly kind: "nameClash"; readonly lock: Lock };

/**
 * Locks the address for the claim, or returns the lock of the holder. It takes the mirror first, then the claim's object. If
 * it loses the second, it undoes the first. Throws `refused` if a claim of CAPI cannot have a lock here.
 */
export async function takeLock(
  session: PoolSession,
  pool: IPPool,
  claim: string,
  address: Address,
  owner: Owner,
  options: TakeOptions,
): Promise<TakeOutcome> {
  const { proposed, releasing } = options;
  const marks = { ...marksBy(owner), proposed, releasing };
  const isOwn = (found: AddressObject) => isHeldBy(owner)(found) || isReplacementOf(owner)(found);
  const mayTake = (found: AddressObject) => (releasing ? isOwn(found) : mayTakeOver(found, owner));
  const claimKind = claimKindBy(owner);
  const held: HeldClaim = { pool, claim, claimKind, address };
  const taken: TakenObject[] = [];
  // If the mirror is ours, the claim's object is ours too, although the controller created it without marks.
  const isKnown = () => options.promised || taken.some(({ former }) => former !== undefined);
  const wanted = (of: AddressObject["of"], manifest: WantedObject["manifest"]): WantedObject => ({
    of,
    manifest,
    mayTake: (found) => isOfClaim(found, held) && (mayTake(found) || (found.marks.token === undefined && isKnown())),
    isOld: async (found) => {
      const isOfOtherKind = claimKindOf(found) !== claimKind && releasing === undefined;
      if (isOfOtherKind) await refuseLive(session, held);
      return isOfOtherKind || (hasOldNetwork(found, held) && !(await isLive(session, claim, claimKind)));
    },
    patch: (found) => {
      const kept = options.staysReleasing ? found.marks.releasing : undefined;
      return objectPatch(found, pool, { ...marks, releasing: releasing ?? kept }, owner.claimOwners);
    },
  });
  const capiKind = claimKind === "IPClaim" ? await session.mirrorKind() : await session.capiKind();
  const capi = capiKind && wanted("capi", capiObject(capiKind, held, marks, owner.claimOwners));
  const metal3 = wanted("metal3", metal3Object(held, marks));
  if (!capi && claimKind === "IPAddressClaim") throw new IpamError("refused", wording.noIPAddressClaims());
  const all = (claimKind === "IPClaim" ? [capi, metal3] : [metal3, capi]).filter((one) => one !== undefined);
  try {
    for (const one of all) {
      const outcome = await takeObject(session, one);
      if (outcome.kind === "taken") {
        taken.push(outcome);
        continue;
      }
      await giveObjectsBack(session, taken);
      return refusalBy(session, pool, address, outcome.object);
    }
    // The claim may have appeared while its object was created again. The controller leaves no trace of that on the object.
    if (taken.some(({ replaced }) => replaced && claimKindOf(replaced) !== claimKind)) await refuseLive(session, held);
  } catch (error) {
    throw await undone(error, () => giveObjectsBack(session, taken));
  }
  const [lock] = joinObjects(objectOf(taken, "metal3"), objectOf(taken, "capi"));
  return { kind: "taken", lock: lock!, wasOurs: taken.some(({ former }) => former !== undefined), objects: taken };
}

/** Throws `inUse` if a claim of the other kind is alive. Its host keeps the object that it uses. */
async function refuseLive(session: PoolSession, { claim, claimKind }: HeldClaim): Promise<void> {
  const otherKind = otherKindThan(claimKind);
  if (!(await isLive(session, claim, otherKind))) return;
  throw new IpamError("inUse", wording.claimOfOtherKind(session.name, claim, otherKind, claimKind));
}

async function giveObjectsBack(session: PoolSession, taken: readonly TakenObject[]): Promise<void> {
  for (const one of [...taken].reverse()) await giveObjectBack(session, one);
}

function objectOf(taken: readonly TakenObject[], of: AddressObject["of"]): AddressObject | undefined {
  return taken.find(({ object }) => object.of === of)?.object;
}

/** An object with this address's name blocks the address, even if it names another pool or address. */
function refusalBy({ view }: PoolSession, pool: IPPool, address: Address, object: AddressObject): TakeOutcome {
  const lock = lockOfObject(object);
  const isOfAddress = sameAddress(lock.address, address);
  if (object.of === "metal3" && (lock.poolName !== pool.name || !isOfAddress)) view.noteBarred(address, lock);
  return { kind: isOfAddress ? "held" : "nameClash", lock };
}

/** The address of another kind of claim counts only if a resource of ours has made it. */
function isOfClaim(object: AddressObject, { pool, claim, claimKind, address }: HeldClaim): boolean {
  const isOurs = claimKindOf(object) === claimKind || object.marks.token !== undefined;
  return isOurs && isLockOf(lockOfObject(object), pool, claim, address);
}

/** Removes a lock, the mirror last, if `mayDrop` allows it. */
export async function dropLock(session: PoolSession, lock: Lock, mayDrop: (lock: Lock) => boolean): Promise<void> {
  // Only both objects together show the owner, because the controller may have created Metal3's.
  if (!mayDrop(lock)) return;
  const isSame =
    ({ marks, manifest }: AddressObject) =>
    (now: AddressObject) =>
      now.marks.token === marks.token && now.manifest.metadata.uid === manifest.metadata.uid;
  // An object with another token was read after another owner took it over, and the other object was read before.
  const isOfLock = ({ marks: { token } }: AddressObject) => token === undefined || token === lock.marks.token;
  for (const object of objectsOf(lock).reverse().filter(isOfLock)) await removeObject(session, object, isSame(object));
}

/** The lock of that name, read from the store now. Undefined if there is none. The view notes it. */
export async function freshLock(session: PoolSession, name: string): Promise<Lock | undefined> {
  return (await freshLocks(session, name))[0];
}

/**
 * The locks of that name. There are two if the objects name different claims: one object was lost, and its address was given
 * to another claim.
 */
export async function freshLocks(session: PoolSession, name: string): Promise<Lock[]> {
  const groups: AddressObject["of"][] = (await session.capiKind()) ? ["metal3", "capi"] : ["metal3"];
  const [metal3, capi] = await inParallel(groups, (of) => freshObject(session, of, name));
  const locks = joinObjects(metal3, capi);
  return locks.length === 1 ? locks : locks.filter((lock) => !session.view.objects.isForeign(lock));
}
