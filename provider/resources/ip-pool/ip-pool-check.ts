/** What check knows of an IPPool: its own faults, then what others hold and offer. */
import { pathText } from "../../api/fault";
import { networkFrom } from "../../api/metal3/ip-pool";
import { formatAddress, sameAddress } from "../../core/address";
import { capacityOnWire, type Pool, type PoolSpec } from "../../core/pool";
import { formatRange } from "../../core/range";
import { RangeSet } from "../../core/range-set";
import type { Ipam } from "../../ipam/ipam";
import { isOfStack, marksOf, ownerText } from "../../ipam/metal3/marks";
import { labelOf } from "../../ipam/metal3/owner";
import { declarationFaults, heldFault, strandedHolders } from "../../ipam/plan/promise";
import { holderText } from "../../ipam/pool/holders";
import type { PoolView } from "../../ipam/pool/pool-view";
import { liveWarnings, poolWarnings } from "../../ipam/pool/warnings";
import { listText, wording } from "../../ipam/wording";
import { storedAddress } from "../allocation";
import { canonicalJson, present, readArguments } from "../arguments";
import type * as life from "../handler";
import { poolDrift } from "./ip-pool-drift";
import { incompleteWarnings } from "./ip-pool-incomplete";
import { compiledPool, type PoolArguments, poolShape, readableEntries, writtenSpec } from "./pool-arguments";
import * as rules from "./pool-rules";
import { undeclaredNetwork } from "./undeclared-network";

export async function checkPool(
  ipam: Ipam,
  defaultNamespace: string,
  request: life.CheckRequest,
  known: life.Properties | undefined,
): Promise<life.CheckResponse> {
  const { owner, olds, news } = request;
  // What an earlier check filled in is no argument.
  const { capacity: _capacity, ...said } = news;
  const { args, unknown, failures } = readArguments(poolShape, said);
  const { name } = args;
  const namespace = unknown.has("namespace") ? undefined : (args.namespace ?? defaultNamespace);
  const inputs = present({ ...said, namespace: namespace ?? news.namespace, namePrefix: said.namePrefix ?? said.name });
  const written = writtenSpec(args);
  const isPlannable =
    written && !["excludes", "gateway", "prefix", "dnsServers"].some((property) => unknown.has(property));
  failures.push(...rules.entryFailures(readableEntries(said.pools), networkFrom(args)));
  if (!name || !namespace || !isPlannable || failures.length > 0) {
    if (name && namespace && failures.length === 0) (await ipam.view({ namespace, name })).isDeclared = true;
    return { inputs, failures, warnings: [], drift: [] };
  }

  const pool = compiledPool(written, args);
  failures.push(...ownFailures(written, pool, args));
  const isSame = olds !== undefined && olds.name === name && olds.namespace === namespace;
  const { pool: live } = await ipam.view({ namespace, name });
  const others = live && undeclaredNetwork(live.pool.spec, { ...(isSame && olds), ...present(said) });
  const planned = {
    pool: { ...pool, spec: { ...pool.spec, ...others } },
    namePrefix: args.namePrefix ?? name,
    clusterName: args.clusterName,
  };
  const view = await ipam.plan({ namespace, name }, planned, args.dhcpRanges ?? []);
  const self = labelOf(owner);
  const declarer = view.poolDeclarer(self) ?? self;
  if (declarer !== self)
    failures.push({ property: "name", reason: wording.poolDeclaredTwice(view.name, self, declarer) });
  failures.push(...existenceFailures(view, owner, isSame, args.adopt ?? false));
  failures.push(...holderFailures(view, pool, olds, args));
  failures.push(...(await declaredEntries(ipam, view, owner, args, olds)));
  if (olds && !isSame)
    failures.push(...(await renameFailures(ipam, olds, olds.namespace === namespace ? "name" : "namespace")));
  if (!args.allowOverlap) failures.push(...(await overlapFailures(ipam, view, pool, args, known)));
  return {
    inputs: { ...inputs, capacity: capacityOnWire(pool.capacity) },
    failures,
    warnings: [
      ...rules.reservedWarnings(`${namespace}/${name}`, pool.spec),
      ...(await foreignWarnings(ipam, view, pool, known)),
      ...(view.pool ? [] : await ipam.surroundingWarnings(view.name, args.clusterName)),
      ...poolWarnings(view, Object.values(args.preAllocations ?? {})),
      ...liveWarnings(view, Object.entries(args.preAllocations ?? {})),
      ...(await incompleteWarnings(ipam, view, owner)),
    ],
    drift: isSame ? poolDrift(view, olds) : [],
  };
}

function ownFailures(written: PoolSpec, pool: Pool, args: PoolArguments): life.CheckFailure[] {
  if (pool.capacity === 0n)
    return [{ property: "pools", reason: "offers no address that is not excluded; add entries, or exclude less" }];
  return [
    ...(args.allowOverlap ? [] : rules.innerOverlaps(pool)),
    ...rules.dhcpFailures(written, pool.addresses, args.dhcpRanges ?? []),
    ...rules.preAllocationFailures(pool, args.preAllocations),
  ];
}

/** A pool that is there already and not ours is not touched without being asked. */
function existenceFailures(
  view: PoolView,
  owner: life.ResourceOwner,
  isSame: boolean,
  adopt: boolean,
): life.CheckFailure[] {
  if (!view.pool || isSame || adopt) return [];
  const marks = marksOf(view.pool.object);
  return isOfStack(marks, owner)
    ? []
    : [{ property: "name", reason: wording.poolExists(view.name, ownerText(marks, owner)) }];
}

/** A change of the program may not let anybody's address fall out of the pool, nor rename a lock. */
function holderFailures(
  view: PoolView,
  pool: Pool,
  olds: life.Properties | undefined,
  args: PoolArguments,
): life.CheckFailure[] {
  const failures: life.CheckFailure[] = [];
  const prefix = args.namePrefix ?? args.name;
  const before = olds?.namePrefix ?? view.pool?.namePrefix;
  const hasLocks = view.holders().some((holding) => holding.by === "lock");
  if (before !== undefined && prefix !== before && hasLocks) {
    const reason = wording.renamed(view.name, String(before), String(prefix), holderList(view));
    failures.push({ property: "namePrefix", reason });
  }
  const isHeld = view.holders().some(({ by }) => by === "lock" || by === "entry");
  if (olds && canonicalJson(olds.allocationStrategy) !== canonicalJson(args.allocationStrategy) && isHeld) {
    failures.push({ property: "allocationStrategy", reason: wording.strategyFixed(view.name, holderList(view)) });
  }
  // Where somebody has written an entry that the pool never offered, no change of it is to blame.
  const offered = [view.pool?.pool, olds && poolOf(olds)].flatMap((one) => one?.addresses ?? []);
  const lost = offered.reduce((all, one) => all.union(one), RangeSet.empty).subtract(pool.addresses);
  const holders = strandedHolders(view, lost);
  if (holders.length > 0) {
    const named = holders.map((holding) => `${formatAddress(holding.address)} (${holderText(holding)})`);
    failures.push({ property: "pools", reason: wording.stranded(view.name, named) });
  }
  return failures;
}

/** What the inputs of state had offered. */
function poolOf(olds: life.Properties): Pool | undefined {
  const { args } = readArguments(poolShape, olds);
  const written = writtenSpec(args);
  return written && compiledPool(written, args);
}

async function renameFailures(ipam: Ipam, olds: life.Properties, property: string): Promise<life.CheckFailure[]> {
  const old = await ipam.view({ namespace: String(olds.namespace), name: String(olds.name) });
  const isHeld = old.holders().some((holding) => holding.by === "lock" || holding.by === "entry");
  return isHeld ? [{ property, reason: wording.movedPool(old.name, holderList(old)) }] : [];
}

function holderList(view: PoolView): string {
  const holders = view.holders().filter((holding) => holding.by !== "plan");
  return listText([
    ...new Set(holders.map((holding) => `${holding.claim ?? "?"} (${formatAddress(holding.address)})`)),
  ]);
}

/** The pool's own preAllocations are promises like all others. */
async function declaredEntries(
  ipam: Ipam,
  view: PoolView,
  owner: life.ResourceOwner,
  args: PoolArguments,
  olds: life.Properties | undefined,
): Promise<life.CheckFailure[]> {
  const before = (olds?.preAllocations ?? {}) as life.Properties;
  const failures: life.CheckFailure[] = [];
  for (const [claim, address] of Object.entries(args.preAllocations ?? {})) {
    const by = { ...owner, kind: "IPPool" as const, adopt: args.adopt ?? false };
    const promised = storedAddress(before[claim]);
    const faults = declarationFaults(view, { claim, by, promised, pin: address, entries: true });
    const other = view.othersAt(address, claim)[0];
    // One address for two claims of this list: ownFailures says it better.
    const isListedTwice = other?.by === "plan" && args.preAllocations?.[other.claim] !== undefined;
    if (other && !isListedTwice) faults.push(heldFault(view, { by }, address, other));
    if (promised && !sameAddress(promised, address) && (await ipam.hasClaim(view, claim))) {
      faults.push(wording.addressInUse(view.name, claim, promised, address));
    }
    view.promise(claim, address, by, "found");
    failures.push(...faults.map((reason) => ({ property: pathText(["preAllocations", claim]), reason })));
  }
  return failures;
}

async function foreignWarnings(
  ipam: Ipam,
  view: PoolView,
  pool: Pool,
  olds: life.Properties | undefined,
): Promise<string[]> {
  return (await ipam.foreignPools(view.name.namespace)).flatMap((other) => {
    // This very pool, before it moves.
    if (olds?.name === other.name && olds.namespace === other.namespace) return [];
    const shared = rules.meeting(pool.addresses, other.pool.addresses);
    return shared ? [wording.meetsElsewhere(view.name, other, formatRange(shared))] : [];
  });
}

/** Two pools of one namespace that share addresses would each hand them out. */
async function overlapFailures(
  ipam: Ipam,
  view: PoolView,
  pool: Pool,
  args: PoolArguments,
  olds: life.Properties | undefined,
): Promise<life.CheckFailure[]> {
  const failures: life.CheckFailure[] = [];
  for (const other of await ipam.pools(view.name.namespace)) {
    const isSelf = other.name === view.name.name || (olds?.name === other.name && olds.namespace === other.namespace);
    if (isSelf) continue;
    const shared = rules.meeting(pool.addresses, other.pool.addresses);
    if (shared) failures.push({ property: "pools", reason: wording.poolsMeet(pool, other, formatRange(shared)) });
    const dhcp = rules.meeting(pool.addresses, other.dhcpRanges ?? []);
    if (dhcp) failures.push({ property: "pools", reason: wording.dhcpMeets(pool, other, formatRange(dhcp)) });
    const ours = rules.meeting(args.dhcpRanges ?? [], other.pool.addresses);
    if (ours) failures.push({ property: "dhcpRanges", reason: wording.ownDhcpMeets(other, formatRange(ours)) });
  }
  return failures;
}
