/** What check knows of an IPClaim: its arguments, the address it is promised, and what somebody has changed. */
import { addressObjectName } from "../../api/ip-address";
import type { Address } from "../../core/address";
import { placeByName } from "../../core/placement";
import { wording } from "../../ipam/errors";
import type { Ipam } from "../../ipam/ipam";
import { claimDrift, driftLine, goneLine } from "../../ipam/ledger/drift";
import type { Ledger } from "../../ipam/ledger/ledger";
import { marksOf, ownerText } from "../../ipam/ledger/marks";
import { poolWarnings, promiseAddress, wonInstead } from "../../ipam/ledger/promise";
import { allocationText, storedAddress } from "../allocation";
import { changedProperties, present, readArguments } from "../arguments";
import { metadataDrift } from "../declared-metadata";
import type * as life from "../handler";
import { claimShape } from "./ip-claim-arguments";
import { claimObject } from "./ip-claim-object";
import { claimIn } from "./ip-claim-served";

export async function checkClaim(
  ipam: Ipam,
  defaultNamespace: string,
  { owner, olds, news }: life.CheckRequest,
): Promise<life.CheckResponse> {
  const { args, unknown, failures } = readArguments(claimShape, news);
  if (!ipam.store.apiServer) failures.push(...needsController(news));
  const namespace = unknown.has("namespace") ? undefined : (args.namespace ?? defaultNamespace);
  const pinned = news.address !== undefined;
  const inputs = present({ ...news, namespace: namespace ?? news.namespace, pinned });
  const { pool, name } = args;
  if (failures.length > 0 || !pool || !namespace || !name || unknown.has("address")) {
    return { inputs, failures, warnings: [], drift: [] };
  }
  const ledger = await ipam.ledger({ namespace, name: pool });
  const isSame = olds && changedProperties(olds, { namespace, pool, name }, ["namespace", "pool", "name"]).length === 0;
  const there = await ipam.claim(namespace, name);
  const marks = there && marksOf(there);
  const isOurs = isSame && marks?.stack === owner.stack;
  // What the controller chose for our claim is promised from then on, though no check has filled it in before.
  const served = isOurs ? ledger.locksOf(name)[0]?.address : undefined;
  const stated = isSame ? storedAddress(olds.address) : undefined;
  const promised = stated ?? served;
  const answer = promiseAddress(ledger, {
    claim: name,
    by: { ...owner, kind: "IPClaim", adopt: false },
    pin: args.address,
    entries: false,
    promised,
    fallback: args.fallback ?? "error",
    // Order decides, or the controller: not known before create.
    place: (args.placement ?? "byName") === "byName" ? (free) => placeByName(free, name) : undefined,
  });
  const allocation = answer.address && filled(ledger, answer.address);
  if (marks && !isSame && marks.stack !== owner.stack)
    failures.push({ property: "name", reason: wording.claimExists(namespace, name, ownerText(marks)) });
  return {
    inputs: { ...inputs, ...allocation },
    failures: [...failures, ...answer.faults.map((reason) => ({ property: pinned ? "address" : "", reason }))],
    warnings: [
      ...ipam.claimNameWarnings(ledger.name, name),
      ...poolWarnings(ledger, answer.address ? [answer.address] : []),
    ],
    drift: isSame && stated ? await claimObjectDrift(ipam, ledger, olds, stated) : [],
  };
}

/** What a check, and a create that took the lock itself, know of the address. */
export function filled(ledger: Ledger, address: Address) {
  const addressName = addressObjectName(ledger.offered?.namePrefix ?? ledger.name.name, address);
  return { ...allocationText(ledger.offered?.pool, address), addressName };
}

async function claimObjectDrift(
  ipam: Ipam,
  ledger: Ledger,
  olds: life.Properties,
  promised: Address,
): Promise<string[]> {
  const { namespace } = ledger.name;
  const name = String(olds.name);
  const instead = wonInstead(ledger, name, promised);
  const { prefix, gateway, dnsServers } = olds;
  const lastSet = instead
    ? { address: instead }
    : { address: promised, network: present({ prefix, gateway, dnsServers }) };
  const stored = await ipam.claim(namespace, name);
  if (!stored) return [goneLine("IPClaim", namespace, name), ...claimDrift(ledger, name, lastSet, false)];
  const wanted = claimObject(olds, lastSet.address, undefined);
  const { poolName, errorMessage } = claimIn(stored);
  const since = stored.metadata.deletionTimestamp;
  return [
    ...(since === undefined ? [] : [`IPClaim ${namespace}/${name}: being deleted since ${since}`]),
    ...(errorMessage === undefined ? [] : [`IPClaim ${namespace}/${name} status.errorMessage: ${errorMessage}`]),
    ...(poolName === ledger.name.name
      ? []
      : [driftLine(`IPClaim ${namespace}/${name} spec.pool.name`, poolName, ledger.name.name)]),
    ...metadataDrift("IPClaim", stored, wanted),
    ...claimDrift(ledger, name, lastSet, false),
  ];
}

/** The embedded stores have no controller: nobody would answer. */
function needsController({ placement, waitForController }: life.Properties): life.CheckFailure[] {
  const failures: life.CheckFailure[] = [];
  const reason = "needs Metal3's controller, and a folder of manifests has none; leave it out";
  if (placement === "controller")
    failures.push({ property: "placement", reason: `"controller" ${reason}, or use byName or lowest` });
  if (waitForController === true) failures.push({ property: "waitForController", reason: `true ${reason}` });
  return failures;
}
