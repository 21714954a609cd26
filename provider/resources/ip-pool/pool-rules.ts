/** Faults and warnings about the IPPool as a whole. They need no look at the backend. */
import { formatAddress } from "../../core/address";
import type { Pool, PoolSpec } from "../../core/pool";
import { compilePool, reservedAddresses, roleOf, whyNotOffered } from "../../core/pool";
import { type AddressRange, overlapOf, rangeContains } from "../../core/range";
import { RangeSet } from "../../core/range-set";
import type { PoolName } from "../../ipam/ipam";
import { wording } from "../../ipam/wording";
import { canonicalJson } from "../arguments";
import type { CheckFailure, Properties } from "../handler";
import type { Keeping } from "./kept-back";
import type { PoolArguments } from "./pool-arguments";
import { entryWording, poolWording } from "./wording";

/** Entries that overlap. The network of an address would depend on their order. */
export function innerOverlaps(pool: Pool): CheckFailure[] {
  const failures: CheckFailure[] = [];
  for (const [place, { range, index }] of pool.offers.entries()) {
    const other = pool.offers
      .slice(0, place)
      .find((before) => before.index !== index && overlapOf(before.range, range));
    if (!other) continue;
    failures.push({ path: ["pools", index], reason: entryWording.overlap(range, other.range, other.index) });
  }
  return failures;
}

/** Names entries as they were written, and not as `excludes` have split them. */
export function dhcpFailures(
  written: PoolSpec,
  addresses: RangeSet,
  { dhcpRanges = [] }: PoolArguments,
  olds: Properties | undefined,
): CheckFailure[] {
  const { offers } = compilePool(written);
  const isSaidBefore = canonicalJson(olds?.dhcpRanges) === canonicalJson(dhcpRanges.map(({ text }) => text));
  return dhcpRanges.flatMap((dhcp, index) => {
    const first = sharedRange(addresses, [dhcp])?.first;
    const met = first && offers.find(({ range }) => rangeContains(range, first));
    if (!met) return [];
    return [
      {
        path: isSaidBefore ? ["pools", met.index] : ["dhcpRanges", index],
        reason: entryWording.dhcpOverlap(dhcp, met.range, met.index),
      },
    ];
  });
}

export function preAllocationFailures(
  pool: Pool,
  { preAllocations = {}, excludes, excludeReserved, allowReserved }: PoolArguments,
  name: PoolName,
): CheckFailure[] {
  const given = new Map<string, string>();
  return Object.entries(preAllocations).flatMap(([claim, address]) => {
    const path = ["preAllocations", claim];
    const text = formatAddress(address);
    if (!pool.addresses.contains(address)) {
      const role = excludeReserved && !allowReserved && roleOf(pool.spec, address);
      const reason = role
        ? wording.pinReserved(name, address, role)
        : poolWording.entryNotOffered(address, whyNotOffered(pool, address, { excludes, allowReserved }), pool);
      return [{ path, reason }];
    }
    const other = given.get(text);
    given.set(text, claim);
    return other === undefined ? [] : [{ path, reason: poolWording.givenTwice(text, other) }];
  });
}

/** Reserved addresses that the pool offers. Metal3 gives them to hosts. */
export function reservedWarnings(
  name: string,
  compiled: PoolSpec,
  { excludeReserved, allowReserved }: Keeping,
): string[] {
  // The program set both, so only pins get these, and Metal3 gives them out last.
  if (excludeReserved && allowReserved) return [];
  const reserved = reservedAddresses(compiled);
  if (reserved.length === 0) return [];
  const shown = reserved.slice(0, 5).map(({ address, role }) => `${formatAddress(address)} (${role})`);
  const more = reserved.length > 5 ? ` and ${reserved.length - 5} more` : "";
  return [poolWording.offersReserved(name, `${shown.join(", ")}${more}`, excludeReserved === true)];
}

/** The first range that two sets share. Undefined if they are disjoint. */
export function sharedRange(
  a: RangeSet | readonly AddressRange[],
  b: RangeSet | readonly AddressRange[],
): AddressRange | undefined {
  const set = (ranges: RangeSet | readonly AddressRange[]) =>
    ranges instanceof RangeSet ? ranges : RangeSet.of(ranges);
  return set(a).intersect(set(b)).ranges[0];
}
