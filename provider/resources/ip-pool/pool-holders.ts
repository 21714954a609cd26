/** What a change of an IPPool would do to the addresses that are held in it. */
import { formatAddress } from "../../core/address";
import type { Pool } from "../../core/pool";
import { RangeSet } from "../../core/range-set";
import { type Holder, holderText, type Ipam, type PoolView } from "../../ipam/ipam";
import { listText, wording } from "../../ipam/wording";
import { canonicalJson, readArguments } from "../arguments";
import type { CheckFailure, Properties } from "../handler";
import { compiledPool, type PoolArguments, poolShape, writtenSpec } from "./pool-arguments";

/** A change of the program may neither take a held address out of the pool nor rename a lock. */
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
  const isChanged = olds && canonicalJson(olds.allocationStrategy) !== canonicalJson(args.allocationStrategy);
  if (isChanged && view.holders().some(isRecorded)) {
    failures.push({ path: ["allocationStrategy"], reason: wording.strategyFixed(name, holderList(view)) });
  }
  // An entry that the pool never offered was written by hand, and this change is not to blame for it.
  const offered = [view.pool?.pool, olds && poolBefore(olds)].flatMap((one) => one?.addresses ?? []);
  const lost = offered.reduce((all, one) => all.union(one), RangeSet.empty).subtract(pool.addresses);
  const stranded = view.holdersIn(lost).map((holder) => `${formatAddress(holder.address)} (${holderText(holder)})`);
  if (stranded.length > 0) failures.push({ path: ["pools"], reason: wording.stranded(name, stranded) });
  return failures;
}

/** `olds`: the pool before it is renamed or moved, which makes another pool. */
export async function renameFailures(ipam: Ipam, olds: Properties, namespace: string): Promise<CheckFailure[]> {
  const { view } = await ipam.pool({ namespace: String(olds.namespace), name: String(olds.name) });
  if (!view.holders().some(isRecorded)) return [];
  const property = olds.namespace === namespace ? "name" : "namespace";
  return [{ path: [property], reason: wording.movedPool(view.name, holderList(view)) }];
}

function isRecorded({ by }: Holder): boolean {
  return by === "lock" || by === "entry";
}

/** What the inputs of state had offered. */
function poolBefore(olds: Properties): Pool | undefined {
  const { args } = readArguments(poolShape, olds);
  const written = writtenSpec(args);
  return written && compiledPool(written, args);
}

function holderList(view: PoolView): string {
  const holders = view.holders().filter(({ by }) => by !== "plan");
  return listText([...new Set(holders.map(({ claim = "?", address }) => `${claim} (${formatAddress(address)})`))]);
}
