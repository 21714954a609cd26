/** The IPClaim as it is stored: making it, taking it over, removing it. */

import { apiVersionOf, IP_CLAIM } from "../../api/kinds";
import { keyText, type Manifest, type ObjectKey } from "../../api/meta";
import { REQUESTED_ADDRESS_ANNOTATION } from "../../api/metal3/ip-claim";
import { type Address, formatAddress } from "../../core/address";
import { IpamError } from "../../ipam/errors";
import type { Ipam } from "../../ipam/ipam";
import { isOfStack, marksOf, newMarkAnnotations, ownerText } from "../../ipam/metal3/marks";
import { isHeldByOwner, marksBy, type Owner } from "../../ipam/metal3/owner";
import type { PoolView } from "../../ipam/pool/pool-view";
import { retryOnConflict } from "../../ipam/retry";
import { wording } from "../../ipam/wording";
import { isStoreError, type Stored, StoreError } from "../../store/store";
import { declaredMeta, metadataPatch } from "../declared-metadata";
import type { Properties } from "../handler";
import { claimIn, untilClaimIsGone } from "./ip-claim-served";

/** `address` undefined: the controller chooses. */
export function claimObject(inputs: Properties, address: Address | undefined, hand: Owner | undefined): Manifest {
  const { labels, annotations, ownerReferences } = declaredMeta(inputs);
  const requested = address && { [REQUESTED_ADDRESS_ANNOTATION]: formatAddress(address) };
  return {
    apiVersion: apiVersionOf(IP_CLAIM),
    kind: IP_CLAIM.kind,
    metadata: {
      name: String(inputs.name),
      namespace: String(inputs.namespace),
      ...(labels && { labels }),
      annotations: { ...annotations, ...requested, ...(hand && newMarkAnnotations(marksBy(hand))) },
      ...(ownerReferences && { ownerReferences }),
    },
    spec: { pool: { name: String(inputs.pool), namespace: String(inputs.namespace) } },
  };
}

/** Makes the claim, or makes ours say what it should; `old` is what this resource had made of it. */
export async function ensureClaim(ipam: Ipam, wanted: Manifest, hand: Owner, old: Manifest | undefined): Promise<void> {
  const key = { namespace: String(wanted.metadata.namespace), name: wanted.metadata.name };
  await retryOnConflict(ipam.environment, async () => {
    try {
      await ipam.store.create(IP_CLAIM, wanted);
      return;
    } catch (error) {
      if (!isStoreError(error, "AlreadyExists")) throw error;
    }
    const found = await ipam.store.get(IP_CLAIM, key);
    if (!found) throw new StoreError("Conflict", `IPClaim ${keyText(key)} went while it was being made`);
    refuseAnothers(found, hand, old !== undefined);
    if (isDead(found)) {
      await removeDead(ipam, key, found);
      throw new StoreError("Conflict", `IPClaim ${keyText(key)} went while it was being made`);
    }
    const { uid, resourceVersion } = found.metadata;
    const isElsewhere = claimIn(found).poolName !== (wanted.spec as { pool: { name: string } }).pool.name;
    const metadata = metadataPatch(found, wanted, old);
    if (!metadata && !isElsewhere) return;
    const patch = { ...metadata, ...(isElsewhere && { spec: wanted.spec }) };
    await ipam.store.patch(IP_CLAIM, key, patch, { uid, resourceVersion });
  });
}

/**
 * Sees out what is no claim any more, before its successor takes the lock: the controller frees the address together with
 * it. The claim that is there, alive. Throws as `ensureClaim` does for a claim that another owner made, and for one of
 * another pool that is not in this resource's state: its address would be nobody's.
 */
export async function clearClaim(
  ipam: Ipam,
  view: PoolView,
  key: ObjectKey,
  hand: Owner,
  isKnown: boolean,
): Promise<Stored | undefined> {
  return retryOnConflict(ipam.environment, async () => {
    const found = await ipam.store.get(IP_CLAIM, key);
    refuseAnothers(found, hand, isKnown);
    if (found && !isDead(found) && !isKnown && claimIn(found).poolName !== view.name.name) refuse(found, hand);
    if (!found || !isDead(found)) return found;
    await ipam.unpausedPool(view);
    await removeDead(ipam, key, found);
    return undefined;
  });
}

/** One that is dying is nobody's, and one that the controller has refused is never looked at again. */
function isDead(found: Stored): boolean {
  return found.metadata.deletionTimestamp !== undefined || claimIn(found).errorMessage !== undefined;
}

async function removeDead(ipam: Ipam, key: ObjectKey, { metadata }: Stored): Promise<void> {
  const { uid, resourceVersion, deletionTimestamp } = metadata;
  if (!deletionTimestamp) await ipam.store.remove(IP_CLAIM, key, { uid, resourceVersion });
  await untilClaimIsGone(ipam, key, uid);
}

/** Removes the claim, and waits until it is gone, if it carries this hand's token. False: it is there, and another's. */
export async function removeClaim(ipam: Ipam, key: ObjectKey, hand: Owner): Promise<boolean> {
  const removed = await retryOnConflict(ipam.environment, async () => {
    const stored = await ipam.store.get(IP_CLAIM, key);
    if (!stored) return "gone";
    if (!isHeldByOwner(hand)({ marks: marksOf(stored) })) return "another's";
    const { uid, resourceVersion } = stored.metadata;
    await ipam.store.remove(IP_CLAIM, key, { uid, resourceVersion }).catch((error) => {
      if (!isStoreError(error, "NotFound")) throw error;
    });
    return { uid };
  });
  if (typeof removed === "object") await untilClaimIsGone(ipam, key, removed.uid);
  return removed !== "another's";
}

/** Throws `exists` for a claim that another owner made; one without an owner was imported, if state knows it. */
function refuseAnothers(found: Stored | undefined, hand: Owner, isKnown: boolean): void {
  if (!found) return;
  const marks = marksOf(found);
  const isImported = isKnown && marks.token === undefined;
  if (isImported || marks.token === hand.token || isOfStack(marks, hand)) return;
  refuse(found, hand);
}

function refuse(found: Stored, hand: Owner): never {
  const { namespace = "", name } = found.metadata;
  throw new IpamError("exists", wording.claimExists(namespace, name, ownerText(marksOf(found), hand)));
}
