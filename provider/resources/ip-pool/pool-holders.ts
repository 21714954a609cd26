/** Checks what a change of an IPPool does to addresses that are held in it. */
import { entriesText, networkText } from "../../api/metal3/ip-pool";
import { pathText } from "../../api/property-path";
import { formatAddress } from "../../core/address";
import { type Pool, type PoolSpec, roleOf } from "../../core/pool";
import { RangeSet } from "../../core/range-set";
import {
  type Holder,
  holderText,
  type Ipam,
  type PlannedPool,
  type PoolView,
  type PropertyPath,
} from "../../ipam/ipam";
import { claimText, listText, wording } from "../../ipam/wording";
import { canonicalJson } from "../arguments";
import type { CheckFailure, Properties } from "../handler";
import { blamed, blamedForRole } from "./blame";
import { compiledPool } from "./kept-back";
import { argumentsOf, type PoolArguments, spokenStrategy, writtenSpec } from "./pool-arguments";
import { heldWording } from "./wording";

/** A change may not take a held address out of the pool, and may not rename a lock. */
export function holderFailures(
  view: PoolView,
  pool: Pool,
  olds: Properties | undefined,
  args: PoolArguments,
): CheckFailure[] {
  const { name } = view;
  const failures: CheckFailure[] = [];
  const prefix = args.namePrefix ?? args.name;
  const before = olds?.namePrefix ?? view.pool?.namePrefix;
  const hasLocks = view.holders().some(({ by }) => by === "lock");
  if (before !== undefined && prefix !== before && hasLocks) {
    const reason = wording.renamed(name, String(before), String(prefix), holderList(view));
    failures.push({ path: ["namePrefix"], reason });
  }
  const isChanged = olds && spokenStrategy(olds.allocationStrategy) !== spokenStrategy(args.allocationStrategy);
  if (isChanged && view.holders().some(isRecorded)) {
    failures.push({ path: ["allocationStrategy"], reason: wording.strategyFixed(name, holderList(view)) });
  }
  // An entry outside of the pool was written by hand, and this change did not cause it.
  const offered = [view.pool?.pool, olds && poolBefore(olds)].flatMap((one) => one?.addresses ?? []);
  const lost = offered.reduce((all, one) => all.union(one), RangeSet.empty).subtract(pool.addresses);
  failures.push(...strandedFailures(view, view.holdersIn(lost), args, olds));
  return failures;
}

/** Reports each at the property that takes the address off the offer. */
function strandedFailures(
  { name }: PoolView,
  holders: readonly Holder[],
  args: PoolArguments,
  olds: Properties | undefined,
): CheckFailure[] {
  const byPath = new Map<string, { path: PropertyPath; holders: Holder[] }>();
  for (const holder of holders) {
    const path = blamed(holder.address, args, olds);
    const here = byPath.get(pathText(path)) ?? { path, holders: [] };
    here.holders.push(holder);
    byPath.set(pathText(path), here);
  }
  return [...byPath.values()].map(({ path, holders: here }) => {
    const isOffer = path[0] === "pools" && path.length === 1;
    const texts = here.map((holder) => {
      const [address, text] = [formatAddress(holder.address), holderText(name, holder)];
      return isOffer ? `${address}, held by ${text}` : heldWording.reservedFor(holder.address, text);
    });
    return {
      path,
      reason: isOffer ? wording.stranded(texts) : heldWording.takenBack(name, propertyIn(path), texts),
    };
  });
}

/**
 * A change may not make a host's address a gateway, a network or a broadcast address. An address that already was one is
 * reported with the host. A virtual IP has no entry, and may be the gateway.
 */
export function newlyReserved(
  view: PoolView,
  planned: PlannedPool,
  olds: Properties | undefined,
  args: PoolArguments,
): CheckFailure[] {
  const before = ((olds && poolBefore(olds)) ?? view.pool?.pool)?.spec;
  const { spec, addresses } = planned.pool;
  if (!before || planned.allowReserved || specText(before) === specText(spec)) return [];
  return view.holdersIn(addresses).flatMap((holder) => {
    const { address, claim = "" } = holder;
    const role = view.entryOf(claim) && roleOf(spec, address);
    if (!role || role === roleOf(before, address)) return [];
    const path = blamedForRole(role, address, args, olds);
    const taken = { address, role, holder: holderText(view.name, holder) };
    return [{ path, reason: heldWording.becomesReserved(view.name, propertyIn(path), taken) }];
  });
}

function specText(spec: PoolSpec): string {
  return canonicalJson([entriesText(spec), networkText(spec)]);
}

/** `olds`: the pool before it is renamed or moved, which creates another pool. */
export async function renameFailures(ipam: Ipam, olds: Properties, namespace: string): Promise<CheckFailure[]> {
  const { view } = await ipam.pool({ namespace: String(olds.namespace), name: String(olds.name) });
  if (!view.holders().some(isRecorded)) return [];
  const property = olds.namespace === namespace ? "name" : "namespace";
  return [{ path: [property], reason: wording.movedPool(view.name, holderList(view)) }];
}

function isRecorded({ by }: Holder): boolean {
  return by === "lock" || by === "entry";
}

/** The pool that the inputs in state describe. */
export function poolBefore(olds: Properties): Pool | undefined {
  const args = argumentsOf(olds);
  const written = writtenSpec(args);
  return written && compiledPool(written, args);
}

function holderList(view: PoolView): string {
  const holders = view.holders().filter(({ by }) => by !== "plan");
  return listText([
    ...new Set(holders.map(({ claim = "?", address }) => `${formatAddress(address)} (${claimText(view.name, claim)})`)),
  ]);
}

/** The property that a path leads to. */
function propertyIn(path: PropertyPath): string | undefined {
  return path.findLast((step): step is string => typeof step === "string");
}
