/** The IPClaim as it is stored: making it, taking it over, removing it. */
import { type IPClaim, REQUESTED_ADDRESS_ANNOTATION, readIPClaim } from "../../api/ip-claim";
import { apiVersionOf, IP_CLAIM } from "../../api/kinds";
import { keyText, type Manifest, type ObjectKey } from "../../api/meta";
import { type Address, formatAddress } from "../../core/address";
import { IpamError, readable, wording } from "../../ipam/errors";
import type { Ipam } from "../../ipam/ipam";
import type { Hand } from "../../ipam/ledger/hand";
import { marksOf, newMarkAnnotations, ownerText } from "../../ipam/ledger/marks";
import { retryOnConflict } from "../../ipam/retry";
import { isStoreError, type Stored, StoreError } from "../../store/store";
import { declaredMeta, metadataPatch } from "../declared-metadata";
import type { Properties } from "../handler";

export function claimObject(inputs: Properties, address: Address, hand: Hand | undefined): Manifest {
  const { labels, annotations, ownerReferences } = declaredMeta(inputs);
  const requested = { [REQUESTED_ADDRESS_ANNOTATION]: formatAddress(address) };
  return {
    apiVersion: apiVersionOf(IP_CLAIM),
    kind: IP_CLAIM.kind,
    metadata: {
      name: String(inputs.name),
      namespace: String(inputs.namespace),
      ...(labels && { labels }),
      annotations: { ...annotations, ...requested, ...(hand && newMarkAnnotations(hand)) },
      ...(ownerReferences && { ownerReferences }),
    },
    spec: { pool: { name: String(inputs.pool), namespace: String(inputs.namespace) } },
  };
}

/** Makes the claim, or makes ours say what it should; `old` is what this resource had made of it. */
export async function ensureClaim(ipam: Ipam, wanted: Manifest, hand: Hand, old: Manifest | undefined): Promise<void> {
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
    refuseAnothers(found, hand);
    const isElsewhere = claimIn(found).poolName !== (wanted.spec as { pool: { name: string } }).pool.name;
    const metadata = metadataPatch(found, wanted, old);
    if (!metadata && !isElsewhere) return;
    const { uid, resourceVersion } = found.metadata;
    const patch = { ...metadata, ...(isElsewhere && { spec: wanted.spec }) };
    await ipam.store.patch(IP_CLAIM, key, patch, { uid, resourceVersion });
  });
}

/** Removes the claim if it carries this hand's token. False: it is there, and another's. */
export function removeClaim(ipam: Ipam, key: ObjectKey, hand: Hand): Promise<boolean> {
  return retryOnConflict(ipam.environment, async () => {
    const stored = await ipam.store.get(IP_CLAIM, key);
    if (!stored) return true;
    if (marksOf(stored).token !== hand.token) return false;
    const { uid, resourceVersion } = stored.metadata;
    await ipam.store.remove(IP_CLAIM, key, { uid, resourceVersion }).catch((error) => {
      if (!isStoreError(error, "NotFound")) throw error;
    });
    return true;
  });
}

/** Throws `exists` for a claim that another owner made. */
export function refuseAnothers(found: Stored | undefined, hand: Hand): void {
  if (!found) return;
  const marks = marksOf(found);
  if (marks.token === hand.token || marks.stack === hand.stack) return;
  const { namespace = "", name } = found.metadata;
  throw new IpamError("exists", wording.claimExists(namespace, name, ownerText(marks)));
}

export function claimIn(stored: Stored): IPClaim {
  return readable(stored, readIPClaim(stored));
}
