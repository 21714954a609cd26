import { z } from "zod";
import { type Address, formatAddress, type Parsed, parseAddress } from "../core/address";
import { type AddressRange, formatSubnet, parseRange, parseSubnet, type Subnet } from "../core/range";
import { WHOLE } from "./fault";

/**
 * Texts that stand for addresses in manifests and arguments, parsed once at the door. Each issue says what is wrong
 * and what to write instead; the path is zod's.
 */
function parsed<T>(parse: (text: string) => Parsed<T>) {
  return z.string().transform((text, context): T => {
    const result = parse(text);
    if (result.ok) return result.value;
    context.addIssue({ code: "custom", message: result.reason, input: text, params: WHOLE });
    return z.NEVER;
  });
}

/** An address in any spelling that RFC 4291 allows (but for IPv4-mapped ones): what others wrote into a manifest. */
export const addressText = parsed<Address>(parseAddress);
/** `address/prefixLength`; host bits are kept, for Metal3 starts after them. */
export const subnetText = parsed<Subnet>(parseSubnet);

/**
 * The same for what a program writes: only the canonical text (RFC 5952). Metal3 keys what is taken by raw text, so
 * another spelling would not reserve (ip-address-manager, `controllers`/`getIndexes`).
 */
export const canonicalAddress = parsed<Address>((text) => canonical(text, parseAddress(text), formatAddress));
export const canonicalSubnet = parsed<Subnet>((text) => canonical(text, parseSubnet(text), formatSubnet));
/** A range with the text that it was read from. */
export interface WrittenRange extends AddressRange {
  readonly text: string;
}

/** An address, a CIDR or `a-b`: never sent to Metal3 as text, so any spelling will do. */
export const rangeText = parsed<WrittenRange>((text) => {
  const range = parseRange(text);
  return range.ok ? { ok: true, value: { ...range.value, text } } : range;
});

function canonical<T>(text: string, result: Parsed<T>, format: (value: T) => string): Parsed<T> {
  if (!result.ok || format(result.value) === text) return result;
  return { ok: false, reason: `"${text}" is not in canonical form (RFC 5952): write "${format(result.value)}"` };
}
