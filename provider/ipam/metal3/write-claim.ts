/** Creates an IPClaim, or updates an existing one. No other code writes the content of a claim. */
import type { Manifest } from "../../api/meta";
import type { Address } from "../../core/address";
import type { MergePatch, Stored } from "../../store/store";
import { writeOwn } from "../claim-access";
import type { PoolSession } from "../session";
import type { Owner } from "./owner";
import { claimsOf, isDead, readClaim } from "./stored-claim";

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
export function writeClaim(session: PoolSession, owner: Owner, wanted: WantedClaim): Promise<void> {
  const { manifest, isKnown } = wanted;
  return writeOwn(claimsOf(session), owner, {
    manifest,
    isKnown,
    isUnusable: isDead,
    patch: (found) => {
      const isElsewhere = readClaim(found).poolName !== session.name.name;
      const metadata = wanted.patchMetadata(found);
      return metadata || isElsewhere ? { ...metadata, ...(isElsewhere && { spec: manifest.spec }) } : undefined;
    },
  });
}
