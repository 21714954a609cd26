/** Drift: where the backend differs from what was last set (not from what is now wanted). */

import type { StoredManifest } from "../../api/meta";
import { type IPPool, NETWORK_FIELDS, networkText } from "../../api/metal3/ip-pool";
import { type PropertyPath, pathText } from "../../api/property-path";
import { type Address, formatAddress, sameAddress } from "../../core/address";
import { type AddressObject, type Lock, shownObject } from "../metal3/lock";
import { isWellNamed } from "../metal3/lock-object";
import type { PoolName } from "../pool-name";
import { authorText } from "./author";
import type { PoolView } from "./pool-view";

/** One place where a resource is not as it was last set. */
export interface Drift {
  /** Where in the resource's properties: `["pools", 0, "gateway"]`. */
  readonly path: PropertyPath;
  /** The value that is there instead; undefined where there is none. */
  readonly live: unknown;
  /** For people: object, field, the live and the last value, who and when. */
  readonly line: string;
  /** True where a claim has lost its pool. */
  readonly isOfPool?: true;
}

/** `spec.gateway: live 10.0.0.9, last set 10.0.0.1 (hand edit, 2026-11-21T09:30:00Z)`. */
export function driftLine(path: string, live: unknown, lastSet: unknown, author = ""): string {
  return `${path}: live ${shown(live)}, last set ${shown(lastSet)}${author}`;
}

/** A whole object that is not there any more, for which the property at `path` stands. */
export function gone(kind: string, { namespace, name }: PoolName, path: PropertyPath): Drift {
  return { path, live: undefined, line: `${kind} ${namespace}/${name}: gone` };
}

/**
 * Where a field of a stored object differs from what was last set, each leaf at its path in that object; a member that
 * only one side has is "absent" on the other.
 */
export function differences(object: StoredManifest, path: PropertyPath, live: unknown, lastSet: unknown): Drift[] {
  if (JSON.stringify(live) === JSON.stringify(lastSet)) return [];
  if (isContainer(live) && isContainer(lastSet) && Array.isArray(live) === Array.isArray(lastSet)) {
    const keys = [...new Set([...Object.keys(live), ...Object.keys(lastSet)])];
    return keys.flatMap((key) => {
      const step = Array.isArray(live) ? Number(key) : key;
      return differences(object, [...path, step], live[key], lastSet[key]);
    });
  }
  return [{ path, live, line: driftLine(pathText(path), live, lastSet, authorText(object, path, live === undefined)) }];
}

/** What was last set for one claim. */
export interface LastSet {
  readonly address: Address;
  /** Absent where only the address is known. */
  readonly network?: object;
  /** Claims that were imported as somebody had made them: without a mirror. */
  readonly byHand?: readonly string[] | undefined;
}

/**
 * How the lock and the entry of a claim differ from what was last set: `address`, or `prefix`, `gateway`, `dnsServers`.
 * A lock that went with its node, while the entry stands, is no drift; without an entry to stand for it (an IPClaim), or
 * while the node lives, it is. A mirror is there at all times: an IPAddressClaim of the same name would be given the
 * address that the entry keeps for an IPClaim.
 */
export function claimDrift(view: PoolView, claim: string, lastSet: LastSet, hasEntry: boolean): Drift[] {
  const { pool, manifest } = view;
  const lost: Drift = { ...gone("IPPool", view.name, ADDRESS), isOfPool: true };
  if (!pool || !manifest) return [lost];
  const drift = driftIn(view, { pool, manifest }, claim, lastSet, hasEntry);
  // What a preview shows is shown by the update as well, which has made the pool again by now.
  return view.wasGone && drift.length > 0 ? [lost] : drift;
}

function driftIn(
  view: PoolView,
  { pool, manifest }: { readonly pool: IPPool; readonly manifest: StoredManifest },
  claim: string,
  lastSet: LastSet,
  hasEntry: boolean,
): Drift[] {
  const { namespace, name } = view.name;
  const drift: Drift[] = [];
  const entry = view.entryOf(claim);
  const odd = pool.misspelt.get(claim);
  const isIntact = hasEntry && entry !== undefined && sameAddress(entry, lastSet.address);
  if (hasEntry && (!isIntact || odd !== undefined)) {
    const path = ["spec", "preAllocations", claim];
    const live = odd ?? (entry && formatAddress(entry));
    const found = differences(manifest, path, live, formatAddress(lastSet.address));
    drift.push(...found.map(({ line }) => ({ path: ADDRESS, live, line: `IPPool ${namespace}/${name} ${line}` })));
  }
  const locks = view.locksOf(claim);
  const good = locks.find((lock) => sameAddress(lock.address, lastSet.address) && isWellNamed(lock, pool));
  // A lock that a live host uses is warned of: no update repairs it.
  const misplaced = locks.filter((lock) => lock !== good && !view.liveness.isAlive(lock));
  for (const lock of misplaced) drift.push(...lockDrift(lock, lastSet.address));
  // Without an object to point at, a live host has no address any more.
  if (!locks.some(({ metal3 }) => metal3) && (!isIntact || view.liveness.hasLostItsObject(claim)))
    drift.push(noLock(`IPAddress of claim ${claim} (${formatAddress(lastSet.address)}): gone`));
  if (good?.metal3 && lastSet.network) drift.push(...networkDrift(good.metal3, lastSet.network));
  const isElsewhere = locks.some((lock) => lock !== good);
  if (view.hasMirrors && drift.length === 0 && !isElsewhere && !good?.mirror && !lastSet.byHand?.includes(claim)) {
    drift.push(
      noLock(`IPAddress of claim ${claim} (${formatAddress(lastSet.address)}) in ipam.cluster.x-k8s.io: none`),
    );
  }
  return drift;
}

const ADDRESS: PropertyPath = ["address"];

/** A lock that misses one of its objects holds no address. */
function noLock(line: string): Drift {
  return { path: ADDRESS, live: undefined, line };
}

function lockDrift(lock: Lock, promised: Address): Drift[] {
  const { manifest } = shownObject(lock);
  const live = formatAddress(lock.address);
  const found = differences(manifest, ["spec", "address"], live, formatAddress(promised));
  return found.map(({ line }) => ({ path: ADDRESS, live, line: ofLock(lock, line) }));
}

/** The controller copies a gateway as the pool has it, in whatever spelling. */
function networkDrift({ manifest, namespace, name, network }: AddressObject, lastSet: object): Drift[] {
  const live: Record<string, unknown> = { ...networkText(network) };
  const last: Record<string, unknown> = { ...lastSet };
  return NETWORK_FIELDS.flatMap((field) =>
    differences(manifest, ["spec", field], live[field], last[field]).map(({ path: [, ...path], live, line }) => ({
      path,
      live,
      line: ofLock({ namespace, name }, line),
    })),
  );
}

function ofLock({ namespace, name }: Pick<Lock, "namespace" | "name">, line: string): string {
  return `IPAddress ${namespace}/${name} ${line}`;
}

function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return "absent";
  return typeof value === "string" ? value : JSON.stringify(value);
}
