/** Creates an IPClaim, or updates an existing one. No other code writes the content of a claim. */
import { keyText, type Manifest } from "../../api/meta";
import { IP_CLAIM } from "../../api/metal3/kinds";
import type { Address } from "../../core/address";
import { isStoreError, type MergePatch, type Stored, StoreError } from "../../store/store";
import type { PoolSession } from "../session";
import { wording } from "../wording";
import type { Owner } from "./owner";
import { claimKey, isDead, readClaim, refuseAnothers, removeDead } from "./stored-claim";

/** The wanted claim, and the patch for one that already exists. */
export interface WantedClaim {
  readonly manifest: Manifest;
  /** The address of its lock. Undefined if it has no lock yet, because the controller chooses. */
  readonly address: Address | undefined;
  /** Whether state has the claim. */
  readonly isKnown: boolean;
  /** The patch that makes the metadata match `manifest`. Undefined if it already does. */
  patchMetadata(found: Stored): MergePatch | undefined;
}

/** One try. Throws Conflict to look again, and `exists` for another owner's claim. */
export async function writeClaim(session: PoolSession, owner: Owner, wanted: WantedClaim): Promise<void> {
  const { manifest, isKnown } = wanted;
  const key = claimKey(session, manifest.metadata.name);
  try {
    await session.store.create(IP_CLAIM, manifest);
    return;
  } catch (error) {
    if (!isStoreError(error, "AlreadyExists")) throw error;
  }
  const lookAgain = () => new StoreError("Conflict", wording.wentWhileMade("IPClaim", keyText(key)));
  const found = await session.store.get(IP_CLAIM, key);
  if (!found) throw lookAgain();
  refuseAnothers(found, owner, isKnown);
  if (isDead(found)) {
    await removeDead(session, found);
    throw lookAgain();
  }
  const isElsewhere = readClaim(found).poolName !== session.name.name;
  const metadata = wanted.patchMetadata(found);
  if (!metadata && !isElsewhere) return;
  const { uid, resourceVersion } = found.metadata;
  const patch = { ...metadata, ...(isElsewhere && { spec: manifest.spec }) };
  await session.store.patch(IP_CLAIM, key, patch, { uid, resourceVersion });
}
