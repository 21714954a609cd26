/**
 * The addresses that Metal3's allocator gives out of one entry of a pool. It counts base, base + 1, base + 2, ... until the
 * first error. It counts in Go's 16-byte net.IP, where IPv4 is `::ffff:a.b.c.d`. The rules here compute the result of that loop.
 * Source: GetIPAddress and addOffsetToIP in ip-address-manager api/v1alpha1/utils.go, and recorded cases.
 */
import { type Address, lastAddress, MAPPED_FIRST, MAPPED_LAST } from "./address";
import type { PoolEntry } from "./pool-spec";
import { type AddressRange, rangeContains, subnetRange } from "./range";

/** Addresses that one entry gives, in ascending order. `index` is the entry's place in the spec, from 0. */
export interface Offer {
  readonly range: AddressRange;
  readonly entry: PoolEntry;
  readonly index: number;
}

/**
 * An entry's ranges in the order in which it gives them: mostly one, and none if it yields nothing. Two or three ranges come
 * only from an IPv6 start without a subnet that counts through `::ffff:0:0/96`. Go writes that block as IPv4, so Metal3 gives
 * IPv4 addresses:
 *
 *     16 bytes   s---------|::ffff:0:0 --- ::ffff:ffff:ffff|---------e
 *     offers     IPv6      |0.0.0.0 --- 255.255.255.255    |IPv6
 */
export function offersOf(entry: PoolEntry, index: number): Offer[] {
  const counted = countedRange(entry);
  if (counted === undefined) return [];
  const { first, last } = counted;
  const pieces = [
    piece(6, first, least(last, MAPPED_FIRST - 1n), 0n),
    piece(4, most(first, MAPPED_FIRST), least(last, MAPPED_LAST), MAPPED_FIRST),
    piece(6, most(first, MAPPED_LAST + 1n), last, 0n),
  ];
  return pieces.flatMap((range) => (range ? [{ range, entry, index }] : []));
}

/**
 * First and last in 16-byte numbers.
 *
 *     subnet         n---w------------------b     n network, w as written, b last address
 *     subnet alone        w+1---------------b     `end` is ignored
 *     start, end               s------e
 *     start, end, subnet       s------------b-e   cut at b; nothing at all if s lies outside n..b
 *     start alone              s---------------------> to the end of the family
 */
function countedRange({ start, end, subnet }: PoolEntry): { first: bigint; last: bigint } | undefined {
  const base = start ?? subnet?.address;
  if (base === undefined) return undefined; // `{}` or `end` alone
  const first = wide(base) + (start ? 0n : 1n);
  let last = wide(lastAddress(base.family)); // beyond it Metal3 says "IP address overflow"
  if (start && end) last = least(last, wide(end));
  if (subnet) {
    const whole = subnetRange(subnet);
    if (!rangeContains(whole, narrow(first))) return undefined;
    last = least(last, wide(whole.last));
    // An IPv6 network does not contain an IPv4 address (Go's IPNet.Contains): the count ends before the mapped block.
    if (subnet.address.family === 6 && first < MAPPED_FIRST) last = least(last, MAPPED_FIRST - 1n);
  }
  return first <= last ? { first, last } : undefined;
}

function piece(family: 4 | 6, first: bigint, last: bigint, offset: bigint): AddressRange | undefined {
  if (first > last) return undefined;
  return { first: { family, value: first - offset }, last: { family, value: last - offset } };
}

/** Go's net.IP.To16. */
function wide({ family, value }: Address): bigint {
  return family === 4 ? value + MAPPED_FIRST : value;
}

/** The address that Go's net.IP.String writes. */
function narrow(value: bigint): Address {
  const mapped = value >= MAPPED_FIRST && value <= MAPPED_LAST;
  return mapped ? { family: 4, value: value - MAPPED_FIRST } : { family: 6, value };
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function most(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
