/** Differences between an IPAddressClaim, or its address, and what was last set. */
import { keyText } from "../../api/meta";
import { type ClaimedAddress, readAddressClaim } from "../../ipam/address-claims";
import { type Drift, differences, gone } from "../../ipam/ipam";
import { wording } from "../../ipam/wording";
import type { Stored } from "../../store/store";
import { canonicalJson, present } from "../arguments";
import { metadataDrift } from "../declared-metadata";
import type { Properties } from "../handler";
import { addressClaimKey, addressClaimManifest } from "./address-claim-manifest";

/** `lastSet`: the inputs in state, with the address if it is known. */
export function addressClaimDrift(
  lastSet: Properties,
  stored: Stored | undefined,
  claimed: ClaimedAddress | undefined,
): Drift[] {
  const key = addressClaimKey(lastSet);
  if (!stored) return [gone("IPAddressClaim", key, ["address"])];
  const since = stored.metadata.deletionTimestamp;
  const line = since === undefined ? undefined : wording.beingDeleted("IPAddressClaim", keyText(key), since);
  const { poolRef, clusterName } = readAddressClaim(stored);
  const spec = { poolRef, ...(clusterName !== undefined && { clusterName }) };
  return [
    ...(line === undefined ? [] : [{ path: ["address"], live: undefined, line, repair: "creates" } as const]),
    // The update creates such a claim again, because a claim's spec cannot be changed.
    ...specDrift(stored, spec, present({ poolRef: lastSet.poolRef, clusterName: lastSet.clusterName })),
    ...metadataDrift(stored, addressClaimManifest(lastSet, undefined)),
    ...(claimed ? addressDrift(claimed, lastSet) : []),
  ];
}

function specDrift(stored: Stored, live: object, lastSet: object): Drift[] {
  if (canonicalJson(live) === canonicalJson(lastSet)) return [];
  return differences(stored, ["spec"], live, lastSet).map(({ path: [, ...path], ...found }) => ({ ...found, path }));
}

/** No update moves the address: the pool's provider decides. So an update takes it as it is. */
function addressDrift({ given, manifest }: ClaimedAddress, lastSet: Properties): Drift[] {
  if (lastSet.address === undefined) return [];
  return (["address", "prefix", "gateway"] as const).flatMap((field) =>
    differences(manifest, ["spec", field], given[field], lastSet[field]).map((found): Drift => {
      return { ...found, path: [field], repair: "accepts" };
    }),
  );
}
