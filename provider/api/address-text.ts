import { z } from "zod";
import { type Address, formatAddress, type Parsed, parseAddress } from "../core/address";
import { parseMac } from "../core/mac";
import {
  type AddressRange,
  formatRange,
  formatSubnet,
  parseNetwork,
  parseRange,
  parseSubnet,
  type Subnet,
} from "../core/range";
import { WHOLE } from "./fault";

/** The canonical spelling of the texts that a schema takes: one spelling for each meaning. */
interface Spelling {
  /** Undefined for a text that the schema refuses. */
  readonly canonical: (text: string) => string | undefined;
}

/** A registry of its own, because `.describe()` makes a new schema, and that one inherits the entry. */
const spellings = z.registry<Spelling>();

/**
 * Texts that stand for addresses in manifests and arguments, parsed once at the door. Each issue says what is wrong and what
 * to write instead. Zod adds the path.
 */
function parsed<T>(parse: (text: string) => Parsed<T>, format: (value: T, text: string) => string) {
  const schema = z.string().transform((text, context): T => {
    const result = parse(text);
    if (result.ok) return result.value;
    context.addIssue({ code: "custom", message: result.reason, input: text, params: WHOLE });
    return z.NEVER;
  });
  const canonical = (text: string) => {
    const result = parse(text);
    return result.ok ? format(result.value, text) : undefined;
  };
  return schema.register(spellings, { canonical });
}

/** An address in any spelling that RFC 4291 allows, except IPv4-mapped ones. */
export const addressText = parsed<Address>(parseAddress, formatAddress);
/** `address/prefixLength`. Host bits are kept, because Metal3 starts at the written address + 1. */
export const subnetText = parsed<Subnet>(parseSubnet, formatSubnet);
/** `address/prefixLength` of a network, without host bits. */
export const networkText = parsed<Subnet>(parseNetwork, formatSubnet);
/** A MAC address: lower case with colons. */
export const macText = parsed<string>(parseMac, (mac) => mac);

/** A range with its canonical text. */
export interface WrittenRange extends AddressRange {
  readonly text: string;
}

/** An address, a CIDR or `a-b`. The canonical text of a CIDR is a CIDR. */
export const rangeText = parsed<WrittenRange>(
  (text) => {
    const range = parseRange(text);
    return range.ok ? { ok: true, value: { ...range.value, text: canonicalRange(range.value, text) } } : range;
  },
  ({ text }) => text,
);

function canonicalRange(range: AddressRange, text: string): string {
  const subnet = parseSubnet(text);
  return subnet.ok ? formatSubnet(subnet.value) : formatRange(range);
}

/** The canonical spelling of a text that `schema` takes. Undefined if the schema has none, or refuses the text. */
export function canonicalText(schema: z.core.$ZodType, text: string): string | undefined {
  return spellings.get(schema)?.canonical(text);
}
