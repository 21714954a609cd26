/** Where an IPClaim, or the lock behind it, is not as it was last set. */
import { type Address, sameAddress } from "../../core/address";
import { readClaim } from "../../ipam/claim-object";
import { type Drift, driftLine, gone, type LastSet, type ManagedPool, marksOf } from "../../ipam/ipam";
import { present } from "../arguments";
import { metadataDrift } from "../declared-metadata";
import type { Properties } from "../handler";
import { stillByHand } from "../imported";
import { askedAddress, manifestOf } from "./ip-claim-outputs";

export async function claimObjectDrift(pool: ManagedPool, olds: Properties, promised: Address): Promise<Drift[]> {
  const { namespace } = pool.name;
  const name = String(olds.name);
  const { prefix, gateway, dnsServers } = olds;
  const byHand = stillByHand(pool.view, olds);
  const network = olds.address === undefined ? {} : { network: present({ prefix, gateway, dnsServers }) };
  const lastSet: LastSet = { address: promised, ...network, byHand };
  const { address } = pool.promiseNow(name, lastSet);
  const stored = await pool.claim(name);
  const inLock = pool.drift(name, lastSet, false);
  if (!stored) return [gone("IPClaim", { namespace, name }, ["address"]), ...inLock];
  const claim = readClaim(stored);
  const { poolName, errorMessage } = claim;
  // As somebody made it, it holds its address by asking for it.
  const asked = byHand?.includes(name) ? askedAddress(pool, claim) : undefined;
  const isAsking = asked !== undefined && sameAddress(asked, promised);
  const isMarked = marksOf(stored).token !== undefined;
  const since = stored.metadata.deletionTimestamp;
  const onClaim = (text: string): Drift => ({
    path: ["address"],
    live: undefined,
    line: `IPClaim ${namespace}/${name}${text}`,
  });
  return [
    ...(since === undefined ? [] : [onClaim(`: being deleted since ${since}`)]),
    ...(errorMessage === undefined ? [] : [onClaim(` status.errorMessage: ${errorMessage}`)]),
    ...(poolName === pool.name.name ? [] : [onClaim(` ${driftLine("spec.pool.name", poolName, pool.name.name)}`)]),
    // One that was made by hand and served need not have asked for its address.
    ...metadataDrift("IPClaim", stored, manifestOf(olds, isMarked ? address : undefined, undefined)),
    ...(isAsking ? [] : inLock),
  ];
}
