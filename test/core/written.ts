/** Addresses, ranges and pools as tests write them: text in, values out, and a test that fails on bad text. */
import { type Address, type Parsed, parseAddress } from "../../provider/core/address";
import type { Network, PoolSpec } from "../../provider/core/pool";
import { type AddressRange, parseRange, parseSubnet } from "../../provider/core/range";
import { RangeSet } from "../../provider/core/range-set";

export function must<T>(parsed: Parsed<T>): T {
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.value;
}

export const address = (text: string): Address => must(parseAddress(text));
export const range = (text: string): AddressRange => must(parseRange(text));
export const rangeSet = (...texts: string[]): RangeSet => RangeSet.of(texts.map(range));

export interface WrittenNetwork {
  prefix?: number;
  gateway?: string;
  dnsServers?: string[];
}
export interface WrittenEntry extends WrittenNetwork {
  start?: string;
  end?: string;
  subnet?: string;
}
export interface WrittenSpec extends WrittenNetwork {
  pools: WrittenEntry[];
}

/** Metal3's words to the core's; throws with the parser's reason. */
export function poolSpec({ pools, ...rest }: WrittenSpec): PoolSpec {
  return {
    ...network(rest),
    entries: pools.map(({ start, end, subnet, ...own }) => ({
      ...network(own),
      ...(start !== undefined && { start: address(start) }),
      ...(end !== undefined && { end: address(end) }),
      ...(subnet !== undefined && { subnet: must(parseSubnet(subnet)) }),
    })),
  };
}

function network({ prefix, gateway, dnsServers }: WrittenNetwork): Network {
  return {
    ...(prefix !== undefined && { prefixLength: prefix }),
    ...(gateway !== undefined && { gateway: address(gateway) }),
    ...(dnsServers && { dnsServers: dnsServers.map(address) }),
  };
}
