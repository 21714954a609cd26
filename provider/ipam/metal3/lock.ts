/**
 * The lock is an IPAddress object named after the canonical address. Its creation decides who holds the address. Its claim
 * and address never change, so it also records the promise.
 *
 * Objects of one API group do not exclude those of another. In a cluster with both Metal3's and CAPI's IPAddress, a lock has
 * two objects of one name. One is the object that the claim will get: Metal3's for an IPClaim, CAPI's for an IPAddressClaim.
 * The other one, the mirror, keeps claims of the other kind off the address. It names the claim `reserved-<claim>`. No
 * controller serves such a claim. So the mirror stays when the controller creates and deletes the claim's object with each
 * life of the host.
 *
 * The mirror's pool is `reserved-<pool>`, so that Metal3's controller does not count it. The controller reads the two groups
 * through two caches. If it saw a counted mirror before the claim's object, it would refuse the claim for ever ("Requested IP
 * not available", seen on a real controller). The mirror only needs the name that the other kind's address would get.
 */
import { readCapiIPAddress } from "../../api/capi/ip-address";
import { CLAIM_KINDS, type ClaimKind } from "../../api/claim";
import { type IPAddress, mayBeOfPool, readIPAddress } from "../../api/metal3/ip-address";
import { type Address, sameAddress } from "../../core/address";
import type { Network } from "../../core/pool";
import type { Stored } from "../../store/store";
import { readable } from "../errors";
import { claimText } from "../wording";
import { isMarkedMirror, type Marks, marksOf, ownerText } from "./marks";

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
  /** The kind of claim that the address is for. */
  readonly claimKind: ClaimKind;
  /** Undefined for objects made by hand. */
  readonly claimName: string | undefined;
  /** The mirror's marks have priority, because the controller creates the claim's object without marks. */
  readonly marks: Marks;
  /** The network that a host gets from Metal3's object. Undefined without it. */
  readonly network: Network | undefined;
  /** The object that the claim gets. */
  readonly object: AddressObject | undefined;
  readonly mirror: AddressObject | undefined;
}

/** Throws `malformed`, because an unreadable address object may hold any address. */
export function readMetal3Object(stored: Stored): AddressObject {
  return unmirrored({
    ...readable(stored, readIPAddress(stored)),
    of: "metal3",
    manifest: stored,
    marks: marksOf(stored),
  });
}

/** An IPAddress of CAPI: a mirror, or the address of an IPAddressClaim. Throws `malformed`. */
export function readCapiObject(stored: Stored): AddressObject {
  return unmirrored({
    ...readable(stored, readCapiIPAddress(stored)),
    of: "capi",
    manifest: stored,
    marks: marksOf(stored),
  });
}

/** False if the object of Metal3's group says that it belongs to another pool. */
export function mayBeObjectOf(stored: Stored, poolName: string): boolean {
  return mayBeOfPool(stored, isMarkedMirror(stored) ? mirrorName(poolName) : poolName);
}

/** A mirror belongs to the pool that its name stands for. */
function unmirrored(object: AddressObject): AddressObject {
  return isMirror(object) ? { ...object, poolName: withoutPrefix(object.poolName) } : object;
}

const RESERVED = "reserved-";

/** The name of the claim or pool in a mirror. */
export function mirrorName(name: string): string {
  return RESERVED + name;
}

function withoutPrefix(name: string): string {
  return name.startsWith(RESERVED) ? name.slice(RESERVED.length) : name;
}

/**
 * Metal3's mirrors have a mark, because a claim of the user may also be called `reserved-...`. CAPI's were without one at
 * first. False for the address of a real IPAddressClaim, even if that claim's name begins with `reserved-`.
 */
export function isMirror({ of, claimName, manifest }: AddressObject): boolean {
  if (of === "metal3") return isMarkedMirror(manifest);
  const owners = manifest.metadata.ownerReferences ?? [];
  const isReserved = claimName?.startsWith(RESERVED) ?? false;
  return isReserved && !owners.some(({ kind }) => kind === CLAIM_KINDS.IPAddressClaim.kind);
}

/** The group whose object a claim of this kind gets. */
export function groupForClaims(claimKind: ClaimKind): AddressObject["of"] {
  return claimKind === "IPClaim" ? "metal3" : "capi";
}

/** The kind of claim that the object's lock is for. */
export function claimKindOf(object: AddressObject): ClaimKind {
  return (object.of === "metal3") === isMirror(object) ? "IPAddressClaim" : "IPClaim";
}

/** Joins the objects of one name into one lock, or into two if they are not a claim's object and its mirror. */
export function joinObjects(metal3: AddressObject | undefined, capi: AddressObject | undefined): Lock[] {
  const objects = [metal3, capi].filter((object) => object !== undefined);
  const mirror = objects.find(isMirror);
  const object = objects.find((one) => !isMirror(one));
  if (object && mirror && areOne(object, mirror)) return [lockOf(object, mirror)];
  return objects.map(lockOfObject);
}

/** A single object as a lock, for messages about an existing object. */
export function lockOfObject(object: AddressObject): Lock {
  return isMirror(object) ? lockOf(undefined, object) : lockOf(object, undefined);
}

function areOne(object: AddressObject, mirror: AddressObject): boolean {
  const isSameClaim = object.claimName !== undefined && mirror.claimName === mirrorName(object.claimName);
  return isSameClaim && object.poolName === mirror.poolName && sameAddress(object.address, mirror.address);
}

function lockOf(object: AddressObject | undefined, mirror: AddressObject | undefined): Lock {
  const { namespace, name, address, poolName } = (object ?? mirror)!;
  const claimOfMirror = mirror?.claimName === undefined ? undefined : withoutPrefix(mirror.claimName);
  const claimName = object ? object.claimName : claimOfMirror;
  const marks = mirror?.marks.token !== undefined ? mirror.marks : (object ?? mirror)!.marks;
  const claimKind = claimKindOf((object ?? mirror)!);
  // CAPI's object has no DNS servers, and nothing may change it. So state and the pool say the network.
  const network = object?.of === "metal3" ? object.network : undefined;
  return { namespace, name, address, poolName, claimKind, claimName, marks, network, object, mirror };
}

/**
 * Whether the controller created the lock for a live claim. Then it is deleted with the claim, and no update changes its
 * address.
 */
export function isControllerMade({ marks, claimKind, object }: Lock): boolean {
  const owners = object?.manifest.metadata.ownerReferences ?? [];
  return marks.token === undefined && owners.some(({ kind }) => kind === CLAIM_KINDS[claimKind].kind);
}

/** True for the address of an IPAddressClaim without our marks. */
export function isOfIPAddressClaim({ claimKind, mirror, marks }: Lock): boolean {
  return claimKind === "IPAddressClaim" && !mirror && marks.token === undefined;
}

/** The object for messages: the claim's if it exists. */
export function shownObject({ object, mirror }: Lock): AddressObject {
  return (object ?? mirror)!;
}

/** The objects in the order in which they are created. They are released in reverse order. */
export function objectsOf({ mirror, object }: Lock): AddressObject[] {
  return [mirror, object].filter((one) => one !== undefined);
}

/** `cp-0 (stack metal/dev, resource cp-0)`, or the object's name if it names no claim. */
export function lockHolderText(lock: Lock): string {
  const group = "ipam.cluster.x-k8s.io";
  const isOfCapi = lock.object ? lock.object.of === "capi" : lock.mirror?.of === "capi";
  if (lock.claimName === undefined)
    return `IPAddress ${lock.name}${isOfCapi ? ` in ${group}` : ""}, which names no claim`;
  return `${claimText({ name: lock.poolName }, lock.claimName)} (${ownerText(lock.marks)}${isOfCapi ? `, in ${group}` : ""})`;
}
