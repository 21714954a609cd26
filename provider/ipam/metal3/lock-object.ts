/** The content of a lock's objects, and the patches that change existing objects to it. */

import type { ClaimKind } from "../../api/claim";
import { apiVersionOf, type Kind } from "../../api/kinds";
import type { Manifest, OwnerReference } from "../../api/meta";
import { addressObjectName } from "../../api/metal3/ip-address";
import { type IPPool, NETWORK_FIELDS, networkText } from "../../api/metal3/ip-pool";
import { IP_ADDRESS, IP_POOL } from "../../api/metal3/kinds";
import { type Address, formatAddress, sameAddress } from "../../core/address";
import { networkOf } from "../../core/pool";
import type { MergePatch } from "../../store/store";
import { type AddressObject, groupForClaims, type Lock, mirrorName } from "./lock";
import { type Marks, MIRROR_ANNOTATION, markAnnotations, newMarkAnnotations } from "./marks";

export function lockName(pool: IPPool, address: Address): string {
  return addressObjectName(pool.namePrefix, address);
}

/** A claim and the address that it will get. */
export interface HeldClaim {
  readonly pool: IPPool;
  readonly claim: string;
  readonly claimKind: ClaimKind;
  readonly address: Address;
}

/**
 * The manifest of Metal3's object. CAPM3 renders a host's network from this object and not from the pool, so it has the
 * effective values.
 */
export function metal3Object(held: HeldClaim, marks: Partial<Marks>): Manifest {
  const { pool, claimKind, address } = held;
  const { claim, poolName } = namesIn("metal3", held);
  const isMirrored = groupForClaims(claimKind) !== "metal3";
  const annotations = { ...newMarkAnnotations(marks), ...(isMirrored && { [MIRROR_ANNOTATION]: claimKind }) };
  return {
    ...shared(IP_ADDRESS, pool, address, annotations, [poolReference(pool)]),
    spec: {
      ...networkText(networkOf(pool.pool, address) ?? {}),
      address: formatAddress(address),
      claim: { name: claim, namespace: pool.namespace },
      pool: { name: poolName, namespace: pool.namespace },
    },
  };
}

/**
 * The manifest of CAPI's object. `kind`: CAPI's IPAddress in the served version. It has no DNS servers and requires a prefix.
 * `claimOwners`: the mirror must be deleted with the claim's owners, or it would keep the address after the claim. Metal3's
 * object is deleted with the claim.
 */
export function capiObject(
  kind: Kind,
  held: HeldClaim,
  marks: Partial<Marks>,
  claimOwners: readonly OwnerReference[] | undefined,
): Manifest {
  const { pool, address } = held;
  const { claim, poolName } = namesIn("capi", held);
  const owners = claimOwners?.map(plainReference) ?? [poolReference(pool)];
  return {
    ...shared(kind, pool, address, newMarkAnnotations(marks), owners),
    spec: {
      address: formatAddress(address),
      ...capiNetwork(held),
      claimRef: { name: claim },
      poolRef: { apiGroup: IP_POOL.group, kind: IP_POOL.kind, name: poolName },
    },
  };
}

/** The names of the claim and the pool. A mirror has names that no controller serves. */
function namesIn(of: AddressObject["of"], { claimKind, claim, pool }: HeldClaim) {
  const isMirrored = groupForClaims(claimKind) !== of;
  return isMirrored ? { claim: mirrorName(claim), poolName: mirrorName(pool.name) } : { claim, poolName: pool.name };
}

function capiNetwork({ pool, address }: HeldClaim) {
  const { prefix, gateway } = networkText(networkOf(pool.pool, address) ?? {});
  return { prefix: prefix ?? (address.family === 4 ? 32 : 128), ...(gateway !== undefined && { gateway }) };
}

/**
 * Whether CAPI's object of an IPAddressClaim has another prefix or gateway than the pool gives now. CAPI's webhook allows no
 * change of them, so such an object has to be created again.
 */
export function hasOldNetwork({ of, manifest }: AddressObject, held: HeldClaim): boolean {
  if (of === "metal3" || held.claimKind !== "IPAddressClaim") return false;
  const { prefix, gateway } = manifest.spec as Record<string, unknown>;
  const now = capiNetwork(held);
  return prefix !== now.prefix || (gateway || undefined) !== now.gateway;
}

function shared(
  kind: Kind,
  pool: IPPool,
  address: Address,
  annotations: Readonly<Record<string, string>>,
  owners: OwnerReference[],
) {
  return {
    apiVersion: apiVersionOf(kind),
    kind: kind.kind,
    metadata: { name: lockName(pool, address), namespace: pool.namespace, annotations, ownerReferences: owners },
  };
}

/** The pool as an owner, for `clusterctl move`, which follows owners, and for the garbage collector. */
function poolReference(pool: IPPool) {
  return { apiVersion: apiVersionOf(IP_POOL), kind: IP_POOL.kind, name: pool.name, uid: pool.manifest.metadata.uid };
}

/** The owner without the controller flag, because the claim's controller does not control its address. */
function plainReference({ apiVersion, kind, name, uid }: OwnerReference): OwnerReference {
  return { apiVersion, kind, name, uid };
}

/** The patch that adds the current pool as an owner and keeps the other owners. Undefined if there is nothing to do. */
export function ownersPatch(object: AddressObject, pool: IPPool): MergePatch | undefined {
  const owners = object.manifest.metadata.ownerReferences ?? [];
  const others = owners.filter(({ kind }) => kind !== IP_POOL.kind);
  // The mirror of an IPClaim with owners belongs to those owners alone. The pool as an owner would keep it after they are
  // gone.
  const isClaimOwners = object.of === "capi" && others.length > 0 && others.length === owners.length;
  if (isOwnedBy(object, pool) || isClaimOwners) return undefined;
  return { metadata: { ownerReferences: [...others, poolReference(pool)] } };
}

/** Undefined if the owners are as wanted. */
function wantedOwners(
  object: AddressObject,
  pool: IPPool,
  owners: readonly OwnerReference[] | undefined,
): OwnerReference[] | undefined {
  const live = object.manifest.metadata.ownerReferences ?? [];
  const wanted =
    object.of === "capi" && owners
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

/**
 * The patch that removes the pool as an owner, so that the garbage collector leaves the object alone. Undefined if there is
 * nothing to do.
 */
export function noPoolPatch(object: AddressObject): MergePatch | undefined {
  const owners = object.manifest.metadata.ownerReferences ?? [];
  const others = owners.filter(({ kind }) => kind !== IP_POOL.kind);
  return others.length === owners.length ? undefined : { metadata: { ownerReferences: others } };
}

export function isOwnedBy(object: AddressObject, pool: IPPool): boolean {
  const owners = object.manifest.metadata.ownerReferences ?? [];
  return owners.some((owner) => owner.uid === pool.manifest.metadata.uid);
}

/**
 * The patch that changes an object to the content that it would have if it were created now. Undefined if it has that
 * content. Values that the pool no longer gives are removed. CAPI's webhook does not allow changes to a mirror's spec, and
 * no controller reads it.
 */
export function objectPatch(
  object: AddressObject,
  pool: IPPool,
  marks: Partial<Marks>,
  claimOwners: readonly OwnerReference[] | undefined,
): MergePatch | undefined {
  const spec = object.of === "metal3" ? networkPatch(object, pool) : {};
  const sameMarks = (["token", "stack", "state", "resource", "releasing"] as const).every(
    (key) => object.marks[key] === marks[key],
  );
  const ownerReferences = wantedOwners(object, pool, claimOwners);
  if (Object.keys(spec).length === 0 && sameMarks && !ownerReferences) return undefined;
  const proposed = marks.proposed ?? object.marks.proposed;
  return {
    metadata: {
      ...(ownerReferences && { ownerReferences }),
      annotations: markAnnotations({ ...marks, proposed }),
    },
    ...(Object.keys(spec).length > 0 && { spec }),
  };
}

function networkPatch(object: AddressObject, pool: IPPool): Record<string, unknown> {
  const wanted: Record<string, unknown> = { ...networkText(networkOf(pool.pool, object.address) ?? {}) };
  const live = object.manifest.spec as Record<string, unknown>;
  const patch: Record<string, unknown> = {};
  for (const field of NETWORK_FIELDS) {
    if (JSON.stringify(live[field]) !== JSON.stringify(wanted[field])) patch[field] = wanted[field] ?? null;
  }
  return patch;
}

/** False for a lock whose name does not match its address. Such a lock was edited by hand and promises nothing. */
export function isWellNamed(lock: Lock, pool: IPPool): boolean {
  return lock.name === lockName(pool, lock.address);
}

/** True if the lock says that this claim holds this address of this pool. */
export function isLockOf(lock: Lock, pool: IPPool, claim: string, address: Address): boolean {
  return lock.poolName === pool.name && lock.claimName === claim && sameAddress(lock.address, address);
}
