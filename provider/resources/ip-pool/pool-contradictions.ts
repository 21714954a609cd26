/**
 * Warnings about a pool that contradicts itself and can still work. Metal3 accepts all of these. There is one warning for
 * each kind of contradiction, with its remedy, however many entries it concerns.
 */
import type { WrittenRange } from "../../api/address-text";
import type { PoolSpec } from "../../core/pool";
import { overlapOf, subnetRange } from "../../core/range";
import { contradictionWording as wording } from "./contradiction-wording";
import { gatewaysOnEdges, gatewaysOutside } from "./gateway-contradictions";
import { type Given, givenEntries } from "./given-entries";
import { lackingPrefix, otherThanSubnet, overSeveralNetworks } from "./prefix-contradictions";

/** `written`: the entries before anything is excluded. */
export function contradictions(
  pool: string,
  written: PoolSpec,
  said: { readonly excludes?: readonly WrittenRange[]; readonly dhcpRanges?: readonly WrittenRange[] },
): string[] {
  const given = givenEntries(written);
  return [
    ...lackingPrefix(given),
    ...otherThanSubnet(given),
    ...overSeveralNetworks(given),
    ...gatewaysOutside(given),
    ...gatewaysOnEdges(given),
    ...ofTwoFamilies(given),
    ...beginningLater(given),
    ...idle("excludes", said.excludes, given),
    ...idle("dhcpRanges", said.dhcpRanges, given),
  ].map((text) => `IPPool ${pool}: ${text}`);
}

function ofTwoFamilies(given: readonly Given[]): string[] {
  const families = new Set(given.flatMap(({ ranges }) => ranges.map(({ first }) => first.family)));
  if (families.size < 2) return [];
  return [wording.twoFamilies];
}

function beginningLater(given: readonly Given[]): string[] {
  const later = given.flatMap(({ entry: { subnet, start }, ranges, text }) => {
    if (!subnet || start) return [];
    const { first } = subnetRange(subnet);
    if (first.value === subnet.address.value) return [];
    const whole = { address: first, prefixLength: subnet.prefixLength };
    return [wording.startsLater(text, ranges[0]!.first, whole)];
  });
  return later.length === 0 ? [] : [wording.startLater(later)];
}

/** Ranges without effect: they are of another family, or outside of what the pool has. */
function idle(
  property: "excludes" | "dhcpRanges",
  said: readonly WrittenRange[] = [],
  given: readonly Given[],
): string[] {
  const families = new Set(given.flatMap(({ ranges }) => ranges.map(({ first }) => first.family)));
  const near = given.flatMap(({ entry, ranges, networks = [] }) => {
    const whole = entry.subnet ? [subnetRange(entry.subnet)] : [];
    return property === "excludes" ? [...ranges, ...whole] : [...ranges, ...whole, ...networks];
  });
  // Without a prefix the end of the network of a DHCP range is unknown.
  const isBounded = property === "excludes" || given.every(({ networks }) => networks !== undefined);
  const texts = said.flatMap((range, index) => {
    const text = `${property}[${index}] (${range.text})`;
    if (!families.has(range.first.family)) return [wording.idleFamily(text, range.first.family)];
    const isNear = !isBounded || near.some((one) => overlapOf(one, range));
    if (isNear) return [];
    return [property === "excludes" ? wording.idleExclude(text) : wording.idleDhcp(text)];
  });
  return texts.length === 0 ? [] : [wording.idle(texts)];
}
