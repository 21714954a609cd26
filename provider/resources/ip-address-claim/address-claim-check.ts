/** Checks an IPAddressClaim: its arguments, its name, its owners, and changes by others. */
import { isMetal3Pool, type PoolRef } from "../../api/capi/ip-address-claim";
import { keyText } from "../../api/meta";
import { IP_POOL } from "../../api/metal3/kinds";
import { isUnusable, readAddressClaim } from "../../ipam/address-claims";
import { type Ipam, isOfStack, marksOf, ownerText } from "../../ipam/ipam";
import { wording } from "../../ipam/wording";
import type { Stored } from "../../store/store";
import { asSaid } from "../allocation";
import { type Arguments, changedProperties, present, readArguments } from "../arguments";
import type * as life from "../handler";
import { annotationsBeside, checkMetadata } from "../metadata-check";
import { withNameRemedy } from "../object-name";
import { goneOwners } from "../owner-references";
import { markFaults } from "../reserved-keys";
import { ADDRESS_CLAIM_COMPUTED, ADDRESS_CLAIM_IDENTITY, addressClaimShape } from "./address-claim-arguments";
import { addressClaimDrift } from "./address-claim-drift";
import { addressClaimWording } from "./wording";

type AddressClaimArguments = Arguments<typeof addressClaimShape>["args"];

/** `known`: the inputs in state. The second check of a replacement has them too. */
export async function checkAddressClaim(
  ipam: Ipam,
  defaultNamespace: string,
  { owner, olds, news }: life.CheckRequest,
  known: life.Properties | undefined,
): Promise<life.CheckResponse> {
  const { said } = asSaid(news, ADDRESS_CLAIM_COMPUTED);
  const { args, unknown, failures: unread } = readArguments(addressClaimShape, said);
  const failures = withNameRemedy(unread, said.name, owner);
  if (!ipam.store.apiServer)
    failures.push({ path: [], reason: addressClaimWording.needsCluster(ipam.environment.words) });
  if (args.poolRef && isMetal3Pool(args.poolRef) && args.poolRef.kind !== IP_POOL.kind)
    failures.push({ path: ["poolRef", "kind"], reason: addressClaimWording.notMetal3sKind(args.poolRef.kind) });
  const namespace = unknown.has("namespace") ? undefined : (args.namespace ?? defaultNamespace);
  const inputs = present({ ...said, namespace: namespace ?? said.namespace, pinned: false });
  const isLocated = namespace !== undefined && args.name !== undefined && ipam.store.apiServer !== undefined;
  const key = { namespace: namespace ?? "", name: args.name ?? "" };
  const claims = ipam.addressClaims();
  const stored = isLocated ? await claims.listed(key) : undefined;
  const isSame = olds !== undefined && changedProperties(olds, inputs, ADDRESS_CLAIM_IDENTITY).length === 0;
  const isOurs = stored && (isSame || isOfStack(marksOf(stored), owner) || isImported(stored, known));
  const live = isOurs ? readAddressClaim(stored) : undefined;
  // Another claim is created, and may get another address.
  const kept = live && args.poolRef && !isUnusable(live, { ...args, poolRef: args.poolRef }) ? live : undefined;
  const object = `IPAddressClaim ${keyText(key)}`;
  const metadata = checkAddressClaimMetadata({ owner, args, olds, live: stored, object });
  const before = kept && (olds?.ownerReferences ?? kept.manifest.metadata.ownerReferences);
  const owners = await goneOwners(ipam, { object, namespace, said: args.ownerReferences, before });
  failures.push(...metadata.failures, ...owners.failures);
  const warnings = [...metadata.warnings, ...owners.warnings];
  if (!isLocated) return { inputs, failures, warnings, drift: [] };
  if (stored && !isOurs)
    failures.push({
      path: ["name"],
      reason: wording.claimExists("IPAddressClaim", keyText(key), ownerText(marksOf(stored), owner)),
    });
  const namesake = await namesakeReason(ipam, key, args.poolRef, owner, isSame);
  if (namesake !== undefined) failures.push({ path: ["name"], reason: namesake });
  const claimed = live && (await claims.listedAddress(live));
  return {
    inputs: { ...inputs, ...(kept && claimed?.given) },
    failures,
    warnings,
    drift: isSame ? addressClaimDrift(olds, stored, claimed) : [],
  };
}

/** A claim that others have made and state has, until an update marks it. */
function isImported(stored: Stored, known: life.Properties | undefined): boolean {
  const { namespace, name } = stored.metadata;
  return marksOf(stored).token === undefined && known?.name === name && known?.namespace === namespace;
}

/** Metal3 has one key for claims of both kinds. A claim that state has is not refused. */
async function namesakeReason(
  ipam: Ipam,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  poolRef: PoolRef | undefined,
  { resource }: life.ResourceOwner,
  isSame: boolean,
): Promise<string | undefined> {
  if (!poolRef || !isMetal3Pool(poolRef)) return undefined;
  const poolName = { namespace, name: poolRef.name };
  const pool = await ipam.pool(poolName);
  const claims = ipam.addressClaims();
  claims.note(pool, name, resource);
  const is = isSame ? undefined : claims.namesakeOf(pool, name, await pool.claim(name));
  return is && wording.addressClaimNamesake(poolName, name, is);
}

function checkAddressClaimMetadata({
  owner,
  args,
  olds,
  live,
  object,
}: {
  readonly owner: life.ResourceOwner;
  readonly args: AddressClaimArguments;
  readonly olds: life.Properties | undefined;
  readonly live: Stored | undefined;
  readonly object: string;
}): Pick<life.CheckResponse, "failures" | "warnings"> {
  const before = olds && readArguments(addressClaimShape, asSaid(olds, ADDRESS_CLAIM_COMPUTED).said).args;
  const beside = annotationsBeside(owner, live, before?.annotations);
  return checkMetadata({ object, said: args, before, beside, own: markFaults });
}
