/** Removes locks that no host uses, and gives a live claim back what it has lost. */
import { type ClaimKind, servedName } from "../../api/claim";
import { REQUESTED_ADDRESS_ANNOTATION } from "../../api/metal3/ip-claim";
import { parseAddress } from "../../core/address";
import { isStoreError, type Stored } from "../../store/store";
import { inParallel } from "../in-parallel";
import type { PoolSession } from "../session";
import { createAgain, freshObject, giveObjectBack } from "./address-object";
import { liveClaims } from "./live-claims";
import { type AddressObject, claimKindOf, isMirror, type Lock } from "./lock";
import { lockName } from "./lock-object";
import { isMark } from "./marks";
import { dropLock, type Taken } from "./take-lock";

/**
 * Removes the claims' objects of locks, and creates an object again if its claim has appeared meanwhile. The controller points
 * a new claim at the lock that it finds, without a trace on the lock. So no precondition can detect it. The caller must
 * remove entries and mirrors only afterwards, because they keep the address from all others in between. Returns the claims
 * that are alive.
 */
export async function releaseIfUnused(
  session: PoolSession,
  locks: readonly Lock[],
  mayDrop: (lock: Lock) => boolean,
): Promise<ReadonlyMap<string, Stored>> {
  const objects = locks.flatMap((lock) => (lock.object && mayDrop(lock) ? [lock.object] : []));
  await inParallel(
    locks.filter(({ object }) => object),
    (lock) => dropLock(session, { ...lock, mirror: undefined }, () => mayDrop(lock)),
  );
  const ofKind = (claimKind: ClaimKind) => objects.filter((object) => claimKindOf(object) === claimKind);
  const looks = await inParallel(["IPClaim", "IPAddressClaim"] as const, (claimKind) => {
    const claims = ofKind(claimKind).flatMap(({ claimName }) => claimName ?? []);
    return liveClaims(session, claims, claimKind);
  });
  const alive = new Map(looks.flatMap((claims) => [...claims]));
  await inParallel(objects, async (object) => {
    const claim = alive.get(object.claimName ?? "");
    if (claim && !(await hasLockElsewhere(session, claim, object))) await returnToClaim(session, object);
  });
  return alive;
}

/**
 * Undoes a take: removes objects that were created, and restores the former marks of those that were taken over. A claim that has
 * appeared meanwhile keeps the object that it uses. Without the right to look for it, the undo goes on.
 */
export async function giveBack(session: PoolSession, { lock, objects }: Taken): Promise<void> {
  const { claimName = "", claimKind } = lock;
  for (const taken of [...objects].reverse()) {
    await giveObjectBack(session, taken);
    const { object, former, replaced } = taken;
    if (former || replaced || isMirror(object)) continue;
    const alive = await liveClaims(session, [claimName], claimKind).catch((error) => {
      if (!isStoreError(error, "Forbidden")) throw error;
      return new Map<string, Stored>();
    });
    const claim = alive.get(claimName);
    if (claim && !(await hasLockElsewhere(session, claim, object))) await returnToClaim(session, object);
  }
}

/** True if no host uses the lock: no claim is alive, or the claim has its own lock elsewhere. */
export async function isUnused(session: PoolSession, claim: Stored | undefined, { object }: Lock): Promise<boolean> {
  if (!claim) return true;
  return object !== undefined && hasLockElsewhere(session, claim, object);
}

/** Whether the claim was created again and has its own lock elsewhere. Then it must not get a second one. */
async function hasLockElsewhere(session: PoolSession, claim: Stored, object: AddressObject): Promise<boolean> {
  const { pool } = session.view;
  const requested = parseAddress(claim.metadata.annotations?.[REQUESTED_ADDRESS_ANNOTATION] ?? "");
  const asked = requested.ok && pool ? lockName(pool, requested.value) : undefined;
  const name = servedName(claim) ?? asked;
  if (name === undefined || name === object.name) return false;
  const own = await freshObject(session, object.of, name);
  return own?.claimName === object.claimName;
}

/** Creates the object again without our marks. From now on it is the live claim's. */
async function returnToClaim(session: PoolSession, { of, manifest }: AddressObject): Promise<void> {
  const { name, namespace, labels, annotations = {}, ownerReferences } = manifest.metadata;
  const others = Object.fromEntries(Object.entries(annotations).filter(([key]) => !isMark(key)));
  const metadata = { name, namespace, labels, annotations: others, ownerReferences };
  await createAgain(session, of, { ...manifest, metadata });
}
