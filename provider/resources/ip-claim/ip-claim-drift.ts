/** Differences between an IPClaim or its lock and what was last set. */

import { keyText } from "../../api/meta";
import { type Address, sameAddress } from "../../core/address";
import { readClaim } from "../../ipam/claim-object";
import { type Drift, differs, gone, type LastSet, type ManagedPool, marksOf } from "../../ipam/ipam";
import { wording } from "../../ipam/wording";
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
  // A claim that was made by hand holds its address by asking for it.
  const asked = byHand?.includes(name) ? askedAddress(pool, claim) : undefined;
  const isAsking = asked !== undefined && sameAddress(asked, promised);
  const isMarked = marksOf(stored).token !== undefined;
  const since = stored.metadata.deletionTimestamp;
  const key = keyText({ namespace, name });
  const onClaim = (line: string): Drift => ({ path: ["address"], live: undefined, line, repair: "creates" });
  return [
    ...(since === undefined ? [] : [onClaim(wording.beingDeleted("IPClaim", key, since))]),
    ...(errorMessage === undefined ? [] : [onClaim(wording.refusedByMetal3(key, errorMessage))]),
    ...(poolName === pool.name.name
      ? []
      : [differs(`IPClaim ${key} spec.pool.name`, ["address"], poolName, pool.name.name)]),
    // A claim that was made by hand and is served need not have asked for its address.
    ...metadataDrift(stored, manifestOf(olds, isMarked ? address : undefined, undefined)),
    ...(isAsking ? [] : inLock),
  ];
}
