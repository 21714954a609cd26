/** Claims in use by hosts. Their addresses are neither changed nor released. */
import type { Manifest } from "../../api/meta";
import { addressNameIn, REQUESTED_ADDRESS_ANNOTATION } from "../../api/metal3/ip-claim";
import { IP_ADDRESS, IP_CLAIM } from "../../api/metal3/kinds";
import { parseAddress } from "../../core/address";
import { isStoreError, type Stored } from "../../store/store";
import { inParallel } from "../in-parallel";
import type { PoolSession } from "../session";
import { freshObject } from "./address-object";
import { type AddressObject, type Lock, readMetal3Object } from "./lock";
import { lockName } from "./lock-object";
import { isMark } from "./marks";
import { dropLock } from "./take-lock";
import { usesPool } from "./uses-pool";

/**
 * The live claims among these, by name. A claim is live if an IPClaim of that name and this pool exists in the store now.
 */
export async function liveClaims(
  session: PoolSession,
  claims: readonly string[],
): Promise<ReadonlyMap<string, Stored>> {
  if (claims.length === 0) return new Map();
  const { namespace } = session.name;
  const there =
    claims.length === 1
      ? await Promise.all(claims.map((name) => session.store.get(IP_CLAIM, { namespace, name })))
      : await session.store.list(IP_CLAIM, namespace);
  return new Map(
    there.flatMap((claim) => (claim && usesPool(claim, session.view) ? [[claim.metadata.name, claim] as const] : [])),
  );
}

export async function isLive(session: PoolSession, claim: string): Promise<boolean> {
  return (await liveClaims(session, [claim])).has(claim);
}

/**
 * Removes Metal3's objects of locks, and creates an object again if its claim has appeared meanwhile. The controller points
 * a new claim at the lock that it finds, without a trace on the lock. So no precondition can detect it. The caller must
 * remove entries and mirrors only afterwards, because they keep the address from all others in between. Returns the claims
 * that are alive.
 */
export async function releaseIfUnused(
  session: PoolSession,
  locks: readonly Lock[],
  mayDrop: (lock: Lock) => boolean,
): Promise<ReadonlyMap<string, Stored>> {
  const objects = locks.flatMap((lock) => (lock.metal3 && mayDrop(lock) ? [lock.metal3] : []));
  await inParallel(
    locks.filter(({ metal3 }) => metal3),
    (lock) => dropLock(session, { ...lock, mirror: undefined }, () => mayDrop(lock)),
  );
  const alive = await liveClaims(
    session,
    objects.flatMap(({ claimName }) => claimName ?? []),
  );
  await inParallel(objects, async (object) => {
    const claim = alive.get(object.claimName ?? "");
    if (claim && !(await hasLockElsewhere(session, claim, object))) await returnToClaim(session, object);
  });
  return alive;
}

/** True if no host uses the lock: no claim is alive, or the claim has its own lock elsewhere. */
export async function isUnused(session: PoolSession, claim: Stored | undefined, { metal3 }: Lock): Promise<boolean> {
  if (!claim) return true;
  return metal3 !== undefined && hasLockElsewhere(session, claim, metal3);
}

/** Whether the claim was created again and has its own lock elsewhere. Then it must not get a second one. */
async function hasLockElsewhere(session: PoolSession, claim: Stored, object: AddressObject): Promise<boolean> {
  const { pool } = session.view;
  const requested = parseAddress(claim.metadata.annotations?.[REQUESTED_ADDRESS_ANNOTATION] ?? "");
  const asked = requested.ok && pool ? lockName(pool, requested.value) : undefined;
  const name = addressNameIn(claim) ?? asked;
  if (name === undefined || name === object.name) return false;
  const own = await freshObject(session, "metal3", name);
  return own?.claimName === object.claimName;
}

/** Creates the object again without our marks. From now on it is the live claim's. */
async function returnToClaim(session: PoolSession, { manifest }: AddressObject): Promise<void> {
  const { name, namespace, labels, annotations = {}, ownerReferences } = manifest.metadata;
  const others = Object.fromEntries(Object.entries(annotations).filter(([key]) => !isMark(key)));
  const metadata = { name, namespace, labels, annotations: others, ownerReferences };
  await remakeObject(session, { ...manifest, metadata });
}

/** Creates Metal3's object at which a live claim points, if it is gone. */
export async function remakeObject(session: PoolSession, manifest: Manifest): Promise<void> {
  try {
    session.view.noteObject(readMetal3Object(await session.store.create(IP_ADDRESS, manifest)));
  } catch (error) {
    // The controller has created it itself.
    if (!isStoreError(error, "AlreadyExists")) throw error;
  }
}
