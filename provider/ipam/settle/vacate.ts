import { addressNameIn, REQUESTED_ADDRESS_ANNOTATION } from "../../api/ip-claim";
import { IP_ADDRESS, IP_CLAIM } from "../../api/kinds";
import type { Manifest } from "../../api/meta";
import { parseAddress } from "../../core/address";
import { isStoreError, type Stored } from "../../store/store";
import { inParallel } from "../in-parallel";
import type { Ipam } from "../ipam";
import type { Ledger } from "../ledger/ledger";
import { type Half, type Lock, readMetal3Half } from "../ledger/lock";
import { lockName } from "../ledger/lock-object";
import { isMark } from "../ledger/marks";
import { usesPool } from "../ledger/uses-pool";
import { freshHalf } from "./half";
import { dropLock } from "./take";

/**
 * Removes Metal3's halves of locks, and puts those back whose claim has come meanwhile: the controller points a new
 * claim at the lock that it finds, without a trace on the lock, so no precondition tells. The caller leaves entries and
 * twins alone until afterwards: they keep everybody else from the address in between.
 * Returns the claims that turned out to be alive.
 */
export async function vacate(
  ipam: Ipam,
  ledger: Ledger,
  locks: readonly Lock[],
  mayDrop: (lock: Lock) => boolean,
): Promise<ReadonlyMap<string, Stored>> {
  const halves = locks.flatMap((lock) => (lock.metal3 && mayDrop(lock) ? [lock.metal3] : []));
  await inParallel(
    locks.filter(({ metal3 }) => metal3),
    (lock) => dropLock(ipam, ledger, { ...lock, twin: undefined }, () => mayDrop(lock)),
  );
  const claims = halves.flatMap(({ claimName }) => claimName ?? []);
  const alive = await liveClaims(ipam, ledger, claims);
  await inParallel(halves, async (half) => {
    const claim = alive.get(half.claimName ?? "");
    if (claim && !(await hasLockElsewhere(ipam, ledger, claim, half))) await putBack(ipam, ledger, half);
  });
  return alive;
}

/** True where nobody uses the lock: no claim lives, or one that has a lock of its own elsewhere. */
export async function isPastLock(
  ipam: Ipam,
  ledger: Ledger,
  claim: Stored | undefined,
  { metal3 }: Lock,
): Promise<boolean> {
  if (!claim) return true;
  return metal3 !== undefined && hasLockElsewhere(ipam, ledger, claim, metal3);
}

/** One that somebody has made anew, with a lock of its own: a second one would be of nobody, or the one it is given. */
async function hasLockElsewhere(ipam: Ipam, ledger: Ledger, claim: Stored, half: Half): Promise<boolean> {
  const requested = parseAddress(claim.metadata.annotations?.[REQUESTED_ADDRESS_ANNOTATION] ?? "");
  const asked = requested.ok && ledger.pool ? lockName(ledger.pool, requested.value) : undefined;
  const name = addressNameIn(claim) ?? asked;
  if (name === undefined || name === half.name) return false;
  const own = await freshHalf(ipam, ledger, "metal3", half.namespace, name);
  return own?.claimName === half.claimName;
}

/** Without the marks: it is the live claim's from now on. */
async function putBack(ipam: Ipam, ledger: Ledger, { object }: Half): Promise<void> {
  const { name, namespace, labels, annotations = {}, ownerReferences } = object.metadata;
  const others = Object.fromEntries(Object.entries(annotations).filter(([key]) => !isMark(key)));
  const metadata = { name, namespace, labels, annotations: others, ownerReferences };
  await remakeHalf(ipam, ledger, { ...object, metadata });
}

/** Makes Metal3's half that a live claim points at, if it is gone. */
export async function remakeHalf(ipam: Ipam, ledger: Ledger, object: Manifest): Promise<void> {
  try {
    ledger.noteHalf(readMetal3Half(await ipam.store.create(IP_ADDRESS, object)));
  } catch (error) {
    // The controller has made it itself.
    if (!isStoreError(error, "AlreadyExists")) throw error;
  }
}

/** Those of the claims that a host is using, by name: an IPClaim of that name and of this pool exists. */
export async function liveClaims(
  ipam: Ipam,
  ledger: Ledger,
  claims: readonly string[],
): Promise<ReadonlyMap<string, Stored>> {
  if (claims.length === 0) return new Map();
  const { namespace } = ledger.name;
  const there =
    claims.length === 1
      ? await Promise.all(claims.map((name) => ipam.store.get(IP_CLAIM, { namespace, name })))
      : await ipam.store.list(IP_CLAIM, namespace);
  return new Map(
    there.flatMap((claim) => (claim && usesPool(claim, ledger) ? [[claim.metadata.name, claim] as const] : [])),
  );
}

/** A host that is using its address: its IPClaim exists, so the address is neither freed nor changed. */
export async function hasLiveClaim(ipam: Ipam, ledger: Ledger, claim: string): Promise<boolean> {
  return (await liveClaims(ipam, ledger, [claim])).has(claim);
}
