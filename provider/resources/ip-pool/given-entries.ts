/** The entries of a pool as their hosts see them. */
import { type Address, addressBits } from "../../core/address";
import { type Offer, offersOf } from "../../core/offer";
import { effectiveNetwork, networkAround, type PoolEntry, type PoolSpec } from "../../core/pool";
import { type AddressRange, formatRange, formatSubnet, subnetRange } from "../../core/range";

/** One entry that gives out addresses, and the network that its hosts get. */
export interface Given {
  readonly entry: PoolEntry;
  /** `pools[0] (10.0.0.10-10.0.0.19)`. */
  readonly text: string;
  readonly ranges: readonly AddressRange[];
  readonly prefixLength: number | undefined;
  readonly gateway: Address | undefined;
  /** From the network of the first address to that of the last. Undefined if neither prefix nor subnet is given. */
  readonly networks: readonly AddressRange[] | undefined;
}

/** Leaves out entries that give out nothing. */
export function givenEntries(spec: PoolSpec): Given[] {
  return spec.entries.flatMap((entry, index) => givenBy(spec, entry, index));
}

function givenBy(spec: PoolSpec, entry: PoolEntry, index: number): Given[] {
  const offers = offersOf(entry, index);
  if (offers.length === 0) return [];
  const { prefixLength, gateway } = effectiveNetwork(spec, entry);
  const networks = offers.flatMap((offer) => networksOf(spec, offer) ?? []);
  const shown = entry.subnet ? formatSubnet(entry.subnet) : offers.map(({ range }) => formatRange(range)).join(", ");
  return [
    {
      entry,
      text: `pools[${index}] (${shown})`,
      ranges: offers.map(({ range }) => range),
      prefixLength,
      gateway,
      networks: networks.length === 0 ? undefined : networks,
    },
  ];
}

function networksOf(spec: PoolSpec, { entry, range }: Offer): AddressRange | undefined {
  const [first, last] = [range.first, range.last].map((address) => networkAround(spec, entry, range, address));
  return first && last && { first: subnetRange(first).first, last: subnetRange(last).last };
}

/** A network of one or two addresses has no other hosts. The route to the gateway is configured elsewhere. */
export function isAlone(prefixLength: number | undefined, [range]: readonly AddressRange[]): boolean {
  return prefixLength !== undefined && range !== undefined && prefixLength > addressBits(range.first.family) - 2;
}
