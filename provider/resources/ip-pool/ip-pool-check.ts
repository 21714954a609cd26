/** What check knows of an IPPool: its own faults, then what others hold and offer. */
import { networkFrom } from "../../api/metal3/ip-pool";
import { capacityOnWire, type Pool, type PoolSpec } from "../../core/pool";
import { type Ipam, isOfStack, labelOf, type ManagedPool, marksOf, ownerText, type PoolView } from "../../ipam/ipam";
import { incompleteWarnings } from "../../ipam/pool-object";
import { wording } from "../../ipam/wording";
import { storedAddress } from "../allocation";
import { present, readArguments, without } from "../arguments";
import type * as life from "../handler";
import { entryFailures } from "./entry-rules";
import { foreignKeyWarnings } from "./foreign-keys";
import { poolDrift } from "./ip-pool-drift";
import {
  compiledPool,
  POOL_COMPUTED,
  type PoolArguments,
  poolShape,
  readableEntries,
  writtenSpec,
} from "./pool-arguments";
import { holderFailures, renameFailures } from "./pool-holders";
import { foreignWarnings, overlapFailures } from "./pool-neighbours";
import * as rules from "./pool-rules";
import { undeclaredNetwork } from "./undeclared-network";

/** `known`: the inputs in state, also for the second check of a replacement. */
export async function checkPool(
  ipam: Ipam,
  defaultNamespace: string,
  request: life.CheckRequest,
  known: life.Properties | undefined,
): Promise<life.CheckResponse> {
  const { owner, olds, news } = request;
  // What an earlier check filled in is no argument.
  const said = without(news, POOL_COMPUTED);
  const { args, unknown, failures } = readArguments(poolShape, said);
  const { name } = args;
  const namespace = unknown.has("namespace") ? undefined : (args.namespace ?? defaultNamespace);
  const inputs = present({ ...said, namespace: namespace ?? news.namespace, namePrefix: said.namePrefix ?? said.name });
  const written = writtenSpec(args);
  const isPlannable =
    written && !["excludes", "gateway", "prefix", "dnsServers"].some((property) => unknown.has(property));
  failures.push(...entryFailures(readableEntries(said.pools), networkFrom(args)));
  if (!name || !namespace || !isPlannable || failures.length > 0) {
    if (name && namespace && failures.length === 0) {
      (await ipam.pool({ namespace, name })).view.declarations.isPoolDeclared = true;
    }
    return { inputs, failures, warnings: [], drift: [] };
  }

  const pool = compiledPool(written, args);
  failures.push(...ownFailures(written, pool, args));
  const isSame = olds !== undefined && olds.name === name && olds.namespace === namespace;
  const { pool: live } = (await ipam.pool({ namespace, name })).view;
  const others = live && undeclaredNetwork(live.pool.spec, { ...(isSame && olds), ...present(said) });
  const planned = {
    pool: { ...pool, spec: { ...pool.spec, ...others } },
    namePrefix: args.namePrefix ?? name,
    clusterName: args.clusterName,
  };
  const managed = await ipam.plan({ namespace, name }, planned, args.dhcpRanges ?? []);
  const { view } = managed;
  failures.push(...ownershipFailures(view, owner, isSame, args.adopt ?? false));
  failures.push(...holderFailures(view, pool, olds, args));
  failures.push(...(await ownEntryFailures(managed, owner, args, olds)));
  if (olds && !isSame) failures.push(...(await renameFailures(ipam, olds, namespace)));
  if (!args.allowOverlap) failures.push(...(await overlapFailures(ipam, view.name, { pool, args, olds: known })));
  return {
    inputs: { ...inputs, capacity: capacityOnWire(pool.capacity) },
    failures,
    warnings: [
      ...rules.reservedWarnings(`${namespace}/${name}`, pool.spec),
      ...(await foreignWarnings(ipam, view.name, pool, known)),
      ...(view.pool ? [] : await ipam.surroundingWarnings(view.name, args.clusterName)),
      ...managed.warnings(new Map(Object.entries(args.preAllocations ?? {})), true),
      ...(await incompleteWarnings(managed, owner)),
      ...(await foreignKeyWarnings(ipam, managed, Object.keys(args.preAllocations ?? {}))),
    ],
    drift: isSame ? poolDrift(view, olds) : [],
  };
}

function ownFailures(written: PoolSpec, pool: Pool, args: PoolArguments): life.CheckFailure[] {
  if (pool.capacity === 0n)
    return [{ path: ["pools"], reason: "offers no address that is not excluded; add entries, or exclude less" }];
  return [
    ...(args.allowOverlap ? [] : rules.innerOverlaps(pool)),
    ...rules.dhcpFailures(written, pool.addresses, args.dhcpRanges ?? []),
    ...rules.preAllocationFailures(pool, args.preAllocations),
  ];
}

/** One pool has one resource. Another owner's pool, which is there already, is not touched without `adopt`. */
function ownershipFailures(
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
  if (marks && !isOfStack(marks, owner)) failures.push(failure(wording.poolExists(view.name, ownerText(marks, owner))));
  return failures;
}

/** The pool's own preAllocations are promises like all others. */
async function ownEntryFailures(
  managed: ManagedPool,
  owner: life.ResourceOwner,
  args: PoolArguments,
  olds: life.Properties | undefined,
): Promise<life.CheckFailure[]> {
  const by = { ...owner, kind: "IPPool" as const, adopt: args.adopt ?? false };
  const before = (olds?.preAllocations ?? {}) as life.Properties;
  const failures: life.CheckFailure[] = [];
  const entries = Object.entries(args.preAllocations ?? {});
  const listed = new Set(entries.map(([claim]) => claim));
  for (const [claim, pin] of entries) {
    const reasons = await managed.declareEntry({ claim, by, promised: storedAddress(before[claim]), pin, listed });
    failures.push(...reasons.map((reason) => ({ path: ["preAllocations", claim], reason })));
  }
  return failures;
}
