/**
 * The lock is an IPAddress object named after the canonical address. Its creation decides who holds the address. Its claim
 * and address never change, so it also records the promise.
 *
 * Objects of one API group do not exclude those of another. In a cluster with both Metal3's and CAPI's IPAddress, a lock has
 * two objects of one name: Metal3's, and CAPI's, the mirror. The mirror names the claim `reserved-<claim>`. No controller
 * serves such a claim. So the mirror stays when the controller creates and deletes Metal3's object with each life of the
 * host.
 *
 * The mirror's pool is `reserved-<pool>`, so that Metal3's controller does not count it. The controller reads the two groups
 * through two caches. If it saw a counted mirror before Metal3's object, it would refuse the IPClaim for ever ("Requested IP
 * not available", seen on a real controller). The mirror only needs the name that an IPAddressClaim's address would get.
 */
import { readCapiIPAddress } from "../../api/capi/ip-address";
import { type IPAddress, readIPAddress } from "../../api/metal3/ip-address";
import { IP_CLAIM } from "../../api/metal3/kinds";
import { type Address, sameAddress } from "../../core/address";
import type { Network } from "../../core/pool";
import type { Stored } from "../../store/store";
import { readable } from "../errors";
import { claimText } from "../wording";
import { type Marks, marksOf, ownerText } from "./marks";

/** One object of a lock. */
export interface AddressObject extends IPAddress {
  readonly of: "metal3" | "capi";
  readonly manifest: Stored;
  readonly marks: Marks;
}

/** A lock has at least one object. Both objects have one name. */
export interface Lock {
  readonly namespace: string;
  readonly name: string;
  readonly address: Address;
  readonly poolName: string;
  /** Undefined for objects made by hand. */
  readonly claimName: string | undefined;
  /** The mirror's marks have priority, because the controller creates Metal3's object without marks. */
  readonly marks: Marks;
  /** The network that a host gets. Undefined if there is only the mirror. */
  readonly network: Network | undefined;
  readonly metal3: AddressObject | undefined;
  readonly mirror: AddressObject | undefined;
}

/** Throws `malformed`, because an unreadable address object may hold any address. */
export function readMetal3Object(stored: Stored): AddressObject {
  return { ...readable(stored, readIPAddress(stored)), of: "metal3", manifest: stored, marks: marksOf(stored) };
}

/** An IPAddress of CAPI: a mirror, or the address of an IPAddressClaim. Throws `malformed`. */
export function readCapiObject(stored: Stored): AddressObject {
  const read = readable(stored, readCapiIPAddress(stored));
  const object = { ...read, of: "capi", manifest: stored, marks: marksOf(stored) } as const;
  return isMirror(object) ? { ...object, poolName: withoutPrefix(read.poolName) } : object;
}

const RESERVED = "reserved-";

/** The name of the claim or pool in a mirror. */
export function mirrorName(name: string): string {
  return RESERVED + name;
}

function withoutPrefix(name: string): string {
  return name.startsWith(RESERVED) ? name.slice(RESERVED.length) : name;
}

/** False for the address of a real IPAddressClaim, even if that claim's name begins with `reserved-`. */
export function isMirror({ of, claimName, manifest }: AddressObject): boolean {
  const owners = manifest.metadata.ownerReferences ?? [];
  const isReserved = claimName?.startsWith(RESERVED) ?? false;
  return of === "capi" && isReserved && !owners.some(({ kind }) => kind === "IPAddressClaim");
}

/**
 * Joins Metal3's object and the mirror of one name into one lock, or into two if they name different claims or addresses.
 */
export function joinObjects(metal3: AddressObject | undefined, mirror: AddressObject | undefined): Lock[] {
  if (metal3 && mirror && areOne(metal3, mirror)) return [lockOf(metal3, mirror)];
  return [...(metal3 ? [lockOf(metal3, undefined)] : []), ...(mirror ? [lockOf(undefined, mirror)] : [])];
}

/** A single object as a lock, for messages about an existing object. */
export function lockOfObject(object: AddressObject): Lock {
  return object.of === "metal3" ? lockOf(object, undefined) : lockOf(undefined, object);
}

function areOne(metal3: AddressObject, mirror: AddressObject): boolean {
  const isSameClaim = metal3.claimName !== undefined && mirror.claimName === mirrorName(metal3.claimName);
  return isSameClaim && metal3.poolName === mirror.poolName && sameAddress(metal3.address, mirror.address);
}

function lockOf(metal3: AddressObject | undefined, mirror: AddressObject | undefined): Lock {
  const { namespace, name, address, poolName } = (metal3 ?? mirror)!;
  const claimOfMirror = mirror?.claimName === undefined ? undefined : withoutPrefix(mirror.claimName);
  const claimName = metal3 ? metal3.claimName : claimOfMirror;
  const marks = mirror?.marks.token !== undefined ? mirror.marks : (metal3 ?? mirror)!.marks;
  return { namespace, name, address, poolName, claimName, marks, network: metal3?.network, metal3, mirror };
}

/**
 * Whether Metal3's controller created the lock for a live claim. Then it is deleted with the claim, and no update changes
 * its address.
 */
export function isControllerMade({ marks, metal3 }: Lock): boolean {
  const owners = metal3?.manifest.metadata.ownerReferences ?? [];
  return marks.token === undefined && owners.some(({ kind }) => kind === IP_CLAIM.kind);
}

/** The object for messages: Metal3's if it exists. */
export function shownObject({ metal3, mirror }: Lock): AddressObject {
  return (metal3 ?? mirror)!;
}

/** The objects in the order in which they are created. They are released in reverse order. */
export function objectsOf({ mirror, metal3 }: Lock): AddressObject[] {
  return [mirror, metal3].filter((object): object is AddressObject => object !== undefined);
}

/** `cp-0 (stack metal/dev, resource cp-0)`, or the object's name if it names no claim. */
export function lockHolderText(lock: Lock): string {
  const group = "ipam.cluster.x-k8s.io";
  if (lock.claimName === undefined)
    return `IPAddress ${lock.name}${lock.metal3 ? "" : ` in ${group}`}, which names no claim`;
  const isOfCapi = lock.metal3 ? "" : `, in ${group}`;
  return `${claimText({ name: lock.poolName }, lock.claimName)} (${ownerText(lock.marks)}${isOfCapi})`;
}
