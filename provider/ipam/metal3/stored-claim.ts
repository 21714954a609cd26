/** An IPClaim in the store: whether it is answered or dead. */
import type { ObjectKey } from "../../api/meta";
import { type IPClaim, readIPClaim } from "../../api/metal3/ip-claim";
import { IP_CLAIM } from "../../api/metal3/kinds";
import type { Stored } from "../../store/store";
import type { ClaimAccess } from "../claim-access";
import { readable } from "../errors";
import type { PoolSession } from "../session";
import { wording } from "../wording";

/** Throws `malformed`. */
export function readClaim(stored: Stored): IPClaim {
  return readable(stored, readIPClaim(stored));
}

/** True if the controller has served or refused the claim. */
export function hasAnswer({ addressName, errorMessage }: IPClaim): boolean {
  return addressName !== undefined || errorMessage !== undefined;
}

/**
 * True if the claim is being deleted, or if the controller has refused it. The controller never looks at a refused claim
 * again.
 */
export function isDead(stored: Stored): boolean {
  return stored.metadata.deletionTimestamp !== undefined || readClaim(stored).errorMessage !== undefined;
}

export function claimKey({ name: { namespace } }: PoolSession, name: string): ObjectKey {
  return { namespace, name };
}

/** The IPClaims of the pool's namespace. */
export function claimsOf(session: PoolSession): ClaimAccess {
  const { store, environment } = session;
  return {
    kind: IP_CLAIM,
    store,
    environment,
    until: ({ name }, done, what) => session.untilClaim(name, done, what),
    ending: wording.waitsForEnd,
    stays: wording.claimStays,
  };
}
