/**
 * The façade of `ipam` for the IPClaim object itself: what the IPClaim resource asks for, beside the pool's lock.
 *
 * A claim is dead where it is being deleted or refused. It is answered where the controller has served or refused it. It
 * is served where it has an address.
 */
import { keyText, type ObjectKey } from "../api/meta";
import { IP_CLAIM } from "../api/metal3/kinds";
import { type Address, sameAddress } from "../core/address";
import { isStoreError, type Stored } from "../store/store";
import { IpamError } from "./errors";
import type { Ipam, ManagedPool } from "./ipam";
import { freshObject } from "./metal3/address-object";
import { type AddressObject, lockHolderText } from "./metal3/lock";
import { marksOf } from "./metal3/marks";
import { isHeldBy, type Owner } from "./metal3/owner";
import {
  claimKey,
  exists,
  hasAnswer,
  isDead,
  readClaim,
  refuseAnothers,
  removeDead,
  untilGone,
} from "./metal3/stored-claim";
import { dropLock, takeLock } from "./metal3/take-lock";
import { type WantedClaim, writeClaim } from "./metal3/write-claim";
import { marksOfPool } from "./plan/pools-entry";
import { retryOnConflict } from "./retry";
import type { PoolSession } from "./session";
import { undone } from "./undone";
import { wording } from "./wording";

export { claimManifest, type DeclaredClaim } from "./metal3/claim-manifest";
export { hasAnswer, readClaim } from "./metal3/stored-claim";
export type { WantedClaim } from "./metal3/write-claim";

/** Called by imports, which do not know the pool yet: the claim as it stands in the store now. */
export function freshClaim({ store }: Ipam, key: ObjectKey): Promise<Stored | undefined> {
  return store.get(IP_CLAIM, key);
}

/**
 * Called before the lock is taken: removes a dead claim and waits until it is gone, because the controller releases the
 * address with it. Waits while the pool is paused. Returns the living claim, if there is one. Throws `exists` for another
 * owner's claim, and for a claim of another pool that is not in state: its address would be orphaned. Nothing keeps
 * another writer from making the claim afterwards.
 */
export function clearClaim(
  { session }: ManagedPool,
  name: string,
  owner: Owner,
  isKnown: boolean,
): Promise<Stored | undefined> {
  return retryOnConflict(session.environment, async () => {
    const found = await session.store.get(IP_CLAIM, claimKey(session, name));
    if (!found) return undefined;
    refuseAnothers(found, owner, isKnown);
    if (!isDead(found)) {
      if (!isKnown && readClaim(found).poolName !== session.name.name) throw exists(found, owner);
      return found;
    }
    await session.unpausedPool();
    await removeDead(session, found);
    return undefined;
  });
}

/**
 * Called in place of a reconciliation where the pool's own resource has an entry for the claim: sees that the entry's lock
 * is there, with the pool's marks. Waits while the pool is missing or paused. Throws `held`.
 */
export async function lockEntry(
  { session, name: pool }: ManagedPool,
  claim: string,
  { entry, wanted }: { readonly entry: Address; readonly wanted: Address | undefined },
  by: Owner,
): Promise<Address> {
  const there = await session.writablePool();
  if (wanted && !sameAddress(wanted, entry))
    throw new IpamError("held", wording.claimHasEntry(pool, claim, entry, wanted, false));
  const { token = by.token, resource } = marksOfPool(session.view, by) ?? {};
  const owner: Owner = { ...by, kind: "IPPool", token, resource, claimOwners: undefined };
  const taken = await takeLock(session, there, claim, entry, owner, { promised: true });
  if (taken.kind !== "taken") throw new IpamError("held", wording.held(pool, entry, lockHolderText(taken.lock)));
  return entry;
}

/**
 * Called when the lock is taken: makes the claim, or makes a claim of this owner say what it should. Throws `exists` for
 * another owner's claim. If a new claim cannot be made, its lock is removed. Does not wait for the controller's answer.
 */
export async function ensureClaim({ session }: ManagedPool, owner: Owner, wanted: WantedClaim): Promise<void> {
  const { name } = wanted.manifest.metadata;
  try {
    await dropInheritedEntry(session, owner, name);
    await retryOnConflict(session.environment, () => writeClaim(session, owner, wanted));
  } catch (error) {
    const { address, isKnown } = wanted;
    throw await undone(error, () => undoLock(session, owner, name, isKnown ? undefined : address));
  }
}

/**
 * An IPClaim that takes a reservation over leaves no entry behind that would keep the address after it. Without the entry
 * the lock is no longer given up.
 */
async function dropInheritedEntry(session: PoolSession, owner: Owner, claim: string): Promise<void> {
  const { givenUp, entries, view } = session;
  const { address, entry = address } = givenUp.inherited.get(claim) ?? {};
  if (!address || !entry || !view.pool) return;
  await entries.apply([{ claim, to: undefined, over: [address, entry] }]);
  await takeLock(session, view.pool, claim, address, owner, { promised: true });
}

/** A lock that was taken over goes back to the one who gives it up. `made`: a new claim's own lock is here, and goes. */
async function undoLock(session: PoolSession, owner: Owner, claim: string, made: Address | undefined): Promise<void> {
  const inherited = session.givenUp.inherited.get(claim);
  session.givenUp.inherited.delete(claim);
  if (inherited) return inherited.giveBack();
  const lock = made && session.view.lockAt(claim, made);
  if (lock) await dropLock(session, lock, isHeldBy(owner));
}

/**
 * Called by delete, before the lock is released: removes the claim if it carries the owner's token, and waits until it is
 * gone. Waits while the pool is paused. False: the claim is there and is another owner's, so its lock is too.
 */
export async function removeClaim({ session }: ManagedPool, name: string, owner: Owner): Promise<boolean> {
  await session.unpausedPool();
  const key = claimKey(session, name);
  const removed = await retryOnConflict(session.environment, async () => {
    const stored = await session.store.get(IP_CLAIM, key);
    if (!stored) return "gone";
    if (!isHeldBy(owner)({ marks: marksOf(stored) })) return "another's";
    const { uid, resourceVersion } = stored.metadata;
    await session.store.remove(IP_CLAIM, key, { uid, resourceVersion }).catch((error) => {
      if (!isStoreError(error, "NotFound")) throw error;
    });
    return { uid };
  });
  if (removed !== "another's") session.view.forgetRequest(name);
  if (typeof removed === "object") await untilGone(session, name, removed.uid);
  return removed !== "another's";
}

export type Answer =
  | { readonly kind: "served"; readonly object: AddressObject }
  | { readonly kind: "refused"; readonly error: IpamError }
  /** The controller has not answered yet, and may do so at any time. */
  | { readonly kind: "late"; readonly reason: string };

/**
 * Called when the claim is made: waits until the controller has answered, or until the operation's time is over.
 * Throws what ends the wait. A refusal is final: the claim stays refused until it is removed.
 */
export async function awaitAnswer({ session }: ManagedPool, name: string): Promise<Answer> {
  const key = keyText(claimKey(session, name));
  const isDone = (claim: Stored | undefined) => !claim || hasAnswer(readClaim(claim));
  const stored = await session.untilClaim(name, isDone, wording.waitsForAnswer(key));
  const refused = (message: string): Answer => {
    return {
      kind: "refused",
      error: new IpamError("refused", wording.claimRefused(session.environment.words, key, session.name, message)),
    };
  };
  if (!stored) return refused("it was deleted while it waited");
  const { addressName, errorMessage } = readClaim(stored);
  if (errorMessage !== undefined) return refused(errorMessage);
  const object = addressName && (await freshObject(session, "metal3", addressName));
  if (object) return { kind: "served", object };
  return {
    kind: "late",
    reason: wording.claimWaits(session.environment.words, key, session.name, session.environment.controllerWaitMs),
  };
}
