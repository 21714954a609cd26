/**
 * The search of Metal3's IPAM controller for a free address, step by step in TypeScript. It gets the address of each index
 * anew: it parses the entry's texts, adds the index as a big integer on bytes, and looks the text up in a map.
 * Source: selectIPFromPool in ip-address-manager ipam/ippool_manager.go, GetIPAddress and addOffsetToIP in
 * api/v1alpha1/utils.go.
 */

/** An entry of `spec.pools`, as it is written. */
export interface Metal3Entry {
  readonly start?: string;
  readonly end?: string;
  readonly subnet?: string;
}

/** The first address of the entries that no claim has. `addresses`: address → claim. */
export function firstFreeInMetal3(
  entries: readonly Metal3Entry[],
  addresses: ReadonlyMap<string, string>,
): string | undefined {
  for (const entry of entries) {
    for (let index = 0; ; index++) {
      const candidate = getIPAddress(entry, index);
      if (candidate === undefined) break;
      if (!addresses.has(candidate)) return candidate;
    }
  }
  return undefined;
}

/** Undefined beyond the entry, where Go's function returns an error. */
function getIPAddress({ start, end, subnet }: Metal3Entry, index: number): string | undefined {
  const net = subnet === undefined ? undefined : parseCidr(subnet);
  const from = start === undefined ? net?.ip : parseIp(start);
  if (from === undefined) return undefined;
  const isStart = start !== undefined;
  const last = isStart && end !== undefined ? parseIp(end) : undefined;
  const ip = addOffsetToIp(from, last, isStart ? index : index + 1);
  if (ip === undefined || (net && !contains(net, ip))) return undefined;
  return ipText(ip);
}

/** Go's net.IP in its form of 16 bytes. IPv4 is `::ffff:a.b.c.d`. */
type Ip = Uint8Array;

const MAX_IPV4 = 0xffff_ffff_ffffn;
const MAPPED = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff);

function addOffsetToIp(ip: Ip, last: Ip | undefined, offset: number): Ip | undefined {
  const sum = numberOf(ip) + BigInt(offset);
  if (isIpv4(ip) ? sum > MAX_IPV4 : sum >> 128n > 0n) return undefined;
  if (last && sum > numberOf(last)) return undefined;
  return bytesOf(sum);
}

function numberOf(ip: Ip): bigint {
  const view = new DataView(ip.buffer, ip.byteOffset);
  return (view.getBigUint64(0) << 64n) | view.getBigUint64(8);
}

function bytesOf(value: bigint): Ip {
  const ip = new Uint8Array(16);
  const view = new DataView(ip.buffer);
  view.setBigUint64(0, value >> 64n);
  view.setBigUint64(8, value & 0xffff_ffff_ffff_ffffn);
  return ip;
}

function isIpv4(ip: Ip): boolean {
  return MAPPED.every((byte, index) => ip[index] === byte);
}

interface Network {
  readonly ip: Ip;
  /** Of the 16 bytes. */
  readonly prefix: number;
}

function parseCidr(text: string): Network {
  const [address = "", length = ""] = text.split("/");
  const ip = parseIp(address);
  return { ip, prefix: Number(length) + (isIpv4(ip) ? 96 : 0) };
}

function contains({ ip, prefix }: Network, other: Ip): boolean {
  for (let index = 0, left = prefix; left > 0; index++, left -= 8) {
    const shift = Math.max(0, 8 - left);
    if (ip[index]! >> shift !== other[index]! >> shift) return false;
  }
  return true;
}

function parseIp(text: string): Ip {
  const ip = new Uint8Array(16);
  if (!text.includes(":")) {
    ip.set(MAPPED);
    ip.set(text.split(".").map(Number), 12);
    return ip;
  }
  const [head = "", tail] = text.split("::");
  const groups = (part: string) => (part === "" ? [] : part.split(":").map((group) => Number.parseInt(group, 16)));
  const [before, after] = [groups(head), groups(tail ?? "")];
  const all = [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
  for (const [index, group] of all.entries()) ip.set([group >> 8, group & 0xff], 2 * index);
  return ip;
}

/** Go's net.IP.String. */
function ipText(ip: Ip): string {
  if (isIpv4(ip)) return `${ip[12]}.${ip[13]}.${ip[14]}.${ip[15]}`;
  const group = (index: number) => (ip[2 * index]! << 8) | ip[2 * index + 1]!;
  let longest = { at: 8, length: 1 };
  for (let at = 0; at < 8; at++) {
    let length = 0;
    while (at + length < 8 && group(at + length) === 0) length++;
    if (length > longest.length) longest = { at, length };
  }
  let text = "";
  for (let at = 0; at < 8; at++) {
    if (at === longest.at) {
      text += "::";
      at += longest.length - 1;
    } else text += `${text === "" || text.endsWith(":") ? "" : ":"}${group(at).toString(16)}`;
  }
  return text;
}
