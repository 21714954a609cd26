/** Small stretches of the address space, so that a Set of texts can be the oracle. */
import fc from "fast-check";
import { type Address, type Family, formatAddress, lastAddress } from "../../provider/core/address";
import type { AddressRange } from "../../provider/core/range";

export const WIDTH = 16;

/** The bottom, somewhere inside, and the top of each family's space. */
const BASES: readonly Address[] = ([4, 6] as const).flatMap((family: Family) => [
  { family, value: 0n },
  { family, value: family === 4 ? 0x0a0000f8n : 0x20010db80000000000000000fffffff8n },
  { family, value: lastAddress(family).value - BigInt(WIDTH) + 1n },
]);

const offset = fc.integer({ min: 0, max: WIDTH - 1 });

function at(base: number, step: number): Address {
  const { family, value } = BASES[base]!;
  return { family, value: value + BigInt(step) };
}

export const everyAddress: readonly Address[] = BASES.flatMap((_, base) =>
  Array.from({ length: WIDTH }, (_unused, step) => at(base, step)),
);

export const smallRange: fc.Arbitrary<AddressRange> = fc
  .tuple(fc.integer({ min: 0, max: BASES.length - 1 }), offset, offset)
  .map(([base, a, b]) => ({ first: at(base, Math.min(a, b)), last: at(base, Math.max(a, b)) }));

export const smallRanges = fc.array(smallRange, { maxLength: 10 });
export const someAddress = fc.constantFrom(...everyAddress);

/** One by one: the stupid way. */
export function enumerate({ first, last }: AddressRange): Address[] {
  const addresses: Address[] = [];
  for (let value = first.value; value <= last.value; value++) addresses.push({ family: first.family, value });
  return addresses;
}

/** IPv4 and IPv6 texts never meet, so texts can stand for addresses in a Set. */
export function texts(ranges: readonly AddressRange[]): Set<string> {
  return new Set(ranges.flatMap(enumerate).map(formatAddress));
}
