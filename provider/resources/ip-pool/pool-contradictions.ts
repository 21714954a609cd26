/**
 * What a pool says against itself, though it can work: Metal3 takes all of it. One warning for each kind of contradiction,
 * with its remedy, however many entries it is about.
 */
import type { WrittenRange } from "../../api/address-text";
import { type Address, addressBits, formatAddress } from "../../core/address";
import { type Offer, offersOf } from "../../core/offer";
import { effectiveNetwork, networkAround, type PoolEntry, type PoolSpec } from "../../core/pool";
import { type AddressRange, formatRange, formatSubnet, overlapOf, rangeContains, subnetRange } from "../../core/range";
import { listText } from "../../ipam/wording";

/** One entry that gives addresses out, and the network that their hosts are told. */
interface Given {
  readonly entry: PoolEntry;
  /** `pools[0] (10.0.0.10-10.0.0.19)`. */
  readonly text: string;
  readonly ranges: readonly AddressRange[];
  readonly prefixLength: number | undefined;
  readonly gateway: Address | undefined;
  /** From the network of the first address to that of the last; undefined where neither prefix nor subnet says it. */
  readonly networks: readonly AddressRange[] | undefined;
}

/** `written`: before anything is excluded. */
export function contradictions(
  pool: string,
  written: PoolSpec,
  said: { readonly excludes?: readonly WrittenRange[]; readonly dhcpRanges?: readonly WrittenRange[] },
): string[] {
  const given = written.entries.flatMap((entry, index) => givenBy(written, entry, index));
  return [
    ...lackingPrefix(given),
    ...otherThanSubnet(given),
    ...overSeveralNetworks(given),
    ...gatewaysOutside(given),
    ...ofTwoFamilies(given),
    ...beginningLater(given),
    ...idle("excludes", said.excludes, given),
    ...idle("dhcpRanges", said.dhcpRanges, given),
  ].map((text) => `IPPool ${pool}: ${text}`);
}

function givenBy(spec: PoolSpec, entry: PoolEntry, index: number): Given[] {
  const offers = offersOf(entry, index);
  if (offers.length === 0) return [];
  const { prefixLength, gateway } = effectiveNetwork(spec, entry);
  const networks = offers.flatMap((offer) => networksOf(spec, offer) ?? []);
  const shown = entry.subnet ? formatSubnet(entry.subnet) : offers.map(({ range }) => formatRange(range)).join(", ");
  return [
    {
      entry,
      text: `pools[${index}] (${shown})`,
      ranges: offers.map(({ range }) => range),
      prefixLength,
      gateway,
      networks: networks.length === 0 ? undefined : networks,
    },
  ];
}

function networksOf(spec: PoolSpec, { entry, range }: Offer): AddressRange | undefined {
  const [first, last] = [range.first, range.last].map((address) => networkAround(spec, entry, range, address));
  return first && last && { first: subnetRange(first).first, last: subnetRange(last).last };
}

function lackingPrefix(given: readonly Given[]): string[] {
  const bare = given.filter(({ prefixLength }) => prefixLength === undefined);
  if (bare.length === 0) return [];
  const lengths = new Set(bare.map(({ entry }) => entry.subnet?.prefixLength));
  const [length] = lengths;
  const remedy =
    lengths.size === 1 && length !== undefined
      ? `set \`prefix: ${length}\`, as the subnet says`
      : "set `prefix` to its length";
  return [
    `no prefix for ${listText(bare.map(({ text }) => text))}: hosts are not told how large their network is; ${remedy}`,
  ];
}

function otherThanSubnet(given: readonly Given[]): string[] {
  const told = (isSo: (prefix: number, subnet: number) => boolean, what: string) => {
    const texts = given.flatMap(({ entry: { subnet }, prefixLength, text }) => {
      return subnet && prefixLength && isSo(prefixLength, subnet.prefixLength)
        ? [`prefix ${prefixLength} of ${text}`]
        : [];
    });
    return texts.length === 0 ? [] : [`${what}: ${listText(texts)}; say the subnet's length, if that is not meant`];
  };
  return [
    ...told(
      (prefix, subnet) => prefix < subnet,
      "wider than the subnet, so that hosts take what lies around it for their own network",
    ),
    ...told(
      (prefix, subnet) => prefix > subnet,
      "narrower than the subnet, so that hosts reach the rest of it through a gateway alone",
    ),
  ];
}

function overSeveralNetworks(given: readonly Given[]): string[] {
  const wide = given.filter(({ entry, prefixLength, ranges }) => {
    const isTold = entry.subnet && entry.subnet.prefixLength !== prefixLength;
    return !isTold && prefixLength !== undefined && ranges.some((range) => isWider(range, prefixLength));
  });
  if (wide.length === 0) return [];
  const texts = wide.map(({ text, prefixLength, ranges }) => {
    return `${text} reaches over several networks of prefix ${prefixLength} (one network has \`prefix: ${commonLength(ranges[0]!)}\`)`;
  });
  return [
    `${listText(texts)}: hosts of one do not reach the others directly; set a shorter prefix, or write one entry for each network`,
  ];
}

function gatewaysOutside(given: readonly Given[]): string[] {
  const outside = given.filter(({ gateway, networks, ranges, prefixLength }) => {
    if (!gateway || !networks || isLinkLocal(gateway) || isAlone(prefixLength, ranges)) return false;
    return !networks.some((network) => rangeContains(network, gateway));
  });
  if (outside.length === 0) return [];
  const texts = outside.map(({ gateway, text, networks, prefixLength, entry }) => {
    const length = prefixLength ?? entry.subnet?.prefixLength;
    return `gateway ${formatAddress(gateway!)} is outside of the network of ${text}, ${formatRange(networks![0]!)} by prefix ${length}`;
  });
  return [
    `${listText(texts, "; ")}: hosts do not reach it without a route of its own; choose a gateway inside, or correct the prefix`,
  ];
}

function ofTwoFamilies(given: readonly Given[]): string[] {
  const families = new Set(given.flatMap(({ ranges }) => ranges.map(({ first }) => first.family)));
  if (families.size < 2) return [];
  return [
    "it offers IPv4 and IPv6, and a claim gets one address, of the first entry that has a free one; make a pool for each family",
  ];
}

function beginningLater(given: readonly Given[]): string[] {
  const later = given.flatMap(({ entry: { subnet, start }, ranges, text }) => {
    if (!subnet || start) return [];
    const { first } = subnetRange(subnet);
    if (first.value === subnet.address.value) return [];
    const whole = formatSubnet({ address: first, prefixLength: subnet.prefixLength });
    return [
      `${text} has host bits, so that Metal3 begins after them, at ${formatAddress(ranges[0]!.first)} (write ${whole} for all of it)`,
    ];
  });
  return later.length === 0 ? [] : [`${listText(later)}; say \`start\` to begin elsewhere`];
}

/** Ranges that do nothing: of another family, or far from what the pool has. */
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
  // Without a prefix nobody can say where the network of a DHCP range ends.
  const isBounded = property === "excludes" || given.every(({ networks }) => networks !== undefined);
  const texts = said.flatMap((range, index) => {
    const text = `${property}[${index}] (${range.text})`;
    if (!families.has(range.first.family)) return [`${text} is IPv${range.first.family}, and no entry of \`pools\` is`];
    const isNear = !isBounded || near.some((one) => overlapOf(one, range));
    const where = property === "excludes" ? "no address of `pools`" : "no network of `pools`";
    return isNear ? [] : [`${text} touches ${where}`];
  });
  return texts.length === 0 ? [] : [`${listText(texts)}; correct it, or leave it out`];
}

function isWider({ first, last }: AddressRange, prefixLength: number): boolean {
  if (isAlone(prefixLength, [{ first, last }])) return false;
  return !rangeContains(subnetRange({ address: first, prefixLength }), last);
}

/** Such a host has no neighbours: its route to the gateway is said elsewhere. */
function isAlone(prefixLength: number | undefined, [range]: readonly AddressRange[]): boolean {
  return prefixLength !== undefined && range !== undefined && prefixLength > addressBits(range.first.family) - 2;
}

/** The longest prefix whose network holds the whole range. */
function commonLength({ first, last }: AddressRange): number {
  const differing = first.value ^ last.value;
  return addressBits(first.family) - (differing === 0n ? 0 : differing.toString(2).length);
}

/** fe80::/10 and 169.254.0.0/16: reached on every link, whatever network the host is in. */
function isLinkLocal({ family, value }: Address): boolean {
  return family === 4 ? value >> 16n === 0xa9fen : value >> 118n === 0x3fan;
}
