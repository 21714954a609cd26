/** Makes an IPClaim, or makes one that is there say what it should: the one place that writes what a claim says. */
import { keyText, type Manifest } from "../../api/meta";
import { IP_CLAIM } from "../../api/metal3/kinds";
import type { Address } from "../../core/address";
import { isStoreError, type MergePatch, type Stored, StoreError } from "../../store/store";
import type { PoolSession } from "../session";
import type { Owner } from "./owner";
import { claimKey, isDead, readClaim, refuseAnothers, removeDead } from "./stored-claim";

/** A claim as it should be, and what may be made of one that is there already. */
export interface WantedClaim {
  readonly manifest: Manifest;
  /** The address of its lock. undefined: it has none yet, because the controller chooses. */
  readonly address: Address | undefined;
  /** Whether state knows the claim. */
  readonly isKnown: boolean;
  /** The patch that makes the metadata say what `manifest` says; undefined: it does. */
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
  const lookAgain = () => new StoreError("Conflict", `IPClaim ${keyText(key)} went while it was being made`);
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
