/**
 * What check refuses in one entry of `pools`, before looking at anything else. Metal3 accepts most of it, and then hangs,
 * leaks or gives nothing.
 */
import type { PropertyPath } from "../../api/property-path";
import { type Address, compareAddresses, formatAddress } from "../../core/address";
import { offersOf } from "../../core/offer";
import type { Network, PoolEntry } from "../../core/pool";
import { formatRange, formatSubnet, rangeContains, subnetRange } from "../../core/range";
import type { CheckFailure } from "../handler";

/** An entry that cannot be read, or is not known yet, is undefined. The others are judged without it. */
export function entryFailures(entries: readonly (PoolEntry | undefined)[], pool: Network): CheckFailure[] {
  return entries.flatMap((entry, index) => {
    if (!entry) return [];
    const bounds = boundFailures(entry, ["pools", index]);
    const offered = bounds.length > 0 ? bounds : offerFailures(entry, index);
    return [...offered, ...networkFailures(entry, pool, index)];
  });
}

/** Entries that are well formed, and still give out nothing or another family. */
function offerFailures(entry: PoolEntry, index: number): CheckFailure[] {
  const offers = offersOf(entry, index);
  const { subnet, start } = entry;
  if (offers.length === 0 && subnet) {
    const reason =
      `${formatSubnet(subnet)} has no address after ${formatAddress(subnet.address)}, where Metal3 begins; ` +
      "write its network address, a shorter prefix, or `start` and `end`";
    return [{ path: ["pools", index, "subnet"], reason }];
  }
  const other = offers.find(({ range }) => range.first.family !== (start ?? subnet?.address)?.family);
  if (!other) return [];
  const reason = `counts through ::ffff:0:0/96, which Metal3 gives out as IPv4 (${formatRange(other.range)}); end it before, or begin after`;
  return [{ path: ["pools", index], reason }];
}

function boundFailures({ start, end, subnet }: PoolEntry, path: PropertyPath): CheckFailure[] {
  const failure = (reason: string, ...member: PropertyPath): CheckFailure[] => [{ path: [...path, ...member], reason }];
  if (!start && !subnet) {
    return failure(
      "has neither `start` nor `subnet`: Metal3 gives nothing out of it; add `start` and `end`, or `subnet`",
    );
  }
  const parts = [start, end, subnet?.address].filter((part): part is Address => part !== undefined);
  if (new Set(parts.map((part) => part.family)).size > 1) {
    const texts = parts.map((part) => `${formatAddress(part)} (IPv${part.family})`).join(" and ");
    return failure(`mixes ${texts}; make an entry of its own for each family`);
  }
  if (start && !end && !subnet) {
    return failure(
      `${formatAddress(start)} has no end: Metal3 would count on to the end of the address space; add \`end\``,
      "start",
    );
  }
  if (!start && end) {
    return failure(
      `${formatAddress(end)} is ignored by Metal3 without \`start\`; add \`start\`, or leave \`end\` out`,
      "end",
    );
  }
  if (start && end && compareAddresses(start, end) > 0) {
    return failure(`start ${formatAddress(start)} is after end ${formatAddress(end)}; exchange them`);
  }
  if (!subnet) return [];
  const whole = subnetRange(subnet);
  return (
    [
      ["start", start],
      ["end", end],
    ] as const
  ).flatMap(([name, address]) =>
    address && !rangeContains(whole, address)
      ? failure(`${formatAddress(address)} is outside of subnet ${formatSubnet(subnet)}; choose one inside`, name)
      : [],
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
      failures.push({
        path: [...path, "gateway"],
        reason: `${formatAddress(gateway)} is IPv${gateway.family}, but pools[${index}] is IPv${family}; give that entry a gateway of its family`,
      });
    }
    const isOtherPrefix = network === pool && entry.prefixLength !== undefined;
    if (family === 4 && prefixLength !== undefined && prefixLength > 32 && !isOtherPrefix) {
      failures.push({
        path: [...path, "prefix"],
        reason: `${prefixLength} is more than 32, and pools[${index}] is IPv4; give that entry a prefix of its family`,
      });
    }
  }
  return failures;
}
