import { IP_ADDRESS, IP_CLAIM } from "../../api/kinds";
import type { Manifest } from "../../api/meta";
import { addressNameIn, REQUESTED_ADDRESS_ANNOTATION } from "../../api/metal3/ip-claim";
import { parseAddress } from "../../core/address";
import { isStoreError, type Stored } from "../../store/store";
import { inParallel } from "../in-parallel";
import type { Ipam } from "../ipam";
import type { PoolView } from "../pool/pool-view";
import { freshObject } from "./address-object";
import { type AddressObject, type Lock, readMetal3Object } from "./lock";
import { lockName } from "./lock-object";
import { isMark } from "./marks";
import { dropLock } from "./take-lock";
import { usesPool } from "./uses-pool";

/**
 * Removes Metal3's halves of locks, and puts those back whose claim has come meanwhile: the controller points a new
 * claim at the lock that it finds, without a trace on the lock, so no precondition tells. The caller leaves entries and
 * mirrors alone until afterwards: they keep everybody else from the address in between.
 * Returns the claims that turned out to be alive.
 */
export async function releaseUnused(
  ipam: Ipam,
  view: PoolView,
  locks: readonly Lock[],
  mayDrop: (lock: Lock) => boolean,
): Promise<ReadonlyMap<string, Stored>> {
  const halves = locks.flatMap((lock) => (lock.metal3 && mayDrop(lock) ? [lock.metal3] : []));
  await inParallel(
    locks.filter(({ metal3 }) => metal3),
    (lock) => dropLock(ipam, view, { ...lock, mirror: undefined }, () => mayDrop(lock)),
  );
  const claims = halves.flatMap(({ claimName }) => claimName ?? []);
  const alive = await liveClaims(ipam, view, claims);
  await inParallel(halves, async (half) => {
    const claim = alive.get(half.claimName ?? "");
    if (claim && !(await hasLockElsewhere(ipam, view, claim, half))) await returnToClaim(ipam, view, half);
  });
  return alive;
}

/** True where nobody uses the lock: no claim lives, or one that has a lock of its own elsewhere. */
export async function isPastLock(
  ipam: Ipam,
  view: PoolView,
  claim: Stored | undefined,
  { metal3 }: Lock,
): Promise<boolean> {
  if (!claim) return true;
  return metal3 !== undefined && hasLockElsewhere(ipam, view, claim, metal3);
}

/** One that somebody has made anew, with a lock of its own: a second one would be of nobody, or the one it is given. */
async function hasLockElsewhere(ipam: Ipam, view: PoolView, claim: Stored, half: AddressObject): Promise<boolean> {
  const requested = parseAddress(claim.metadata.annotations?.[REQUESTED_ADDRESS_ANNOTATION] ?? "");
  const asked = requested.ok && view.pool ? lockName(view.pool, requested.value) : undefined;
  const name = addressNameIn(claim) ?? asked;
  if (name === undefined || name === half.name) return false;
  const own = await freshObject(ipam, view, "metal3", half.namespace, name);
  return own?.claimName === half.claimName;
}

/** Without the marks: it is the live claim's from now on. */
async function returnToClaim(ipam: Ipam, view: PoolView, { object }: AddressObject): Promise<void> {
  const { name, namespace, labels, annotations = {}, ownerReferences } = object.metadata;
  const others = Object.fromEntries(Object.entries(annotations).filter(([key]) => !isMark(key)));
  const metadata = { name, namespace, labels, annotations: others, ownerReferences };
  await remakeObject(ipam, view, { ...object, metadata });
}

/** Makes Metal3's half that a live claim points at, if it is gone. */
export async function remakeObject(ipam: Ipam, view: PoolView, object: Manifest): Promise<void> {
  try {
    view.noteObject(readMetal3Object(await ipam.store.create(IP_ADDRESS, object)));
  } catch (error) {
    // The controller has made it itself.
    if (!isStoreError(error, "AlreadyExists")) throw error;
  }
}

/** Those of the claims that a host is using, by name: an IPClaim of that name and of this pool exists. */
export async function liveClaims(
  ipam: Ipam,
  view: PoolView,
  claims: readonly string[],
): Promise<ReadonlyMap<string, Stored>> {
  if (claims.length === 0) return new Map();
  const { namespace } = view.name;
  const there =
    claims.length === 1
      ? await Promise.all(claims.map((name) => ipam.store.get(IP_CLAIM, { namespace, name })))
      : await ipam.store.list(IP_CLAIM, namespace);
  return new Map(
    there.flatMap((claim) => (claim && usesPool(claim, view) ? [[claim.metadata.name, claim] as const] : [])),
  );
}

/** A host that is using its address: its IPClaim exists, so the address is neither freed nor changed. */
export async function hasLiveClaim(ipam: Ipam, view: PoolView, claim: string): Promise<boolean> {
  return (await liveClaims(ipam, view, [claim])).has(claim);
}
