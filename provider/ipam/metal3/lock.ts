/**
 * The lock: an IPAddress object named after the canonical address. Its creation decides who holds the address; its
 * claim and address never change, so it is also the record of the promise.
 *
 * Where CAPI's IPAddress is served beside Metal3's, a lock has two halves of one name, for objects of one group do not
 * exclude those of the other. CAPI's half, the mirror, names the claim `reserved-<claim>`: no controller serves such a
 * claim, so the mirror outlives the lives of the host, in which the controller makes and deletes Metal3's half.
 *
 * Its pool is `reserved-<pool>`, so that Metal3's controller does not count it. It reads the two groups through two
 * caches: if it saw a counted mirror before Metal3's half, it took the address for another's and refused the claim of an
 * IPClaim for ever ("Requested IP not available", seen on a real controller). All that a mirror has to do is to bear the
 * name that an IPAddressClaim's address would get.
 */

import { IP_CLAIM } from "../../api/kinds";
import { type IPAddress, readCapiIPAddress, readIPAddress } from "../../api/metal3/ip-address";
import { type Address, sameAddress } from "../../core/address";
import type { Network } from "../../core/pool";
import type { Stored } from "../../store/store";
import { readable } from "../errors";
import { type Marks, marksOf, ownerText } from "./marks";

/** One object of a lock. */
export interface AddressObject extends IPAddress {
  readonly of: "metal3" | "capi";
  readonly object: Stored;
  readonly marks: Marks;
}

/** One half at least, both of one name. */
export interface Lock {
  readonly namespace: string;
  readonly name: string;
  readonly address: Address;
  readonly poolName: string;
  /** Undefined for objects made by hand. */
  readonly claimName: string | undefined;
  /** Whose it is: the mirror knows when the other half does not, for the controller makes that one without marks. */
  readonly marks: Marks;
  /** What a host is told; undefined where only the mirror is there. */
  readonly network: Network | undefined;
  readonly metal3: AddressObject | undefined;
  readonly mirror: AddressObject | undefined;
}

/** Throws `malformed`: an address object that cannot be read may hold anything. */
export function readMetal3Object(object: Stored): AddressObject {
  return { ...readable(object, readIPAddress(object)), of: "metal3", object, marks: marksOf(object) };
}

/** An IPAddress of CAPI: a mirror, or the address of an IPAddressClaim. Throws `malformed`. */
export function readCapiObject(object: Stored): AddressObject {
  const read = readable(object, readCapiIPAddress(object));
  const half = { ...read, of: "capi", object, marks: marksOf(object) } as const;
  return isMirror(half) ? { ...half, poolName: withoutPrefix(read.poolName) } : half;
}

const RESERVED = "reserved-";

/** How CAPI's half calls the claim and the pool. */
export function mirrorName(name: string): string {
  return RESERVED + name;
}

function withoutPrefix(name: string): string {
  return name.startsWith(RESERVED) ? name.slice(RESERVED.length) : name;
}

/** False for the address of a real IPAddressClaim, whatever that claim is called. */
export function isMirror(half: AddressObject): boolean {
  const owners = half.object.metadata.ownerReferences ?? [];
  return half.of === "capi" && isReserved(half.claimName) && !owners.some(({ kind }) => kind === "IPAddressClaim");
}

function isReserved(claimName: string | undefined): claimName is string {
  return claimName?.startsWith(RESERVED) ?? false;
}

/** Metal3's half and the mirror of one name: one lock, or two where they speak of different claims or addresses. */
export function joinObjects(metal3: AddressObject | undefined, mirror: AddressObject | undefined): Lock[] {
  const both = metal3 && mirror && areOne(metal3, mirror);
  if (both) return [lockOf(metal3, mirror)];
  return [...(metal3 ? [lockOf(metal3, undefined)] : []), ...(mirror ? [lockOf(undefined, mirror)] : [])];
}

/** A single half as a lock: for messages about whatever stands where a half was to be made. */
export function lockOfObject(half: AddressObject): Lock {
  return half.of === "metal3" ? lockOf(half, undefined) : lockOf(undefined, half);
}

function areOne(metal3: AddressObject, mirror: AddressObject): boolean {
  const isSameClaim = metal3.claimName !== undefined && mirror.claimName === mirrorName(metal3.claimName);
  return isSameClaim && metal3.poolName === mirror.poolName && sameAddress(metal3.address, mirror.address);
}

function lockOf(metal3: AddressObject | undefined, mirror: AddressObject | undefined): Lock {
  const { namespace, name, address, poolName } = (metal3 ?? mirror)!;
  const network = metal3?.network;
  const claimName = metal3 ? metal3.claimName : claimOfMirror(mirror!);
  return {
    namespace,
    name,
    address,
    poolName,
    claimName,
    marks: marksOfObjects(metal3, mirror),
    network,
    metal3,
    mirror: mirror,
  };
}

function claimOfMirror({ claimName }: AddressObject): string | undefined {
  return claimName === undefined ? undefined : withoutPrefix(claimName);
}

function marksOfObjects(metal3: AddressObject | undefined, mirror: AddressObject | undefined): Marks {
  return mirror?.marks.token !== undefined ? mirror.marks : (metal3 ?? mirror)!.marks;
}

/** Made by Metal3's controller for a claim that is alive: it goes with the claim, and no update changes its address. */
export function isLiveClaims({ marks, metal3 }: Lock): boolean {
  const owners = metal3?.object.metadata.ownerReferences ?? [];
  return marks.token === undefined && owners.some(({ kind }) => kind === IP_CLAIM.kind);
}

/** The half whose values people look at: Metal3's where it is there. */
export function shownObject(lock: Lock): AddressObject {
  return (lock.metal3 ?? lock.mirror)!;
}

/** In the order in which they are made; to be undone and released backwards. */
export function objectsOf({ mirror, metal3 }: Lock): AddressObject[] {
  return [mirror, metal3].filter((half): half is AddressObject => half !== undefined);
}

/** `claim cp-0-provisioning (stack metal/dev, resource cp-0)`, or the object's name where it has no claim. */
export function lockHolderText(lock: Lock): string {
  const group = lock.metal3 ? "" : " of ipam.cluster.x-k8s.io";
  if (lock.claimName === undefined) return `IPAddress ${lock.name}${group}, which names no claim`;
  return `claim ${lock.claimName}${group} (${ownerText(lock.marks)})`;
}
