/** One claim object in the store, of either kind: written, removed, and waited for. It carries the marks of its owner. */
import type { Kind } from "../api/kinds";
import { keyText, type Manifest, type ObjectKey } from "../api/meta";
import { isStoreError, type MergePatch, type Store, type Stored, StoreError } from "../store/store";
import type { Environment } from "./environment";
import { IpamError } from "./errors";
import { isOfStack, marksOf, ownerText } from "./metal3/marks";
import { isHeldBy, type Owner } from "./metal3/owner";
import { retryOnConflict } from "./retry";
import type { Vocabulary } from "./vocabulary";
import { wording } from "./wording";

/** The claims of one kind, and how to wait for them. */
export interface ClaimAccess {
  readonly kind: Kind;
  readonly store: Store;
  readonly environment: Environment;
  /** The claim as soon as `done` accepts it, or as it is when the controller's time is over. Throws `cancelled`. */
  until(key: ObjectKey, done: (claim: Stored | undefined) => boolean, what: string): Promise<Stored | undefined>;
  /** The progress of a removal. */
  ending(key: string): string;
  /** Why a removed claim is still there. */
  stays(words: Vocabulary, key: string, finalizers: readonly string[]): string;
}

/** The claim that an owner wants. */
export interface WantedObject {
  readonly manifest: Manifest;
  /** Whether state has the claim. */
  readonly isKnown: boolean;
  /** True if a claim that exists has to be removed first. */
  isUnusable(found: Stored): boolean;
  /** The patch for a claim that exists. Undefined if it is as wanted. */
  patch(found: Stored): MergePatch | undefined;
}

/** One try. Throws Conflict to look again, and `exists` for another owner's claim. */
export async function writeOwn(access: ClaimAccess, owner: Owner, wanted: WantedObject): Promise<void> {
  const { kind, store } = access;
  const { manifest, isKnown } = wanted;
  const key = { namespace: manifest.metadata.namespace, name: manifest.metadata.name };
  try {
    await store.create(kind, manifest);
    return;
  } catch (error) {
    if (!isStoreError(error, "AlreadyExists")) throw error;
  }
  const lookAgain = () => new StoreError("Conflict", wording.wentWhileMade(kind.kind, keyText(key)));
  const found = await store.get(kind, key);
  if (!found) throw lookAgain();
  refuseAnothers(found, owner, isKnown);
  if (wanted.isUnusable(found)) {
    await removeFound(access, found);
    throw lookAgain();
  }
  const patch = wanted.patch(found);
  if (!patch) return;
  const { uid, resourceVersion } = found.metadata;
  await store.patch(kind, key, patch, { uid, resourceVersion });
}

/** Throws `exists` for another owner's claim. A claim without an owner was imported if state has it. */
export function refuseAnothers(stored: Stored, owner: Owner, isKnown: boolean): void {
  const marks = marksOf(stored);
  const isImported = isKnown && marks.token === undefined;
  if (!isImported && marks.token !== owner.token && !isOfStack(marks, owner)) throw exists(stored, owner);
}

export function exists(stored: Stored, owner: Owner): IpamError {
  const { kind, metadata } = stored;
  return new IpamError("exists", wording.claimExists(kind, keyText(metadata), ownerText(marksOf(stored), owner)));
}

/** Removes a claim with its uid and version as preconditions, and waits until it is gone. Throws Conflict, NotFound. */
export async function removeFound(access: ClaimAccess, { metadata }: Stored): Promise<void> {
  const { namespace, name, uid, resourceVersion, deletionTimestamp } = metadata;
  const key = { namespace, name };
  if (!deletionTimestamp) await access.store.remove(access.kind, key, { uid, resourceVersion });
  await untilGone(access, key, uid);
}

/**
 * Removes the claim if it carries the owner's token, and does not wait. Returns the uid of a removed claim, "gone" if there
 * is no claim, or "another's" if another owner has it.
 */
export function removeOwn(
  { kind, store, environment }: ClaimAccess,
  key: ObjectKey,
  owner: Owner,
): Promise<{ readonly uid: string } | "gone" | "another's"> {
  return retryOnConflict(environment, async () => {
    const stored = await store.get(kind, key);
    if (!stored) return "gone";
    if (!isHeldBy(owner)({ marks: marksOf(stored) })) return "another's";
    const { uid, resourceVersion } = stored.metadata;
    await store.remove(kind, key, { uid, resourceVersion }).catch((error) => {
      if (!isStoreError(error, "NotFound")) throw error;
    });
    return { uid };
  });
}

/** Waits until a removed claim is gone. A controller removes its finalizer when it has released the address. */
export async function untilGone(access: ClaimAccess, key: ObjectKey, uid: string): Promise<void> {
  const { store, environment } = access;
  if (!store.apiServer) return;
  const left = await access.until(key, (claim) => claim?.metadata.uid !== uid, access.ending(keyText(key)));
  if (left?.metadata.uid !== uid) return;
  throw new IpamError("unfinished", access.stays(environment.words, keyText(key), left.metadata.finalizers ?? []));
}
