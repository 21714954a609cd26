/** Checks an IPClaim: its arguments, its promised address, and changes by others. */
import { keyText } from "../../api/meta";
import { IP_CLAIM } from "../../api/metal3/kinds";
import type { Address } from "../../core/address";
import { gone, type Ipam, isOfStack, type ManagedPool, marksOf, ownerText } from "../../ipam/ipam";
import { wording } from "../../ipam/wording";
import type { Stored } from "../../store/store";
import { asSaid, storedAddress } from "../allocation";
import { changedProperties, present, readArguments } from "../arguments";
import type * as life from "../handler";
import { stillByHand } from "../imported";
import { withNameRemedy } from "../object-name";
import { goneOwners } from "../owner-references";
import { reservedClaimWarnings } from "../reserved-pins";
import { argumentWording } from "../wording";
import { checkClaimMetadata } from "./claim-metadata";
import { CLAIM_COMPUTED, claimShape } from "./ip-claim-arguments";
import { claimObjectDrift } from "./ip-claim-drift";
import { filled } from "./ip-claim-outputs";
import { requestFailures, requestWarnings } from "./requested-address";

/** `known`: the inputs in state. The second check of a replacement has them too. */
export async function checkClaim(
  ipam: Ipam,
  defaultNamespace: string,
  { owner, olds, news }: life.CheckRequest,
  known: life.Properties | undefined,
): Promise<life.CheckResponse> {
  const { said, shown } = asSaid(news, CLAIM_COMPUTED);
  const { args, unknown, failures: unread } = readArguments(claimShape, said);
  const failures = withNameRemedy(unread, said.name, owner);
  failures.push(...requestFailures(said, olds, args.address));
  if (!ipam.store.apiServer) failures.push(...needsController(said));
  const namespace = unknown.has("namespace") ? undefined : (args.namespace ?? defaultNamespace);
  const pinned = said.address !== undefined;
  const inputs = present({ ...said, namespace: namespace ?? said.namespace, pinned });
  const { pool: poolName, name } = args;
  const inMetadata = async (live?: Stored, address?: Address, before?: unknown) => {
    const metadata = checkClaimMetadata({ owner, args, olds, live, namespace, address });
    const object = `IPClaim ${namespace ?? ""}/${args.name ?? ""}`;
    const owners = await goneOwners(ipam, { object, namespace, said: args.ownerReferences, before });
    return {
      failures: [...metadata.failures, ...owners.failures],
      warnings: [...metadata.warnings, ...owners.warnings],
    };
  };
  if (failures.length > 0 || !poolName || !namespace || !name || unknown.has("address")) {
    // Whether the claim exists is not known here, so state's owners do not refuse it.
    const metadata = await inMetadata(undefined, undefined, olds?.ownerReferences);
    return { inputs, failures: [...failures, ...metadata.failures], warnings: metadata.warnings, drift: [] };
  }
  const pool = await ipam.pool({ namespace, name: poolName });
  const identity = { namespace, pool: poolName, name };
  const isSame = olds && changedProperties(olds, identity, Object.keys(identity)).length === 0;
  const claim = await pool.claim(name);
  const marks = claim && marksOf(claim);
  // This also holds without state: an update was killed before state was written.
  const isOurs = (isSame || !olds) && marks !== undefined && isOfStack(marks, owner);
  // The address that the controller chose for our claim is promised from then on, though no check has filled it in.
  const chosen = isOurs ? pool.view.locksOf(name)[0]?.address : undefined;
  const stated = isSame ? storedAddress(olds.address) : undefined;
  const promised = stated ?? chosen ?? shown;
  const { addresses, faults, warnings } = await pool.propose({
    by: { ...owner, kind: "IPClaim", adopt: false },
    claims: [{ claim: name, host: name, pin: args.address }],
    promised: new Map([...formerPromise(known, identity), ...(promised ? ([[name, promised]] as const) : [])]),
    entries: false,
    fallback: args.fallback ?? "error",
    // The order of creates decides, or the controller. So the address is not known before create.
    origin: (args.placement ?? "byName") === "byName" ? { name } : undefined,
  });
  const address = addresses.get(name);
  const before = isOurs ? (olds?.ownerReferences ?? claim?.metadata.ownerReferences) : undefined;
  const metadata = await inMetadata(claim, address, before);
  failures.push(...metadata.failures);
  const { fault: misplaced } = await ipam.placement(IP_CLAIM, { namespace, name });
  if (misplaced && !isSame) failures.push({ path: ["name"], reason: misplaced });
  else if (marks && !isSame && !isOfStack(marks, owner))
    failures.push({
      path: ["name"],
      reason: wording.claimExists(claim!.kind, keyText(claim!.metadata), ownerText(marks, owner)),
    });
  return {
    inputs: present({ ...inputs, ...(address && filled(pool, address)), byHand: stillByHand(pool.view, olds) }),
    failures: [...failures, ...faults.map(({ reason }) => ({ path: pinned ? ["address"] : [], reason }))],
    warnings: [
      ...metadata.warnings,
      ...warnings,
      ...reservedClaimWarnings(pool.view, name, args.address),
      ...requestWarnings(`${namespace}/${name}`, said, olds, address),
    ],
    drift: isSame ? await claimDriftSince(pool, olds, stated ?? pool.wonBy(owner, name)) : [],
  };
}

/** The address of a renamed claim. The old claim is deleted before the new one is created. */
function formerPromise(
  known: life.Properties | undefined,
  { namespace, pool, name }: life.Properties,
): [string, Address][] {
  const address = storedAddress(known?.address);
  const isOfPool = known?.namespace === namespace && known?.pool === pool;
  return address && isOfPool && known?.name !== name ? [[String(known?.name), address]] : [];
}

/** The promise is unknown if the controller chooses, or if nothing is left of what create chose. */
async function claimDriftSince(pool: ManagedPool, olds: life.Properties, promised: Address | undefined) {
  if (promised) return claimObjectDrift(pool, olds, promised);
  const { namespace } = pool.name;
  const name = String(olds.name);
  return (await pool.claim(name)) ? [] : [gone("IPClaim", { namespace, name }, ["address"])];
}

/** The embedded stores have no controller, so it would serve no claim. */
function needsController({ placement, waitForController }: life.Properties): life.CheckFailure[] {
  const failures: life.CheckFailure[] = [];
  const { needsController: reason } = argumentWording;
  if (placement === "controller")
    failures.push({ path: ["placement"], reason: reason('"controller"', ", or use `byName` or `lowest`") });
  if (waitForController === true) failures.push({ path: ["waitForController"], reason: reason("true") });
  return failures;
}
