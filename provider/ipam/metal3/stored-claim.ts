/** An IPClaim in the store: its owner, whether it is dead, and its removal. */
import { keyText, type ObjectKey } from "../../api/meta";
import { type IPClaim, readIPClaim } from "../../api/metal3/ip-claim";
import { IP_CLAIM } from "../../api/metal3/kinds";
import type { Stored } from "../../store/store";
import { IpamError, readable } from "../errors";
import type { PoolSession } from "../session";
import { wording } from "../wording";
import { isOfStack, marksOf, ownerText } from "./marks";
import type { Owner } from "./owner";

/** Throws `malformed`. */
export function readClaim(stored: Stored): IPClaim {
  return readable(stored, readIPClaim(stored));
}

/** True if the controller has served or refused the claim. */
export function hasAnswer({ addressName, errorMessage }: IPClaim): boolean {
  return addressName !== undefined || errorMessage !== undefined;
}

/**
 * True if the claim is being deleted, or if the controller has refused it. The controller never looks at a refused claim
 * again.
 */
export function isDead(stored: Stored): boolean {
  return stored.metadata.deletionTimestamp !== undefined || readClaim(stored).errorMessage !== undefined;
}

export function claimKey({ name: { namespace } }: PoolSession, name: string): ObjectKey {
  return { namespace, name };
}

/** Throws `exists` for another owner's claim. A claim without an owner was imported if state has it. */
export function refuseAnothers(stored: Stored, owner: Owner, isKnown: boolean): void {
  const marks = marksOf(stored);
  const isImported = isKnown && marks.token === undefined;
  if (!isImported && marks.token !== owner.token && !isOfStack(marks, owner)) throw exists(stored, owner);
}

export function exists(stored: Stored, owner: Owner): IpamError {
  const { namespace = "", name } = stored.metadata;
  return new IpamError("exists", wording.claimExists(namespace, name, ownerText(marksOf(stored), owner)));
}

/** Removes a dead claim with its uid and version as preconditions, and waits until it is gone. Throws Conflict, NotFound. */
export async function removeDead(session: PoolSession, { metadata }: Stored): Promise<void> {
  const { name, uid, resourceVersion, deletionTimestamp } = metadata;
  if (!deletionTimestamp) await session.store.remove(IP_CLAIM, claimKey(session, name), { uid, resourceVersion });
  await untilGone(session, name, uid);
}

/** Waits until a removed claim is gone. The controller removes its finalizer when it has released the address. */
export async function untilGone(session: PoolSession, name: string, uid: string): Promise<void> {
  if (!session.store.apiServer) return;
  const key = keyText(claimKey(session, name));
  const left = await session.untilClaim(name, (claim) => claim?.metadata.uid !== uid, wording.waitsForEnd(key));
  if (left?.metadata.uid !== uid) return;
  throw new IpamError("unfinished", wording.claimStays(session.environment.words, key, left.metadata.finalizers ?? []));
}
