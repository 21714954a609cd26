/** Consecutive addresses: ranges, and subnets as Metal3 writes them. No cost here depends on how many addresses there are. */
import { isIPv4 } from "node:net";
import {
  type Address,
  addressBits,
  compareAddresses,
  formatAddress,
  type Parsed,
  parseAddress,
  quoted,
  sameAddress,
} from "./address";

/** Both ends inclusive, of one family, first <= last. */
export interface AddressRange {
  readonly first: Address;
  readonly last: Address;
}

/** `address` as written: host bits are kept, because Metal3 starts at the written address + 1. `prefixLength` is in bits. */
export interface Subnet {
  readonly address: Address;
  readonly prefixLength: number;
}

/** A longer text is not read. Two addresses and a hyphen are far shorter. */
const MAX_TEXT_LENGTH = 128;

/** Reads `address/prefixLength`, the length in plain decimal (no netmask), at most 32 or 128. Host bits may be set. */
export function parseSubnet(text: string): Parsed<Subnet> {
  const refused = (why: string): Parsed<Subnet> => ({ ok: false, reason: `${quoted(text)} is not a subnet. ${why}` });
  if (text.length > MAX_TEXT_LENGTH) return refused("It is too long.");
  const slash = text.indexOf("/");
  if (slash < 0) return refused("It has no prefix length. Write one, as in 10.0.0.0/24 or 2001:db8::/64.");
  const address = parseAddress(text.slice(0, slash));
  if (!address.ok) return refused(address.reason);
  const length = text.slice(slash + 1);
  if (isIPv4(length)) return refused(`${quoted(length)} is a netmask. Write ${lengthOfMask(length)}.`);
  if (!/^[0-9]{1,3}$/.test(length)) return refused(`${quoted(length)} is not a prefix length.`);
  const prefixLength = Number(length);
  if (String(prefixLength) !== length) return refused(`Leading zeros are not allowed. Write /${prefixLength}.`);
  const bits = addressBits(address.value.family);
  if (prefixLength > bits) return refused(`An IPv${address.value.family} prefix length is at most ${bits}.`);
  return { ok: true, value: { address: address.value, prefixLength } };
}

/** Reads a subnet without host bits, as a route needs it. */
export function parseNetwork(text: string): Parsed<Subnet> {
  const subnet = parseSubnet(text);
  if (!subnet.ok) return subnet;
  const { first } = subnetRange(subnet.value);
  if (sameAddress(first, subnet.value.address)) return subnet;
  const network = formatSubnet({ ...subnet.value, address: first });
  return { ok: false, reason: `${quoted(text)} is not a network. It has host bits. Write ${network}.` };
}

/** `/24` for 255.255.255.0. A mask that has no prefix length gets general advice. */
function lengthOfMask(mask: string): string {
  const bits = mask.split(".").map((octet) => Number(octet).toString(2).padStart(8, "0"));
  const ones = /^(1*)0*$/.exec(bits.join(""))?.[1];
  return ones === undefined ? "a prefix length, as in /24" : `/${ones.length}`;
}

export function formatSubnet(subnet: Subnet): string {
  return `${formatAddress(subnet.address)}/${subnet.prefixLength}`;
}

export function sameSubnet(a: Subnet, b: Subnet): boolean {
  return a.prefixLength === b.prefixLength && sameAddress(a.address, b.address);
}

/** The whole network, from its network address to its last address. Written host bits do not matter. */
export function subnetRange({ address, prefixLength }: Subnet): AddressRange {
  const { family } = address;
  const hostBits = BigInt(addressBits(family) - prefixLength);
  const first = (address.value >> hostBits) << hostBits;
  return { first: { family, value: first }, last: { family, value: first + (1n << hostBits) - 1n } };
}

/** The reason names both ends. */
export function makeRange(first: Address, last: Address): Parsed<AddressRange> {
  const text = `${formatAddress(first)}-${formatAddress(last)}`;
  if (first.family !== last.family) return { ok: false, reason: `"${text}" is not a range. It mixes IPv4 and IPv6.` };
  if (first.value > last.value) {
    const turned = `${formatAddress(last)}-${formatAddress(first)}`;
    return { ok: false, reason: `"${text}" is not a range. It ends before it starts. Write ${turned}.` };
  }
  return { ok: true, value: { first, last } };
}

/**
 * Reads `a`, `a-b` (or `a - b`) or a subnet (its whole network). A subnet with host bits is refused: `10.0.0.5/24` may mean one
 * address or 256, and in `excludes` the wrong guess would exclude the whole pool.
 */
export function parseRange(text: string): Parsed<AddressRange> {
  const refused = (why: string): Parsed<AddressRange> => ({
    ok: false,
    reason: `${quoted(text)} is not a range. ${why}`,
  });
  if (text.length > MAX_TEXT_LENGTH) return refused("It is too long.");
  if (text.includes("/")) {
    const subnet = parseSubnet(text);
    if (!subnet.ok) return refused(subnet.reason);
    const { address, prefixLength } = subnet.value;
    const range = subnetRange(subnet.value);
    if (sameAddress(address, range.first)) return { ok: true, value: range };
    const network = formatSubnet({ address: range.first, prefixLength });
    return refused(`It has host bits. Write ${network} for the network or ${formatAddress(address)} for the address.`);
  }
  const [, from = text, to] = /^(.*?) *- *(.*)$/.exec(text) ?? [];
  const first = parseAddress(from);
  if (!first.ok) return refused(first.reason);
  const last = to === undefined ? first : parseAddress(to);
  return last.ok ? makeRange(first.value, last.value) : refused(last.reason);
}

/** `a`, or `a-b`, in canonical spelling. */
export function formatRange({ first, last }: AddressRange): string {
  return sameAddress(first, last) ? formatAddress(first) : `${formatAddress(first)}-${formatAddress(last)}`;
}

/** How many addresses: 1 to 2^128. */
export function rangeSize(range: AddressRange): bigint {
  return range.last.value - range.first.value + 1n;
}

export function rangeContains(range: AddressRange, address: Address): boolean {
  return (
    address.family === range.first.family && range.first.value <= address.value && address.value <= range.last.value
  );
}

/**
 * The addresses that both ranges contain.
 *
 *     a   f-------l
 *     b       f-------l
 *     =>      f---l
 */
export function overlapOf(a: AddressRange, b: AddressRange): AddressRange | undefined {
  if (a.first.family !== b.first.family) return undefined;
  const first = compareAddresses(a.first, b.first) >= 0 ? a.first : b.first;
  const last = compareAddresses(a.last, b.last) <= 0 ? a.last : b.last;
  return first.value <= last.value ? { first, last } : undefined;
}
