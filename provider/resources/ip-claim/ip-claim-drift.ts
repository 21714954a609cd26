/** Where an IPClaim, or the lock behind it, is not as it was last set. */
import type { Address } from "../../core/address";
import type { Ipam } from "../../ipam/ipam";
import { marksOf } from "../../ipam/metal3/marks";
import { wonInstead } from "../../ipam/plan/promise";
import { claimDrift, type Drift, driftLine, gone } from "../../ipam/pool/drift";
import type { PoolView } from "../../ipam/pool/pool-view";
import { present } from "../arguments";
import { metadataDrift } from "../declared-metadata";
import type { Properties } from "../handler";
import { stillByHand } from "../imported";
import { claimObject } from "./ip-claim-object";
import { claimIn } from "./ip-claim-served";

export async function claimObjectDrift(
  ipam: Ipam,
  view: PoolView,
  olds: Properties,
  promised: Address,
): Promise<Drift[]> {
  const { namespace } = view.name;
  const name = String(olds.name);
  const instead = wonInstead(view, name, promised);
  const { prefix, gateway, dnsServers } = olds;
  const byHand = stillByHand(view, olds);
  const lastSet = instead
    ? { address: instead, byHand }
    : { address: promised, network: present({ prefix, gateway, dnsServers }), byHand };
  const stored = await ipam.claim(namespace, name);
  const inLock = claimDrift(view, name, lastSet, false);
  if (!stored) return [gone("IPClaim", { namespace, name }, ["address"]), ...inLock];
  const { poolName, errorMessage } = claimIn(stored);
  const isMarked = marksOf(stored).token !== undefined;
  const since = stored.metadata.deletionTimestamp;
  const unserved = (text: string): Drift => ({
    path: ["address"],
    live: undefined,
    line: `IPClaim ${namespace}/${name}${text}`,
  });
  return [
    ...(since === undefined ? [] : [unserved(`: being deleted since ${since}`)]),
    ...(errorMessage === undefined ? [] : [unserved(` status.errorMessage: ${errorMessage}`)]),
    ...(poolName === view.name.name ? [] : [unserved(` ${driftLine("spec.pool.name", poolName, view.name.name)}`)]),
    // One that was made by hand and served need not have asked for its address.
    ...metadataDrift("IPClaim", stored, claimObject(olds, isMarked ? lastSet.address : undefined, undefined)),
    ...inLock,
  ];
}
