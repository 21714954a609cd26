/**
 * One IP address as a number. Text is parsed here, once, and strictly. A text that two readers could take for two different
 * addresses (octal zeros, IPv4-mapped IPv6, zones) is refused, and the reason names the spelling to use instead.
 * CVE-2021-28918 is such a case.
 */
import { isIP, isIPv4 } from "node:net";
import { Address4, Address6 } from "ip-address";

export type Family = 4 | 6;

/** `value` is the address read as a big-endian number: below 2^32 (family 4) or 2^128 (family 6). */
export interface Address {
  readonly family: Family;
  readonly value: bigint;
}

/** A value, or the reason why there is none: whole sentences for users, with the remedy if there is one. */
export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string };

/** Longer than any address (39 characters, RFC 4291 section 2.2) with a zone or a dotted quad. A longer text is not read. */
const MAX_TEXT_LENGTH = 64;
const SHOWN_TEXT_LENGTH = 48;

/** `::ffff:0:0/96`, RFC 4291 section 2.5.5.2. Many readers (Go's net.IP, and so Metal3) turn these IPv6 texts into IPv4. */
export const MAPPED_FIRST = 0xffff_0000_0000n;
export const MAPPED_LAST = 0xffff_ffff_ffffn;

export function addressBits(family: Family): 32 | 128 {
  return family === 4 ? 32 : 128;
}

/** 255.255.255.255 or ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff. */
export function lastAddress(family: Family): Address {
  return { family, value: (1n << BigInt(addressBits(family))) - 1n };
}

/** The text in quotes for a message: cut short, and only visible ASCII. */
export function quoted(text: string): string {
  const shown = text.length > SHOWN_TEXT_LENGTH ? `${text.slice(0, SHOWN_TEXT_LENGTH)}...` : text;
  return JSON.stringify(shown).replace(
    /[^\x20-\x7e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/**
 * Reads one address: dotted quad without leading zeros, or IPv6 in any spelling of RFC 4291, section 2.2. It refuses a zone, a
 * prefix, white space, IPv4-mapped IPv6, and everything that `net.isIP` refuses.
 */
export function parseAddress(text: string): Parsed<Address> {
  const refused = (why = ""): Parsed<Address> => ({
    ok: false,
    reason: `${quoted(text)} is not an IP address.${why && ` ${why}`}`,
  });
  if (text === "") return refused("It is empty.");
  if (text.length > MAX_TEXT_LENGTH) return refused("It is too long.");
  if (/\s/.test(text)) return refused("It contains white space. Remove it.");
  if (/[^\x21-\x7e]/.test(text)) return refused("It contains characters that are not ASCII.");
  if (text.includes("%")) return refused("It has a zone. Write the address without it.");
  if (text.includes("/")) return refused("It has a prefix. Write only the address.");
  switch (isIP(text)) {
    case 4: {
      const value = numberOf(() => new Address4(text).bigInt());
      return value === undefined ? refused() : { ok: true, value: { family: 4, value } };
    }
    case 6: {
      const value = numberOf(() => new Address6(text).bigInt());
      if (value === undefined) return refused();
      if (value >= MAPPED_FIRST && value <= MAPPED_LAST) {
        return refused(`It is IPv4-mapped. Write ${formatAddress({ family: 4, value: value - MAPPED_FIRST })}.`);
      }
      return { ok: true, value: { family: 6, value } };
    }
    default:
      return refused(leadingZeros(text) || partFault(text) || groupFault(text));
  }
}

/** ip-address throws when it refuses. A text that only one of the two parsers takes is not an address. */
function numberOf(parse: () => bigint): bigint | undefined {
  try {
    return parse();
  } catch {
    return undefined;
  }
}

/** inet_aton reads 010 as octal, others read it as decimal. The reason names the decimal reading, and the user may choose it. */
function leadingZeros(text: string): string {
  const stripped = text.replace(/(^|\.)0+(?=[0-9])/g, "$1");
  return stripped !== text && isIPv4(stripped) ? `Leading zeros are not allowed. Write ${stripped}.` : "";
}

/** Which part of a dotted quad is too large. "" for any other fault. */
function partFault(text: string): string {
  if (!/^[0-9]+(\.[0-9]+){3}$/.test(text)) return "";
  const large = text.split(".").find((part) => Number(part) > 255);
  return large === undefined ? "" : `Its part ${large} is more than 255.`;
}

/** Which group of an IPv6 text is wrong, or how many groups it has. "" for any other fault. */
function groupFault(text: string): string {
  if (!text.includes(":")) return "";
  const groups = text.split(":");
  const long = groups.find((group) => /^[0-9a-f]{5,}$/i.test(group));
  if (long !== undefined) return `Its group "${long}" has ${long.length} digits. At most four are allowed.`;
  const odd = groups.find((group) => /^[0-9a-z]+$/i.test(group) && !/^[0-9a-f]+$/i.test(group));
  if (odd !== undefined) return `Its group "${odd}" is not hexadecimal.`;
  if (!groups.every((group) => /^[0-9a-f]*$/i.test(group))) return "";
  const pairs = text.split("::").length - 1;
  if (pairs > 1) return "It has :: more than once, so it is not clear how many zeros each one stands for.";
  return pairs === 0 && groups.length !== 8 ? `It has ${groups.length} groups. Without :: it needs eight.` : "";
}

/** The canonical text: dotted quad, or RFC 5952 (lower case, the first longest run of zero groups as `::`). */
export function formatAddress({ family, value }: Address): string {
  if (family === 4) {
    return `${value >> 24n}.${(value >> 16n) & 0xffn}.${(value >> 8n) & 0xffn}.${value & 0xffn}`;
  }
  const groups = value.toString(16).padStart(32, "0").match(/.{4}/g) ?? [];
  const text = groups.map((group) => group.replace(/^0{1,3}/, ""));
  const zeros = longestZeroRun(text);
  if (zeros.length < 2) return text.join(":"); // RFC 5952 section 4.2.2: a single zero group stays
  return `${text.slice(0, zeros.start).join(":")}::${text.slice(zeros.start + zeros.length).join(":")}`;
}

function longestZeroRun(groups: readonly string[]): { start: number; length: number } {
  let longest = { start: 0, length: 0 };
  let start = 0;
  for (const [index, group] of groups.entries()) {
    if (group !== "0") start = index + 1;
    else if (index + 1 - start > longest.length) longest = { start, length: index + 1 - start };
  }
  return longest;
}

/** Sorts IPv4 before IPv6, then by number: below 0, 0, above 0. */
export function compareAddresses(a: Address, b: Address): number {
  if (a.family !== b.family) return a.family - b.family;
  return a.value < b.value ? -1 : a.value > b.value ? 1 : 0;
}

export function sameAddress(a: Address, b: Address): boolean {
  return a.family === b.family && a.value === b.value;
}

/** fe80::/10 and 169.254.0.0/16 are reachable on every link, whatever network the host is in. */
export function isLinkLocal({ family, value }: Address): boolean {
  return family === 4 ? value >> 16n === 0xa9fen : value >> 118n === 0x3fan;
}
