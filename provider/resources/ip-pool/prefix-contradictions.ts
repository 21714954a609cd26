/** Prefixes that are missing, or say another network than the addresses. */
import { addressBits } from "../../core/address";
import { type AddressRange, rangeContains, subnetRange } from "../../core/range";
import { listText } from "../../ipam/wording";
import { type Given, isAlone } from "./given-entries";

export function lackingPrefix(given: readonly Given[]): string[] {
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

export function otherThanSubnet(given: readonly Given[]): string[] {
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

export function overSeveralNetworks(given: readonly Given[]): string[] {
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

function isWider({ first, last }: AddressRange, prefixLength: number): boolean {
  if (isAlone(prefixLength, [{ first, last }])) return false;
  return !rangeContains(subnetRange({ address: first, prefixLength }), last);
}

/** The longest prefix whose network holds the whole range. */
function commonLength({ first, last }: AddressRange): number {
  const differing = first.value ^ last.value;
  return addressBits(first.family) - (differing === 0n ? 0 : differing.toString(2).length);
}
