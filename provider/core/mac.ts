/** The MAC address of one NIC: 48 bits (IEEE 802, EUI-48). */
import { type Parsed, quoted } from "./address";

/** Colons, hyphens, or Cisco's three groups. */
const SPELLINGS = /^([0-9a-f]{2}([:-]?)(?:[0-9a-f]{2}\2){4}[0-9a-f]{2}|[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4})$/i;

/** Reads a MAC address in any usual spelling. The value is its canonical text: lower case with colons. */
export function parseMac(text: string): Parsed<string> {
  const refused = (why: string): Parsed<string> => ({
    ok: false,
    reason: `${quoted(text)} is not the MAC address of a NIC. ${why}`,
  });
  if (!SPELLINGS.test(text)) return refused("Write six pairs of hexadecimal digits, as in 52:54:00:aa:bb:01.");
  const octets = text.toLowerCase().match(/[0-9a-f]{2}/g) ?? [];
  if (octets.every((octet) => octet === "00")) return refused("All its digits are 0.");
  // The lowest bit of the first octet marks a group of NICs.
  if (Number.parseInt(octets[0]!, 16) % 2 === 1) return refused("It is a multicast address.");
  return { ok: true, value: octets.join(":") };
}
