/** Claims that hosts are using: their addresses are neither changed nor freed. */
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

/** The live ones of these claims, by name: an IPClaim of that name and of this pool exists in the store now. */
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
 * Removes Metal3's objects of locks, and puts those back whose claim has come meanwhile. The controller points a new claim
 * at the lock that it finds, without a trace on the lock, so no precondition tells. The caller leaves entries and mirrors
 * alone until afterwards: they keep the address from all others in between.
 * Returns the claims that turned out to be alive.
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

/** True where no host uses the lock: no claim lives, or the claim has a lock of its own elsewhere. */
export async function isUnused(session: PoolSession, claim: Stored | undefined, { metal3 }: Lock): Promise<boolean> {
  if (!claim) return true;
  return metal3 !== undefined && hasLockElsewhere(session, claim, metal3);
}

/** The claim was made anew and has a lock of its own. A second one would be too many. */
async function hasLockElsewhere(session: PoolSession, claim: Stored, object: AddressObject): Promise<boolean> {
  const { pool } = session.view;
  const requested = parseAddress(claim.metadata.annotations?.[REQUESTED_ADDRESS_ANNOTATION] ?? "");
  const asked = requested.ok && pool ? lockName(pool, requested.value) : undefined;
  const name = addressNameIn(claim) ?? asked;
  if (name === undefined || name === object.name) return false;
  const own = await freshObject(session, "metal3", name);
  return own?.claimName === object.claimName;
}

/** Makes the object again without our marks: it is the live claim's from now on. */
async function returnToClaim(session: PoolSession, { manifest }: AddressObject): Promise<void> {
  const { name, namespace, labels, annotations = {}, ownerReferences } = manifest.metadata;
  const others = Object.fromEntries(Object.entries(annotations).filter(([key]) => !isMark(key)));
  const metadata = { name, namespace, labels, annotations: others, ownerReferences };
  await remakeObject(session, { ...manifest, metadata });
}

/** Makes Metal3's object that a live claim points at, if it is gone. */
export async function remakeObject(session: PoolSession, manifest: Manifest): Promise<void> {
  try {
    session.view.noteObject(readMetal3Object(await session.store.create(IP_ADDRESS, manifest)));
  } catch (error) {
    // The controller has made it itself.
    if (!isStoreError(error, "AlreadyExists")) throw error;
  }
}
