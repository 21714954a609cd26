/**
 * Faults of one entry of `pools`. They need no look at the backend. Metal3 accepts most such entries, and then hangs, leaks
 * or gives out nothing.
 */
import type { PropertyPath } from "../../api/property-path";
import { type Address, compareAddresses } from "../../core/address";
import { offersOf } from "../../core/offer";
import type { Network, PoolEntry } from "../../core/pool";
import { rangeContains, subnetRange } from "../../core/range";
import type { CheckFailure } from "../handler";
import { entryWording } from "./wording";

/** An entry that cannot be read, or is not known yet, is undefined. The others are still checked. */
export function entryFailures(entries: readonly (PoolEntry | undefined)[], pool: Network): CheckFailure[] {
  return entries.flatMap((entry, index) => {
    if (!entry) return [];
    const bounds = boundFailures(entry, ["pools", index]);
    const offered = bounds.length > 0 ? bounds : offerFailures(entry, index);
    return [...offered, ...networkFailures(entry, pool, index)];
  });
}

/** Faults of well-formed entries that give out nothing, or addresses of another family. */
function offerFailures(entry: PoolEntry, index: number): CheckFailure[] {
  const offers = offersOf(entry, index);
  const { subnet, start } = entry;
  if (offers.length === 0 && subnet) {
    return [{ path: ["pools", index, "subnet"], reason: entryWording.givesNothing(subnet) }];
  }
  const other = offers.find(({ range }) => range.first.family !== (start ?? subnet?.address)?.family);
  if (!other) return [];
  return [{ path: ["pools", index], reason: entryWording.throughMapped(other.range) }];
}

function boundFailures({ start, end, subnet }: PoolEntry, path: PropertyPath): CheckFailure[] {
  const failure = (reason: string, ...member: PropertyPath): CheckFailure[] => [{ path: [...path, ...member], reason }];
  if (!start && !subnet) return failure(entryWording.unbounded);
  const parts = [start, end, subnet?.address].filter((part): part is Address => part !== undefined);
  if (new Set(parts.map((part) => part.family)).size > 1) return failure(entryWording.twoFamilies(parts));
  if (start && !end && !subnet) return failure(entryWording.endless(start), "start");
  if (!start && end) return failure(entryWording.endAlone(end), "end");
  if (start && end && compareAddresses(start, end) > 0) return failure(entryWording.backwards(start, end));
  if (!subnet) return [];
  const whole = subnetRange(subnet);
  return (
    [
      ["start", start],
      ["end", end],
    ] as const
  ).flatMap(([name, address]) =>
    address && !rangeContains(whole, address) ? failure(entryWording.outOfSubnet(address, subnet), name) : [],
  );
}

function networkFailures(entry: PoolEntry, pool: Network, index: number): CheckFailure[] {
  const family = (entry.start ?? entry.subnet?.address ?? entry.end)?.family;
  const failures: CheckFailure[] = [];
  for (const [network, path] of [
    [entry, ["pools", index]],
    [pool, []],
  ] as const) {
    const { gateway, prefixLength } = network;
    const isOverridden = network === pool && entry.gateway !== undefined;
    if (gateway && family && gateway.family !== family && !isOverridden) {
      failures.push({ path: [...path, "gateway"], reason: entryWording.otherFamily(gateway, index, family) });
    }
    const isOtherPrefix = network === pool && entry.prefixLength !== undefined;
    if (family === 4 && prefixLength !== undefined && prefixLength > 32 && !isOtherPrefix) {
      failures.push({ path: [...path, "prefix"], reason: entryWording.longPrefix(prefixLength, index) });
    }
  }
  return failures;
}
