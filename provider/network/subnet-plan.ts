/** Splits one subnet between static hosts and a DHCP server. The parts are disjoint by construction. */
import { type Address, formatAddress } from "../core/address";
import { type AddressRange, formatRange, formatSubnet, type Subnet, subnetRange } from "../core/range";
import { RangeSet } from "../core/range-set";
import { edges } from "../core/reserved";
import type { LayoutFault } from "./fault";

/** How many addresses, or which. */
export type Part = { readonly size: bigint } | { readonly ranges: readonly AddressRange[] };

export interface SubnetRequest {
  /** Without host bits. */
  readonly subnet: Subnet;
  readonly gateway?: Address | undefined;
  /** Addresses of others, which neither part gets. */
  readonly reserved: readonly AddressRange[];
  readonly static: Part;
  /** Undefined: all that static hosts leave over. */
  readonly dhcp?: Part | undefined;
}

export interface SubnetPlan {
  readonly static: RangeSet;
  readonly dhcp: RangeSet;
}

/**
 * Sizes count from the two ends of the subnet, so that each part can grow without moving the other:
 *
 *     subnet   n g ....................... b
 *     static       f------l
 *     DHCP                      f--------l
 */
export function planSubnet(request: SubnetRequest): { plan: SubnetPlan; faults: LayoutFault[] } {
  const { subnet, dhcp, reserved } = request;
  const faults: LayoutFault[] = [];
  const fault = (path: LayoutFault["path"], reason: string) => faults.push({ path, reason });
  const whole = RangeSet.of([subnetRange(subnet)]);
  for (const [index, range] of reserved.entries()) {
    if (!RangeSet.of([range]).subtract(whole).isEmpty)
      fault(["reserved", index], `${formatRange(range)} ${outside(subnet)}`);
  }
  const free = whole.subtract(withheld(request));
  const chosen = (name: "static" | "dhcp", part: Part | undefined, taken: RangeSet): RangeSet => {
    if (!part || !("ranges" in part)) return RangeSet.empty;
    for (const [index, range] of part.ranges.entries()) {
      const why = refusal(RangeSet.of([range]), { subnet, whole, free, taken });
      if (why) fault([name, "ranges", index], `${formatRange(range)} ${why}`);
    }
    return RangeSet.of(part.ranges);
  };
  const staticRanges = chosen("static", request.static, RangeSet.empty);
  const dhcpRanges = chosen("dhcp", dhcp, staticRanges);
  const sized = (name: "static" | "dhcp", part: Part, from: RangeSet, take: typeof lowest): RangeSet => {
    if ("ranges" in part) return RangeSet.of(part.ranges);
    if (part.size > from.size) fault([name, "size"], tooLarge(part.size, from.size, subnet));
    return take(from, part.size);
  };
  const hosts = sized("static", request.static, free.subtract(dhcpRanges), lowest);
  const left = free.subtract(hosts);
  return { plan: { static: hosts, dhcp: dhcp ? sized("dhcp", dhcp, left, highest) : left }, faults };
}

/** The addresses that no host may have: those with a role in the network, and those of others. */
function withheld({ subnet, gateway, reserved }: SubnetRequest): RangeSet {
  const withRole = [...edges(subnet.address, subnet.prefixLength)].map(([, address]) => address);
  const single = [...withRole, ...(gateway ? [gateway] : [])].map((address) => ({ first: address, last: address }));
  return RangeSet.of([...single, ...reserved]);
}

interface Space {
  readonly subnet: Subnet;
  readonly whole: RangeSet;
  readonly free: RangeSet;
  readonly taken: RangeSet;
}

/** Why a part cannot have a range. It follows the range. */
function refusal(range: RangeSet, { subnet, whole, free, taken }: Space): string | undefined {
  if (!range.subtract(whole).isEmpty) return outside(subnet);
  const [both] = range.intersect(taken).ranges;
  if (both) return `has ${formatRange(both)}, which static hosts have. Make the two disjoint.`;
  const [withheldRange] = range.subtract(free).ranges;
  if (!withheldRange) return undefined;
  const what = "which is the gateway, a network or broadcast address, or in `reserved`";
  return `has ${formatRange(withheldRange)}, ${what}. Leave it out.`;
}

function outside(subnet: Subnet): string {
  return `is not in ${formatSubnet(subnet)}. Correct it.`;
}

function tooLarge(size: bigint, left: bigint, subnet: Subnet): string {
  if (left === 0n) return `${size} is too large: ${formatSubnet(subnet)} has no address left. Choose a larger subnet.`;
  return `${size} is too large: ${formatSubnet(subnet)} has ${left} addresses left. Choose ${left} or less, or a larger subnet.`;
}

function lowest({ ranges }: RangeSet, size: bigint): RangeSet {
  return taken(ranges, size, ({ first, last }, count) => ({
    first,
    last: min(last, { ...first, value: first.value + count - 1n }),
  }));
}

function highest({ ranges }: RangeSet, size: bigint): RangeSet {
  const backwards = [...ranges].reverse();
  return taken(backwards, size, ({ first, last }, count) => ({
    first: max(first, { ...last, value: last.value - count + 1n }),
    last,
  }));
}

/** `size` addresses of the ranges in their order. `some`: at most that many addresses of a range. */
function taken(
  ranges: readonly AddressRange[],
  size: bigint,
  some: (range: AddressRange, count: bigint) => AddressRange,
): RangeSet {
  const parts: AddressRange[] = [];
  let left = size;
  for (const range of ranges) {
    if (left <= 0n) break;
    const part = some(range, left);
    parts.push(part);
    left -= part.last.value - part.first.value + 1n;
  }
  return RangeSet.of(parts);
}

const min = (a: Address, b: Address): Address => (a.value <= b.value ? a : b);
const max = (a: Address, b: Address): Address => (a.value >= b.value ? a : b);

/** `172.22.0.10,172.22.0.100`, as OpenShift's `provisioningDHCPRange` wants it. */
export function commaText({ first, last }: AddressRange): string {
  return `${formatAddress(first)},${formatAddress(last)}`;
}
