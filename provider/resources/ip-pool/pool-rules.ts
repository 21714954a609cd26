/** What check refuses in an IPPool by itself, before looking at anything else: Metal3 accepts most of it, and then hangs, leaks or gives nothing. */
import { pathText } from "../../api/fault";
import { type Address, compareAddresses, formatAddress } from "../../core/address";
import { offersOf } from "../../core/offer";
import type { Network, Pool, PoolEntry, PoolSpec } from "../../core/pool";
import { compilePool, reservedAddresses } from "../../core/pool";
import { type AddressRange, formatRange, formatSubnet, overlapOf, rangeContains, subnetRange } from "../../core/range";
import { RangeSet } from "../../core/range-set";
import type { CheckFailure } from "../handler";
import type { PoolArguments } from "./pool-arguments";

/** Entries that cannot be read, or are not known yet, are undefined: the others are judged all the same. */
export function entryFailures(entries: readonly (PoolEntry | undefined)[], pool: Network): CheckFailure[] {
  return entries.flatMap((entry, index) => {
    if (!entry) return [];
    const bounds = boundFailures(entry, `pools[${index}]`);
    const offered = bounds.length > 0 ? bounds : offerFailures(entry, index);
    return [...offered, ...networkFailures(entry, pool, index)];
  });
}

/** What an entry without a fault of its own gives out all the same: nothing, or another family. */
function offerFailures(entry: PoolEntry, index: number): CheckFailure[] {
  const offers = offersOf(entry, index);
  const { subnet, start } = entry;
  if (offers.length === 0 && subnet) {
    const reason =
      `${formatSubnet(subnet)} has no address after ${formatAddress(subnet.address)}, where Metal3 begins; ` +
      "write its network address, a shorter prefix, or `start` and `end`";
    return [{ property: `pools[${index}].subnet`, reason }];
  }
  const other = offers.find(({ range }) => range.first.family !== (start ?? subnet?.address)?.family);
  if (!other) return [];
  const reason = `counts through ::ffff:0:0/96, which Metal3 gives out as IPv4 (${formatRange(other.range)}); end it before, or begin after`;
  return [{ property: `pools[${index}]`, reason }];
}

function boundFailures({ start, end, subnet }: PoolEntry, path: string): CheckFailure[] {
  const failure = (property: string, reason: string): CheckFailure[] => [{ property: `${path}${property}`, reason }];
  if (!start && !subnet) {
    return failure(
      "",
      "has neither `start` nor `subnet`: Metal3 gives nothing out of it; add `start` and `end`, or `subnet`",
    );
  }
  const parts = [start, end, subnet?.address].filter((part): part is Address => part !== undefined);
  if (new Set(parts.map((part) => part.family)).size > 1) {
    const texts = parts.map((part) => `${formatAddress(part)} (IPv${part.family})`).join(" and ");
    return failure("", `mixes ${texts}; make an entry of its own for each family`);
  }
  if (start && !end && !subnet) {
    return failure(
      ".start",
      `${formatAddress(start)} has no end: Metal3 would count on to the end of the address space; add \`end\``,
    );
  }
  if (!start && end) {
    return failure(
      ".end",
      `${formatAddress(end)} is ignored by Metal3 without \`start\`; add \`start\`, or leave \`end\` out`,
    );
  }
  if (start && end && compareAddresses(start, end) > 0) {
    return failure("", `start ${formatAddress(start)} is after end ${formatAddress(end)}; exchange them`);
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
      ? failure(`.${name}`, `${formatAddress(address)} is outside of subnet ${formatSubnet(subnet)}; choose one inside`)
      : [],
  );
}

function networkFailures(entry: PoolEntry, pool: Network, index: number): CheckFailure[] {
  const family = (entry.start ?? entry.subnet?.address ?? entry.end)?.family;
  const failures: CheckFailure[] = [];
  for (const [network, path] of [
    [entry, `pools[${index}].`],
    [pool, ""],
  ] as const) {
    const { gateway, prefixLength } = network;
    const isOverridden = network === pool && entry.gateway !== undefined;
    if (gateway && family && gateway.family !== family && !isOverridden) {
      failures.push({
        property: `${path}gateway`,
        reason: `${formatAddress(gateway)} is IPv${gateway.family}, but pools[${index}] is IPv${family}; give that entry a gateway of its family`,
      });
    }
    const isOtherPrefix = network === pool && entry.prefixLength !== undefined;
    if (family === 4 && prefixLength !== undefined && prefixLength > 32 && !isOtherPrefix) {
      failures.push({
        property: `${path}prefix`,
        reason: `${prefixLength} is more than 32, and pools[${index}] is IPv4; give that entry a prefix of its family`,
      });
    }
  }
  return failures;
}

/** Entries that meet: which network an address would get depends on their order. */
export function innerOverlaps(pool: Pool): CheckFailure[] {
  const failures: CheckFailure[] = [];
  for (const [place, { range, index }] of pool.offers.entries()) {
    const other = pool.offers
      .slice(0, place)
      .find((before) => before.index !== index && overlapOf(before.range, range));
    if (!other) continue;
    failures.push({
      property: `pools[${index}]`,
      reason: `${formatRange(range)} meets ${formatRange(other.range)} of pools[${other.index}]; make them disjoint, or set \`allowOverlap: true\``,
    });
  }
  return failures;
}

/** Speaks of entries as they were written: what excludes make of them is nobody's text. */
export function dhcpFailures(
  written: PoolSpec,
  addresses: RangeSet,
  dhcpRanges: readonly AddressRange[],
): CheckFailure[] {
  const { offers } = compilePool(written);
  return dhcpRanges.flatMap((dhcp, index) => {
    const first = meeting(addresses, [dhcp])?.first;
    const met = first && offers.find(({ range }) => rangeContains(range, first));
    if (!met) return [];
    return [
      {
        property: `dhcpRanges[${index}]`,
        reason: `${formatRange(dhcp)} meets ${formatRange(met.range)} of pools[${met.index}]; make them disjoint, or add the DHCP range to \`excludes\``,
      },
    ];
  });
}

export function preAllocationFailures(
  pool: Pool,
  preAllocations: PoolArguments["preAllocations"] = {},
): CheckFailure[] {
  const given = new Map<string, string>();
  return Object.entries(preAllocations).flatMap(([claim, address]) => {
    const property = pathText(["preAllocations", claim]);
    const text = formatAddress(address);
    if (!pool.addresses.contains(address)) {
      return [
        {
          property,
          reason: `${text} is not an address that the pool offers; choose one of \`pools\` that is not excluded`,
        },
      ];
    }
    const other = given.get(text);
    given.set(text, claim);
    return other === undefined
      ? []
      : [{ property, reason: `${text} is given to ${other} as well; one address, one claim` }];
  });
}

/** Addresses on offer that a network keeps for itself. Metal3 hands them out. */
export function reservedWarnings(name: string, compiled: PoolSpec): string[] {
  const reserved = reservedAddresses(compiled);
  if (reserved.length === 0) return [];
  const shown = reserved.slice(0, 5).map(({ address, role }) => `${formatAddress(address)} (${role})`);
  const more = reserved.length > 5 ? ` and ${reserved.length - 5} more` : "";
  return [
    `IPPool ${name} offers ${shown.join(", ")}${more}: Metal3 hands them out; set \`excludeReserved: true\`, or exclude them`,
  ];
}

/** The first range that two sets share, or undefined. */
export function meeting(
  a: RangeSet | readonly AddressRange[],
  b: RangeSet | readonly AddressRange[],
): AddressRange | undefined {
  const set = (ranges: RangeSet | readonly AddressRange[]) =>
    ranges instanceof RangeSet ? ranges : RangeSet.of(ranges);
  return set(a).intersect(set(b)).ranges[0];
}
