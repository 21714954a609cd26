/**
 * The lock: an IPAddress object named after the canonical address. Its creation decides who holds the address; its
 * claim and address never change, so it is also the record of the promise.
 */
import { addressObjectName, type IPAddress, readIPAddress } from "../../api/ip-address";
import { type IPPool, NETWORK_FIELDS, networkText } from "../../api/ip-pool";
import { apiVersionOf, IP_ADDRESS, IP_POOL } from "../../api/kinds";
import type { Manifest } from "../../api/meta";
import { type Address, formatAddress, sameAddress } from "../../core/address";
import { networkOf } from "../../core/pool";
import type { MergePatch, Stored } from "../../store/store";
import { readable } from "../errors";
import { type Marks, markAnnotations, marksOf, newMarkAnnotations, ownerText } from "./marks";

export interface Lock extends IPAddress {
  readonly object: Stored;
  readonly marks: Marks;
}

/** Throws `malformed`: an address object that cannot be read may hold anything. */
export function readLock(object: Stored): Lock {
  return { ...readable(object, readIPAddress(object)), object, marks: marksOf(object) };
}

/** `claim cp-0-provisioning (stack metal/dev, resource cp-0)`, or the object's name where it has no claim. */
export function holderText(lock: Lock): string {
  if (lock.claimName === undefined) return `IPAddress ${lock.name}, which names no claim`;
  return `claim ${lock.claimName} (${ownerText(lock.marks)})`;
}

export function lockName(pool: IPPool, address: Address): string {
  return addressObjectName(pool.namePrefix, address);
}

/** What CAPM3 renders for a host comes from this object, not from the pool: the effective values are written. */
export function lockObject(pool: IPPool, claim: string, address: Address, marks: Partial<Marks>): Manifest {
  return {
    apiVersion: apiVersionOf(IP_ADDRESS),
    kind: IP_ADDRESS.kind,
    metadata: {
      name: lockName(pool, address),
      namespace: pool.namespace,
      annotations: newMarkAnnotations(marks),
      ownerReferences: [poolReference(pool)],
    },
    spec: {
      ...lockSpecText(pool, address),
      claim: { name: claim, namespace: pool.namespace },
      pool: { name: pool.name, namespace: pool.namespace },
    },
  };
}

/** For `clusterctl move`, which follows owners, and for the garbage collector. */
export function poolReference(pool: IPPool) {
  const uid = pool.object.metadata.uid ?? "";
  return { apiVersion: apiVersionOf(IP_POOL), kind: IP_POOL.kind, name: pool.name, uid };
}

function lockSpecText(pool: IPPool, address: Address) {
  return { ...networkText(networkOf(pool.pool, address) ?? {}), address: formatAddress(address) };
}

/**
 * The patch that makes a lock say what it would say if it were made now, or undefined if it does. Values that the
 * pool no longer gives are removed.
 */
export function lockPatch(lock: Lock, pool: IPPool, marks: Partial<Marks>): MergePatch | undefined {
  const wanted: Record<string, unknown> = lockSpecText(pool, lock.address);
  const live = lock.object.spec as Record<string, unknown>;
  const spec: Record<string, unknown> = {};
  for (const field of NETWORK_FIELDS) {
    if (JSON.stringify(live[field]) !== JSON.stringify(wanted[field])) spec[field] = wanted[field] ?? null;
  }
  const sameMarks = (["token", "stack", "resource"] as const).every((key) => lock.marks[key] === marks[key]);
  const owned = lock.object.metadata.ownerReferences?.some((owner) => owner.uid === pool.object.metadata.uid) ?? false;
  if (Object.keys(spec).length === 0 && sameMarks && owned) return undefined;
  const others = (lock.object.metadata.ownerReferences ?? []).filter((owner) => owner.kind !== IP_POOL.kind);
  return {
    metadata: {
      annotations: markAnnotations({ ...marks, proposed: marks.proposed ?? lock.marks.proposed }),
      ownerReferences: [...others, poolReference(pool)],
    },
    spec,
  };
}

/** A lock under another object's name than its address asks for was edited by hand: it promises nothing. */
export function isWellNamed(lock: Lock, pool: IPPool): boolean {
  return lock.name === lockName(pool, lock.address);
}

/** True where the lock says that this claim holds this address of this pool. */
export function isLockOf(lock: Lock, pool: IPPool, claim: string, address: Address): boolean {
  return lock.poolName === pool.name && lock.claimName === claim && sameAddress(lock.address, address);
}
