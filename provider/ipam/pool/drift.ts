/** Drift: differences between the backend and what was last set. What is wanted now does not matter. */

import { CAPI_IP_ADDRESS } from "../../api/capi/kinds";
import type { ClaimKind } from "../../api/claim";
import { keyText, type StoredManifest } from "../../api/meta";
import { type IPPool, NETWORK_FIELDS, networkText } from "../../api/metal3/ip-pool";
import { IP_ADDRESS } from "../../api/metal3/kinds";
import { type PropertyPath, pathText } from "../../api/property-path";
import { type Address, formatAddress, sameAddress } from "../../core/address";
import { type AddressObject, type Lock, objectsOf, shownObject } from "../metal3/lock";
import { isOwnedBy, isWellNamed } from "../metal3/lock-object";
import type { PoolName } from "../pool-name";
import { claimAtStart, poolText, type Repair, wording } from "../wording";
import { authorText } from "./author";
import type { PoolView } from "./pool-view";

/** One place where a resource differs from what was last set. */
export interface Drift {
  /** The place in the resource's properties: `["pools", 0, "gateway"]`. */
  readonly path: PropertyPath;
  /** The value that was found instead. Undefined if there is none. */
  readonly live: unknown;
  /** For the user: object, field, found value, last value, author and time. Without a full stop. */
  readonly line: string;
  /** The effect of an update on it. Absent if this program's update does nothing. */
  readonly repair?: Repair | undefined;
  /** True if a claim has lost its pool. */
  readonly isOfPool?: true;
}

/** The drift of an object that no longer exists. The property at `path` stands for it. */
export function gone(kind: string, key: PoolName, path: PropertyPath): Drift {
  return {
    path,
    live: undefined,
    line: wording.gone(kind, keyText(key)),
    repair: kind === "IPPool" ? "createsPool" : "creates",
  };
}

/** The drift of a field without a recorded author. */
export function differs(where: string, path: PropertyPath, live: unknown, lastSet: unknown): Drift {
  return { path, live, line: wording.differs(where, live, lastSet, ""), repair: repairOf(lastSet) };
}

function repairOf(lastSet: unknown): Repair {
  return lastSet === undefined ? "removes" : "restores";
}

/** The differences between a field of a stored object and what was last set. Each leaf has its path in the object. */
export function differences(object: StoredManifest, path: PropertyPath, live: unknown, lastSet: unknown): Drift[] {
  if (JSON.stringify(live) === JSON.stringify(lastSet)) return [];
  if (isContainer(live) && isContainer(lastSet) && Array.isArray(live) === Array.isArray(lastSet)) {
    const keys = [...new Set([...Object.keys(live), ...Object.keys(lastSet)])];
    return keys.flatMap((key) => {
      const step = Array.isArray(live) ? Number(key) : key;
      return differences(object, [...path, step], live[key], lastSet[key]);
    });
  }
  const { kind } = object;
  const where = `${kind} ${keyText(object.metadata)} ${pathText(path)}`;
  const author = authorText(object, path, live === undefined);
  return [{ path, live, line: wording.differs(where, live, lastSet, author), repair: repairOf(lastSet) }];
}

/** The values that were last set for one claim. */
export interface LastSet {
  readonly address: Address;
  /** Absent if only the address is known. */
  readonly network?: object;
  /** Default: IPClaim. */
  readonly claimKind?: ClaimKind | undefined;
  /** Unmanaged claims: they were imported as a user had made them, without a mirror. */
  readonly byHand?: readonly string[] | undefined;
}

/**
 * The differences between the lock and entry of a claim and what was last set: `address`, or `prefix`, `gateway`,
 * `dnsServers`. A lock that was removed with its node is no drift while the entry exists. It is drift if the claim has no
 * entry (an IPClaim), or if the node is alive. A mirror must exist even without a node: an IPAddressClaim of the same name
 * would get the address that the entry keeps for an IPClaim. So a missing mirror is drift, except for unmanaged claims.
 */
export function claimDrift(view: PoolView, claim: string, lastSet: LastSet, hasEntry: boolean): Drift[] {
  const { pool, manifest } = view;
  const { isPoolDeclared } = view.declarations;
  const lost: Drift = {
    ...gone("IPPool", view.name, ADDRESS),
    repair: isPoolDeclared ? "createsPool" : undefined,
    isOfPool: true,
  };
  if (!pool || !manifest) return [lost];
  const drift = driftIn(view, { pool, manifest }, claim, lastSet, hasEntry);
  // The update must show the same drift as its preview, although it has created the pool again by now.
  return view.wasGone && drift.length > 0 ? [lost] : drift;
}

function driftIn(
  view: PoolView,
  { pool, manifest }: { readonly pool: IPPool; readonly manifest: StoredManifest },
  claim: string,
  lastSet: LastSet,
  hasEntry: boolean,
): Drift[] {
  const who = claimAtStart(view.name, claim);
  const promised = formatAddress(lastSet.address);
  const drift: Drift[] = [];
  const entry = view.entryOf(claim);
  const odd = pool.misspelt.get(claim);
  const isIntact = hasEntry && entry !== undefined && sameAddress(entry, lastSet.address);
  if (hasEntry && (!isIntact || odd !== undefined)) {
    const path = ["spec", "preAllocations", claim];
    const live = odd ?? (entry && formatAddress(entry));
    const author = authorText(manifest, path, live === undefined);
    const line = wording.entryDiffers(who, poolText(view.name), live, promised, author);
    if (live !== promised) drift.push({ path: ADDRESS, live, line, repair: "restores" });
  }
  const locks = view.locksOf(claim);
  const good = locks.find((lock) => sameAddress(lock.address, lastSet.address) && isWellNamed(lock, pool));
  // An update does not repair a lock that a live host uses, so there is a warning instead.
  const misplaced = locks.filter((lock) => lock !== good && !view.liveness.isAlive(lock));
  for (const lock of misplaced) drift.push(...lockDrift(lock, who, promised));
  // Without an address object, a live host has no address any more.
  if (!locks.some(({ object }) => object) && (!isIntact || view.liveness.hasLostItsObject(claim)))
    drift.push(noLock(wording.addressGone(who, promised)));
  if (good?.object && good.network && lastSet.network) drift.push(...networkDrift(good.object, lastSet.network));
  const isElsewhere = locks.some((lock) => lock !== good);
  if (drift.length > 0 || isElsewhere || lastSet.byHand?.includes(claim)) return drift;
  const isOfCapi = lastSet.claimKind === "IPAddressClaim";
  const mirrorKind = isOfCapi ? IP_ADDRESS : CAPI_IP_ADDRESS;
  if ((view.hasMirrors || isOfCapi) && !good?.mirror) return [noLock(wording.mirrorGone(who, promised, mirrorKind))];
  // Manifests of a folder name no owner, and `clusterctl move` leaves such objects behind. Other locks miss a mirror then.
  const isOwnerless = isOfCapi && view.hasMirrors && objectsOf(good!).some((object) => !isOwnedBy(object, pool));
  if (!isOwnerless) return [];
  const line = wording.lockUnowned(who, promised, poolText(view.name));
  return [{ path: ADDRESS, live: undefined, line, repair: "restores" }];
}

const ADDRESS: PropertyPath = ["address"];

/** The drift of a lock that misses one of its objects. */
function noLock(line: string): Drift {
  return { path: ADDRESS, live: undefined, line, repair: "creates" };
}

function lockDrift(lock: Lock, who: string, promised: string): Drift[] {
  const live = formatAddress(lock.address);
  if (live === promised) return [];
  const author = authorText(shownObject(lock).manifest, ["spec", "address"]);
  const line = wording.entryDiffers(who, `IPAddress ${keyText(lock)}`, live, promised, author);
  // A live host may use it, and then no update moves it.
  return [{ path: ADDRESS, live, line }];
}

/** The controller copies a gateway in the pool's spelling, so the comparison uses canonical texts. */
function networkDrift({ manifest, network }: AddressObject, lastSet: object): Drift[] {
  const live: Record<string, unknown> = { ...networkText(network) };
  const last: Record<string, unknown> = { ...lastSet };
  return NETWORK_FIELDS.flatMap((field) =>
    differences(manifest, ["spec", field], live[field], last[field]).map(({ path: [, ...path], ...found }) => ({
      ...found,
      path,
    })),
  );
}

function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
