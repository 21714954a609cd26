/** What Metal3's controller does with an IPClaim: serving it, refusing it, letting it go. */

import { keyText, type ObjectKey } from "../../api/meta";
import { type IPClaim, readIPClaim } from "../../api/metal3/ip-claim";
import { IpamError, readable } from "../../ipam/errors";
import type { Ipam } from "../../ipam/ipam";
import { freshObject } from "../../ipam/metal3/address-object";
import type { AddressObject } from "../../ipam/metal3/lock";
import type { PoolView } from "../../ipam/pool/pool-view";
import { wording } from "../../ipam/wording";
import type { Stored } from "../../store/store";
import type { Properties } from "../handler";

/** Throws `malformed`. */
export function claimIn(stored: Stored): IPClaim {
  return readable(stored, readIPClaim(stored));
}

/** `late`: the controller has not answered yet, and may do so at any time. */
export type Served =
  | { readonly kind: "served"; readonly half: AddressObject }
  | { readonly kind: "refused"; readonly message: string }
  | { readonly kind: "late" };

/** Waits until the controller has answered the claim. */
export async function servedClaim(ipam: Ipam, view: PoolView, key: ObjectKey): Promise<Served> {
  const stored = await ipam.untilClaim(
    key,
    (claim) => !claim || hasAnswer(claimIn(claim)),
    wording.waitsForAnswer(keyText(key)),
  );
  const claim = stored && claimIn(stored);
  if (!claim) return { kind: "refused", message: "it was deleted while it waited" };
  if (claim.errorMessage !== undefined) return { kind: "refused", message: claim.errorMessage };
  const { addressName } = claim;
  const half = addressName && (await freshObject(ipam, view, "metal3", claim.namespace, addressName));
  return half ? { kind: "served", half } : { kind: "late" };
}

/** Why a claim that is there is not as asked yet; undefined where it is. */
export function whatIsMissing(asked: Properties, claim: IPClaim, { name: pool, words }: PoolView): string | undefined {
  const { placement, address, waitForController } = asked;
  const isControllers = placement === "controller" && !address;
  if (!(waitForController ?? isControllers)) return undefined;
  if (!hasAnswer(claim)) return wording.claimWaits(words, keyText(claim), pool, 0);
  return isControllers ? wording.claimAnswered(words, keyText(claim), pool) : undefined;
}

function hasAnswer({ addressName, errorMessage }: IPClaim): boolean {
  return addressName !== undefined || errorMessage !== undefined;
}

/** Waits until a removed claim is gone: its finalizer goes when the controller has freed its address. */
export async function untilClaimIsGone(ipam: Ipam, key: ObjectKey, uid: string): Promise<void> {
  if (!ipam.store.apiServer) return;
  const left = await ipam.untilClaim(key, (claim) => claim?.metadata.uid !== uid, wording.waitsForEnd(keyText(key)));
  if (left?.metadata.uid !== uid) return;
  throw new IpamError(
    "unfinished",
    wording.claimStays(ipam.environment.words, keyText(key), left.metadata.finalizers ?? []),
  );
}
