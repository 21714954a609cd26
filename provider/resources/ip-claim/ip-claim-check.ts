/** What check knows of an IPClaim: its arguments, the address it is promised, and what somebody has changed. */
import { addressObjectName } from "../../api/metal3/ip-address";
import type { Address } from "../../core/address";
import { placeByName } from "../../core/placement";
import type { Ipam } from "../../ipam/ipam";
import { isOfStack, marksOf, ownerText } from "../../ipam/metal3/marks";
import { promiseAddress } from "../../ipam/plan/promise";
import type { PoolView } from "../../ipam/pool/pool-view";
import { poolWarnings } from "../../ipam/pool/warnings";
import { wording } from "../../ipam/wording";
import { allocationText, asSaid, storedAddress } from "../allocation";
import { changedProperties, present, readArguments } from "../arguments";
import type * as life from "../handler";
import { stillByHand } from "../imported";
import { claimShape } from "./ip-claim-arguments";
import { claimObjectDrift } from "./ip-claim-drift";

export async function checkClaim(
  ipam: Ipam,
  defaultNamespace: string,
  { owner, olds, news }: life.CheckRequest,
): Promise<life.CheckResponse> {
  const { said, shown } = asSaid(news, ["addressName"]);
  const { args, unknown, failures } = readArguments(claimShape, said);
  if (!ipam.store.apiServer) failures.push(...needsController(said));
  const namespace = unknown.has("namespace") ? undefined : (args.namespace ?? defaultNamespace);
  const pinned = said.address !== undefined;
  const inputs = present({ ...said, namespace: namespace ?? said.namespace, pinned });
  const { pool, name } = args;
  if (failures.length > 0 || !pool || !namespace || !name || unknown.has("address")) {
    return { inputs, failures, warnings: [], drift: [] };
  }
  const view = await ipam.view({ namespace, name: pool });
  const isSame = olds && changedProperties(olds, { namespace, pool, name }, ["namespace", "pool", "name"]).length === 0;
  const there = await ipam.claim(namespace, name);
  const marks = there && marksOf(there);
  // Without state as well: a run was killed before it was written.
  const isOurs = (isSame || !olds) && marks !== undefined && isOfStack(marks, owner);
  // What the controller chose for our claim is promised from then on, though no check has filled it in before.
  const served = isOurs ? view.locksOf(name)[0]?.address : undefined;
  const stated = isSame ? storedAddress(olds.address) : undefined;
  const promised = stated ?? served ?? shown;
  const answer = promiseAddress(view, {
    claim: name,
    by: { ...owner, kind: "IPClaim", adopt: false },
    pin: args.address,
    entries: false,
    promised,
    fallback: args.fallback ?? "error",
    // Order decides, or the controller: not known before create.
    place: (args.placement ?? "byName") === "byName" ? (free) => placeByName(free, name) : undefined,
  });
  const allocation = answer.address && filled(view, answer.address);
  if (marks && !isSame && !isOfStack(marks, owner))
    failures.push({ property: "name", reason: wording.claimExists(namespace, name, ownerText(marks, owner)) });
  return {
    inputs: present({ ...inputs, ...allocation, byHand: stillByHand(view, olds) }),
    failures: [...failures, ...answer.faults.map((reason) => ({ property: pinned ? "address" : "", reason }))],
    warnings: [
      ...ipam.claimNameWarnings(view.name, name),
      ...poolWarnings(view, answer.address ? [answer.address] : []),
    ],
    drift: isSame && stated ? await claimObjectDrift(ipam, view, olds, stated) : [],
  };
}

/** What a check, and a create that took the lock itself, know of the address. */
export function filled(view: PoolView, address: Address) {
  const addressName = addressObjectName(view.offered?.namePrefix ?? view.name.name, address);
  return { ...allocationText(view.offered?.pool, address), addressName };
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
