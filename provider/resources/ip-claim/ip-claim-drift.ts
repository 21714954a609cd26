/** Where an IPClaim, or the lock behind it, is not as it was last set. */
import type { Address } from "../../core/address";
import type { Ipam } from "../../ipam/ipam";
import { claimDrift, type Drift, driftLine, gone } from "../../ipam/ledger/drift";
import type { Ledger } from "../../ipam/ledger/ledger";
import { marksOf } from "../../ipam/ledger/marks";
import { wonInstead } from "../../ipam/ledger/promise";
import { present } from "../arguments";
import { metadataDrift } from "../declared-metadata";
import type { Properties } from "../handler";
import { stillByHand } from "../imported";
import { claimObject } from "./ip-claim-object";
import { claimIn } from "./ip-claim-served";

export async function claimObjectDrift(
  ipam: Ipam,
  ledger: Ledger,
  olds: Properties,
  promised: Address,
): Promise<Drift[]> {
  const { namespace } = ledger.name;
  const name = String(olds.name);
  const instead = wonInstead(ledger, name, promised);
  const { prefix, gateway, dnsServers } = olds;
  const byHand = stillByHand(ledger, olds);
  const lastSet = instead
    ? { address: instead, byHand }
    : { address: promised, network: present({ prefix, gateway, dnsServers }), byHand };
  const stored = await ipam.claim(namespace, name);
  const inLock = claimDrift(ledger, name, lastSet, false);
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
    ...(poolName === ledger.name.name ? [] : [unserved(` ${driftLine("spec.pool.name", poolName, ledger.name.name)}`)]),
    // One that was made by hand and served need not have asked for its address.
    ...metadataDrift("IPClaim", stored, claimObject(olds, isMarked ? lastSet.address : undefined, undefined)),
    ...inLock,
  ];
}
