/**
 * The façade of `ipam` for the IPClaim object itself. The IPClaim resource uses it in addition to the pool's lock.
 *
 * A claim is dead if it is being deleted or was refused. It is answered if the controller has served or refused it. It is
 * served if it has an address.
 */
import { keyText, type ObjectKey } from "../api/meta";
import { IP_CLAIM } from "../api/metal3/kinds";
import { type Address, sameAddress } from "../core/address";
import type { Stored } from "../store/store";
import { exists, refuseAnothers, removeFound, removeOwn, untilGone } from "./claim-access";
import { IpamError } from "./errors";
import type { Ipam, ManagedPool } from "./ipam";
import { freshObject } from "./metal3/address-object";
import { type AddressObject, lockHolderText } from "./metal3/lock";
import { isHeldBy, type Owner } from "./metal3/owner";
import { claimKey, claimsOf, hasAnswer, isDead, readClaim } from "./metal3/stored-claim";
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

/** Called by imports, which do not know the pool yet. Reads the claim from the store now. */
export function freshClaim({ store }: Ipam, key: ObjectKey): Promise<Stored | undefined> {
  return store.get(IP_CLAIM, key);
}

/**
 * Called before the lock is taken. Removes a dead claim and waits until it is gone, because the controller releases the
 * address with it. Waits while the pool is paused. Returns the living claim, if there is one. Throws `exists` for another
 * owner's claim, and for a claim of another pool that is not in state, because its address would be orphaned. Another writer
 * may still create the claim afterwards.
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
    await removeFound(claimsOf(session), found);
    return undefined;
  });
}

/**
 * Called in place of a reconciliation if the pool's own resource has an entry for the claim. Ensures that the entry's lock
 * exists, with the pool's marks. Waits while the pool is missing or paused. Throws `held`.
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
 * Called when the lock is taken. Creates the claim, or updates a claim of this owner to what is wanted. Throws `exists` for
 * another owner's claim. If a new claim cannot be created, its lock is removed. Does not wait for the controller's answer.
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
 * Removes the entry of a reservation that an IPClaim takes over. Otherwise the entry would keep the address after the
 * IPClaim. Then it clears the `releasing` mark of the lock.
 */
async function dropInheritedEntry(session: PoolSession, owner: Owner, claim: string): Promise<void> {
  const { givenUp, entries, view } = session;
  const { address, entry = address } = givenUp.inherited.get(claim) ?? {};
  if (!address || !entry || !view.pool) return;
  await entries.apply([{ claim, to: undefined, over: [address, entry] }]);
  await takeLock(session, view.pool, claim, address, owner, { promised: true });
}

/**
 * Gives a lock that was taken over back to the owner that gives it up. Otherwise drops the lock of a new claim. `made`: the
 * address of a new claim.
 */
async function undoLock(session: PoolSession, owner: Owner, claim: string, made: Address | undefined): Promise<void> {
  const inherited = session.givenUp.inherited.get(claim);
  session.givenUp.inherited.delete(claim);
  if (inherited) return inherited.giveBack();
  const lock = made && session.view.lockAt(claim, made);
  if (lock) await dropLock(session, lock, isHeldBy(owner));
}

/**
 * Called by delete, before the lock is released. Removes the claim if it carries the owner's token, and waits until it is
 * gone. Waits while the pool is paused. Returns false if another owner has the claim, and so its lock.
 */
export async function removeClaim({ session }: ManagedPool, name: string, owner: Owner): Promise<boolean> {
  await session.unpausedPool();
  const [claims, key] = [claimsOf(session), claimKey(session, name)];
  const removed = await removeOwn(claims, key, owner);
  if (removed !== "another's") session.view.forgetRequest(name);
  if (typeof removed === "object") await untilGone(claims, key, removed.uid);
  return removed !== "another's";
}

export type Answer =
  | { readonly kind: "served"; readonly object: AddressObject }
  | { readonly kind: "refused"; readonly error: IpamError }
  /** The controller has not answered yet, and may do so at any time. */
  | { readonly kind: "late"; readonly reason: string };

/**
 * Called when the claim is made. Waits until the controller has answered, or until the operation's time is over. Throws the
 * cause if the wait ends early. A refusal is final: the claim stays refused until it is removed.
 */
export async function awaitAnswer({ session }: ManagedPool, name: string): Promise<Answer> {
  const key = keyText(claimKey(session, name));
  const isDone = (claim: Stored | undefined) => !claim || hasAnswer(readClaim(claim));
  const stored = await session.untilClaim(name, isDone, wording.waitsForAnswer(key));
  const refused = (message: string): Answer => {
    return {
      kind: "refused",
      error: new IpamError(
        "refused",
        wording.claimRefused(session.environment.words, IP_CLAIM.kind, key, session.name, message),
      ),
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
