/** Checks an IPPool: its own faults first, then what other resources hold and offer. */
import { networkFrom } from "../../api/metal3/ip-pool";
import { IP_POOL } from "../../api/metal3/kinds";
import type { Address } from "../../core/address";
import { capacityOnWire, type Pool, type PoolSpec } from "../../core/pool";
import { type Ipam, isOfStack, labelOf, marksOf, type PoolName, type PoolView, poolExists } from "../../ipam/ipam";
import { incompleteWarnings } from "../../ipam/pool-object";
import { wording } from "../../ipam/wording";
import type { Stored } from "../../store/store";
import { storedAddress } from "../allocation";
import { changedProperties, present, readArguments, without } from "../arguments";
import type * as life from "../handler";
import { withNameRemedy } from "../object-name";
import { entryFailures } from "./entry-rules";
import { foreignKeyWarnings } from "./foreign-keys";
import { poolDrift } from "./ip-pool-drift";
import { compiledPool, excludesDns } from "./kept-back";
import { checkEntries } from "./own-entries";
import { POOL_COMPUTED, type PoolArguments, poolShape, readableEntries, writtenSpec } from "./pool-arguments";
import { contradictions } from "./pool-contradictions";
import { holderFailures, newlyReserved, renameFailures } from "./pool-holders";
import { checkPoolMetadata, isPaused } from "./pool-metadata";
import { foreignWarnings, overlaps } from "./pool-neighbours";
import * as rules from "./pool-rules";
import { uncountableEntries } from "./random-size";
import { undeclaredNetwork } from "./undeclared-network";
import { poolWording } from "./wording";

/** `known`: the inputs in state. The second check of a replacement has them too. */
export async function checkPool(
  ipam: Ipam,
  defaultNamespace: string,
  request: life.CheckRequest,
  known: life.Properties | undefined,
): Promise<life.CheckResponse> {
  const { owner, olds, news } = request;
  // The values that an earlier check filled in are not arguments.
  const said = without(news, [...POOL_COMPUTED, "excludesDns"]);
  const { args: read, unknown, failures: unread } = readArguments(poolShape, said);
  const failures = withNameRemedy(unread, said.name, owner);
  const { name } = read;
  const by = { ...owner, kind: "IPPool" as const, adopt: read.adopt ?? false };
  const namespace = unknown.has("namespace") ? undefined : (read.namespace ?? defaultNamespace);
  const inputs = present({ ...said, namespace: namespace ?? news.namespace, namePrefix: said.namePrefix ?? said.name });
  const written = writtenSpec(read);
  const isPlannable =
    written && !["excludes", "gateway", "prefix", "dnsServers"].some((property) => unknown.has(property));
  failures.push(...entryFailures(readableEntries(said.pools), networkFrom(read)));
  const inMetadata = (live?: Stored) => checkPoolMetadata({ owner, args: read, unknown, olds, live, namespace });
  if (!name || !namespace || !isPlannable || failures.length > 0) {
    if (name && namespace && failures.length === 0) await ipam.plan({ namespace, name }, by, undefined);
    const metadata = inMetadata();
    return { inputs, failures: [...failures, ...metadata.failures], warnings: metadata.warnings, drift: [] };
  }

  const before = known?.name === name && known?.namespace === namespace ? known : undefined;
  const dns = excludesDns(written, said, before) && { excludesDns: true };
  const args: PoolArguments = { ...read, ...dns };
  const pool = compiledPool(written, args);
  // An imported pool, or one made by hand: Metal3's own example has no `pools`.
  const stillOffersNothing = pool.capacity === 0n && olds?.capacity === 0;
  if (!stillOffersNothing) failures.push(...ownFailures(written, pool, args, { namespace, name }, before));
  const uncountable = uncountableEntries(written, args, before);
  failures.push(...uncountable.failures);
  const isSame = olds !== undefined && olds.name === name && olds.namespace === namespace;
  const { pool: live } = (await ipam.pool({ namespace, name })).view;
  const others = live && undeclaredNetwork(live.pool.spec, { ...(isSame && olds), ...present(said) });
  const planned = {
    dhcpRanges: args.dhcpRanges ?? [],
    pool: { ...pool, spec: { ...pool.spec, ...others } },
    namePrefix: args.namePrefix ?? name,
    clusterName: args.clusterName,
    pause: isPaused(args) ? ("set" as const) : isSame && isPaused(olds) ? ("ended" as const) : undefined,
    excludes: args.excludes,
    excludeReserved: args.excludeReserved,
    allowReserved: args.allowReserved,
  };
  const managed = await ipam.plan({ namespace, name }, by, planned);
  const { view } = managed;
  const placement = await ipam.placement(IP_POOL, view.name);
  const isUnchanged =
    isSame && changedProperties(olds, inputs, Object.keys({ ...without(olds, POOL_COMPUTED), ...inputs })).length === 0;
  if (placement.fault && !isUnchanged) failures.push({ path: ["name"], reason: placement.fault });
  const metadata = inMetadata(live?.manifest);
  failures.push(...metadata.failures);
  if (isSame && !view.pool) view.wasGone = true;
  failures.push(...ownershipFailures(ipam, view, owner, isSame, args.adopt ?? false));
  failures.push(...holderFailures(view, pool, olds, args));
  failures.push(...newlyReserved(view, planned, before, args));
  const entries = await checkEntries(managed, by, args, olds);
  failures.push(...entries.failures);
  if (olds && !isSame) failures.push(...(await renameFailures(ipam, olds, namespace)));
  const neighbours = await overlaps(ipam, view.name, { pool, args, olds: known });
  failures.push(...neighbours.failures);
  const title = `${namespace}/${name}`;
  return {
    inputs: { ...inputs, ...dns, capacity: capacityOnWire(pool.capacity) },
    failures,
    warnings: [
      ...(placement.warning ? [placement.warning] : []),
      ...metadata.warnings,
      ...(stillOffersNothing ? [poolWording.offersNothing(title)] : []),
      ...rules.reservedWarnings(title, pool.spec, args),
      ...contradictions(title, { ...written, ...others }, args),
      ...uncountable.reasons.map((reason) => `IPPool ${title}: ${reason}`),
      ...entries.warnings,
      ...neighbours.warnings,
      ...(await foreignWarnings(ipam, view.name, pool, known)),
      ...(view.pool ? [] : await ipam.surroundingWarnings(view.name, args.clusterName, args.namespace !== undefined)),
      ...managed.leftoverWarnings(by),
      ...managed.warnings(new Map(Object.entries(args.preAllocations ?? {})), true),
      ...(isSame ? managed.leavingWarnings(leavingEntries(olds, args)) : []),
      ...(await foreignKeyWarnings(ipam, managed, Object.keys(args.preAllocations ?? {}))),
    ],
    drift: isSame ? poolDrift(view, olds) : [],
    // A resource that is checked later may own one of these locks.
    atEnd: async () => incompleteWarnings(await ipam.pool(view.name), owner),
  };
}

function ownFailures(
  written: PoolSpec,
  pool: Pool,
  args: PoolArguments,
  name: PoolName,
  olds: life.Properties | undefined,
): life.CheckFailure[] {
  if (written.entries.length === 0) return [{ path: ["pools"], reason: poolWording.noEntries }];
  if (pool.capacity === 0n) return [{ path: ["pools"], reason: poolWording.allExcluded }];
  return [
    ...(args.allowOverlap ? [] : rules.innerOverlaps(pool)),
    ...rules.dhcpFailures(written, pool.addresses, args, olds),
    ...rules.preAllocationFailures(pool, args, name),
  ];
}

/** One pool has one resource. The existing pool of another owner is not changed without `adopt`. */
function ownershipFailures(
  ipam: Ipam,
  view: PoolView,
  owner: life.ResourceOwner,
  isSame: boolean,
  adopt: boolean,
): life.CheckFailure[] {
  const failure = (reason: string): life.CheckFailure => ({ path: ["name"], reason });
  const self = labelOf(owner);
  const declarer = view.declarations.poolDeclarer(self) ?? self;
  const failures = declarer === self ? [] : [failure(wording.poolDeclaredTwice(view.name, self, declarer))];
  const marks = !view.pool || isSame || adopt ? undefined : marksOf(view.pool.manifest);
  if (marks && !isOfStack(marks, owner))
    failures.push(failure(poolExists(ipam.store, view.words, view.name, marks, owner).message));
  return failures;
}

/** Entries that are in state and no longer in the program. */
function leavingEntries(olds: life.Properties, args: PoolArguments): [string, Address | undefined][] {
  const entries = Object.entries((olds.preAllocations ?? {}) as life.Properties);
  return entries
    .filter(([claim]) => args.preAllocations?.[claim] === undefined)
    .map(([claim, text]) => [claim, storedAddress(text)]);
}
