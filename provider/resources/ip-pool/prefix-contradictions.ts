/** Warnings about prefixes that are missing, or contradict the addresses. */
import { addressBits } from "../../core/address";
import { type AddressRange, rangeContains, subnetRange } from "../../core/range";
import { contradictionWording as wording } from "./contradiction-wording";
import { type Given, isAlone } from "./given-entries";

export function lackingPrefix(given: readonly Given[]): string[] {
  const bare = given.filter(({ prefixLength }) => prefixLength === undefined);
  if (bare.length === 0) return [];
  const lengths = new Set(bare.map(({ entry }) => entry.subnet?.prefixLength));
  const [length] = lengths;
  const texts = bare.map(({ text }) => text);
  return [wording.noPrefix(texts, lengths.size === 1 ? length : undefined)];
}

export function otherThanSubnet(given: readonly Given[]): string[] {
  const told = (isSo: (prefix: number, subnet: number) => boolean, warning: (texts: readonly string[]) => string) => {
    const texts = given.flatMap(({ entry: { subnet }, prefixLength, text }) => {
      return subnet && prefixLength && isSo(prefixLength, subnet.prefixLength)
        ? [wording.prefixOf(prefixLength, text)]
        : [];
    });
    return texts.length === 0 ? [] : [warning(texts)];
  };
  return [
    ...told((prefix, subnet) => prefix < subnet, wording.widerThanSubnet),
    ...told((prefix, subnet) => prefix > subnet, wording.narrowerThanSubnet),
  ];
}

export function overSeveralNetworks(given: readonly Given[]): string[] {
  const wide = given.filter(({ entry, prefixLength, ranges }) => {
    const isTold = entry.subnet && entry.subnet.prefixLength !== prefixLength;
    return !isTold && prefixLength !== undefined && ranges.some((range) => isWider(range, prefixLength));
  });
  if (wide.length === 0) return [];
  const texts = wide.map(({ text, prefixLength, ranges }) => {
    return wording.spansNetworks(text, prefixLength, commonLength(ranges[0]!));
  });
  return [wording.severalNetworks(texts)];
}

function isWider({ first, last }: AddressRange, prefixLength: number): boolean {
  if (isAlone(prefixLength, [{ first, last }])) return false;
  return !rangeContains(subnetRange({ address: first, prefixLength }), last);
}

/** The longest prefix whose network contains the whole range. */
function commonLength({ first, last }: AddressRange): number {
  const differing = first.value ^ last.value;
  return addressBits(first.family) - (differing === 0n ? 0 : differing.toString(2).length);
}
