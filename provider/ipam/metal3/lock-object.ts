/** What the halves of a lock say, and what makes them say it. */

import { apiVersionOf, IP_ADDRESS, IP_POOL, type Kind } from "../../api/kinds";
import type { Manifest, OwnerReference } from "../../api/meta";
import { addressObjectName } from "../../api/metal3/ip-address";
import { type IPPool, NETWORK_FIELDS, networkText } from "../../api/metal3/ip-pool";
import { type Address, formatAddress, sameAddress } from "../../core/address";
import { networkOf } from "../../core/pool";
import type { MergePatch } from "../../store/store";
import { type AddressObject, type Lock, mirrorName } from "./lock";
import { type Marks, markAnnotations, newMarkAnnotations } from "./marks";

export function lockName(pool: IPPool, address: Address): string {
  return addressObjectName(pool.namePrefix, address);
}

/** What CAPM3 renders for a host comes from this object, not from the pool: the effective values are written. */
export function lockObject(pool: IPPool, claim: string, address: Address, marks: Partial<Marks>): Manifest {
  return {
    ...shared(IP_ADDRESS, pool, address, marks, [poolReference(pool)]),
    spec: {
      ...networkText(networkOf(pool.pool, address) ?? {}),
      address: formatAddress(address),
      claim: { name: claim, namespace: pool.namespace },
      pool: { name: pool.name, namespace: pool.namespace },
    },
  };
}

/**
 * `kind`: CAPI's IPAddress in the version that is served. It has no DNS servers, and must have a prefix. `claimOwners`:
 * Metal3's half goes with the claim, and the mirror has to go with the claim's owners, or it would keep the address for a
 * claim that nobody wants any more.
 */
export function mirrorObject(
  kind: Kind,
  pool: IPPool,
  claim: string,
  address: Address,
  marks: Partial<Marks>,
  claimOwners: readonly OwnerReference[] | undefined,
): Manifest {
  const { prefix, gateway } = networkText(networkOf(pool.pool, address) ?? {});
  return {
    ...shared(kind, pool, address, marks, claimOwners?.map(plainReference) ?? [poolReference(pool)]),
    spec: {
      address: formatAddress(address),
      prefix: prefix ?? (address.family === 4 ? 32 : 128),
      ...(gateway !== undefined && { gateway }),
      claimRef: { name: mirrorName(claim) },
      poolRef: { apiGroup: IP_POOL.group, kind: IP_POOL.kind, name: mirrorName(pool.name) },
    },
  };
}

function shared(kind: Kind, pool: IPPool, address: Address, marks: Partial<Marks>, owners: OwnerReference[]) {
  return {
    apiVersion: apiVersionOf(kind),
    kind: kind.kind,
    metadata: {
      name: lockName(pool, address),
      namespace: pool.namespace,
      annotations: newMarkAnnotations(marks),
      ownerReferences: owners,
    },
  };
}

/** For `clusterctl move`, which follows owners, and for the garbage collector. */
function poolReference(pool: IPPool) {
  return { apiVersion: apiVersionOf(IP_POOL), kind: IP_POOL.kind, name: pool.name, uid: pool.object.metadata.uid };
}

/** That it is owned, and no more: who controls the claim does not control its address. */
function plainReference({ apiVersion, kind, name, uid }: OwnerReference): OwnerReference {
  return { apiVersion, kind, name, uid };
}

/** The owners that this half should have: the pool as it lives now, and whoever else there is. */
export function ownersPatch(half: AddressObject, pool: IPPool): MergePatch | undefined {
  const owners = half.object.metadata.ownerReferences ?? [];
  const others = owners.filter(({ kind }) => kind !== IP_POOL.kind);
  // The mirror of an IPClaim that has owners is theirs alone: with the pool as owner, it would outlive them.
  const isClaimOwners = half.of === "capi" && others.length > 0 && others.length === owners.length;
  if (isOwnedBy(half, pool) || isClaimOwners) return undefined;
  return { metadata: { ownerReferences: [...others, poolReference(pool)] } };
}

/** Undefined where the half is owned as it should be. */
function wantedOwners(
  half: AddressObject,
  pool: IPPool,
  owners: readonly OwnerReference[] | undefined,
): OwnerReference[] | undefined {
  const live = half.object.metadata.ownerReferences ?? [];
  const wanted =
    half.of === "capi" && owners
      ? owners.map(plainReference)
      : [...live.filter(({ kind }) => kind !== IP_POOL.kind), poolReference(pool)];
  return uidsOf(live) === uidsOf(wanted) ? undefined : wanted;
}

function uidsOf(owners: readonly OwnerReference[]): string {
  return owners
    .map(({ uid }) => uid)
    .sort()
    .join();
}

/** Without a pool as owner: the garbage collector leaves it alone. */
export function noPoolPatch(half: AddressObject): MergePatch | undefined {
  const owners = half.object.metadata.ownerReferences ?? [];
  const others = owners.filter(({ kind }) => kind !== IP_POOL.kind);
  return others.length === owners.length ? undefined : { metadata: { ownerReferences: others } };
}

function isOwnedBy(half: AddressObject, pool: IPPool): boolean {
  const owners = half.object.metadata.ownerReferences ?? [];
  return owners.some((owner) => owner.uid === pool.object.metadata.uid);
}

/**
 * The patch that makes a half say what it would say if it were made now, or undefined if it does. Values that the
 * pool no longer gives are removed. CAPI's webhook keeps the mirror's spec as it is, and nobody reads it.
 */
export function objectPatch(
  half: AddressObject,
  pool: IPPool,
  marks: Partial<Marks>,
  claimOwners: readonly OwnerReference[] | undefined,
): MergePatch | undefined {
  const spec = half.of === "metal3" ? networkPatch(half, pool) : {};
  const sameMarks = (["token", "stack", "state", "resource"] as const).every((key) => half.marks[key] === marks[key]);
  const ownerReferences = wantedOwners(half, pool, claimOwners);
  if (Object.keys(spec).length === 0 && sameMarks && !ownerReferences) return undefined;
  const proposed = marks.proposed ?? half.marks.proposed;
  return {
    metadata: {
      ...(ownerReferences && { ownerReferences }),
      annotations: markAnnotations({ ...marks, proposed }),
    },
    ...(Object.keys(spec).length > 0 && { spec }),
  };
}

function networkPatch(half: AddressObject, pool: IPPool): Record<string, unknown> {
  const wanted: Record<string, unknown> = { ...networkText(networkOf(pool.pool, half.address) ?? {}) };
  const live = half.object.spec as Record<string, unknown>;
  const patch: Record<string, unknown> = {};
  for (const field of NETWORK_FIELDS) {
    if (JSON.stringify(live[field]) !== JSON.stringify(wanted[field])) patch[field] = wanted[field] ?? null;
  }
  return patch;
}

/** A lock under another object's name than its address asks for was edited by hand: it promises nothing. */
export function isWellNamed(lock: Lock, pool: IPPool): boolean {
  return lock.name === lockName(pool, lock.address);
}

/** True where the lock says that this claim holds this address of this pool. */
export function isLockOf(lock: Lock, pool: IPPool, claim: string, address: Address): boolean {
  return lock.poolName === pool.name && lock.claimName === claim && sameAddress(lock.address, address);
}
