/** Messages about an IPPool's own arguments, and about the addresses that a change would take away. */
import { type Address, formatAddress } from "../../core/address";
import { type NotOffered, type Pool, type ReservedRole, roleText } from "../../core/pool";
import { type AddressRange, formatRange, formatSubnet, type Subnet } from "../../core/range";
import type { PoolName } from "../../ipam/ipam";
import { listText, offersText, poolText } from "../../ipam/wording";

/** Faults of one entry of `pools`. */
export const entryWording = {
  givesNothing: (subnet: Subnet) =>
    `${formatSubnet(subnet)} has no address after ${formatAddress(subnet.address)}, where Metal3 starts. ` +
    "Write its network address, a shorter prefix, or `start` and `end`.",

  throughMapped: (mapped: AddressRange) =>
    `contains ::ffff:0:0/96, which Metal3 gives out as IPv4 (${formatRange(mapped)}). End the entry before it, or start after it.`,

  unbounded: "has neither `start` nor `subnet`, so Metal3 gives out nothing. Add `start` and `end`, or `subnet`.",

  twoFamilies: (addresses: readonly Address[]) => {
    const texts = addresses.map((one) => `${formatAddress(one)} (IPv${one.family})`);
    return `mixes ${texts.join(" and ")}. Write one entry for each family.`;
  },

  endless: (start: Address) =>
    `${formatAddress(start)} has no end. Metal3 would continue to the end of the address space. Add \`end\`.`,

  endAlone: (end: Address) =>
    `${formatAddress(end)} is ignored by Metal3 without \`start\`. Add \`start\`, or leave \`end\` out.`,

  backwards: (start: Address, end: Address) =>
    `start ${formatAddress(start)} is after end ${formatAddress(end)}. Swap them.`,

  outOfSubnet: (address: Address, subnet: Subnet) =>
    `${formatAddress(address)} is outside of subnet ${formatSubnet(subnet)}. Choose an address inside.`,

  otherFamily: (gateway: Address, index: number, family: number) =>
    `${formatAddress(gateway)} is IPv${gateway.family}, but pools[${index}] is IPv${family}. Give that entry an IPv${family} gateway.`,

  longPrefix: (prefixLength: number, index: number) =>
    `${prefixLength} is more than 32, but pools[${index}] is IPv4. Give that entry an IPv4 prefix.`,

  overlap: (range: AddressRange, other: AddressRange, index: number) =>
    `${formatRange(range)} overlaps ${formatRange(other)} of pools[${index}]. Make them disjoint, or set \`allowOverlap: true\`.`,

  dhcpOverlap: (dhcp: AddressRange, other: AddressRange, index: number) =>
    `${formatRange(dhcp)} overlaps ${formatRange(other)} of pools[${index}]. ` +
    "Make them disjoint, or add the DHCP range to `excludes`.",

  uncountable: (text: string, size: bigint, largest: bigint) =>
    `${text} has ${size} addresses. Metal3 takes at most ${largest} in an entry with allocationStrategy "random". ` +
    "Write smaller entries, or leave the strategy out.",
} as const;

/** Faults and warnings of the whole pool. `pool`: `namespace/name`. */
export const poolWording = {
  noEntries: "needs 1 or more items.",

  allExcluded: "offers no address that is not excluded. Add entries, or exclude less.",

  longNamePrefix: (most: number, mostInName: number) =>
    `has more than ${most} characters, so names of IPAddress objects would have more than ${mostInName}. Choose a shorter one.`,

  offersNothing: (pool: string) =>
    `IPPool ${pool} offers no address, so none of its claims is served. Add entries to \`pools\`.`,

  entryNotOffered: (address: Address, why: NotOffered, offered: Pool) => {
    const text = formatAddress(address);
    if (why === "outside")
      return `${text} is outside of \`pools\` (${offersText(offered)}). Choose another address, or add a range to \`pools\`.`;
    if (why === "excluded") return `${text} is excluded. Choose another address, or change \`excludes\`.`;
    return `${text} is ${roleText(why)}. Choose one of ${offersText(offered)}.`;
  },

  givenTwice: (address: string, other: string) =>
    `${address} is also given to ${other}. Choose another address for one of them.`,

  /** `shown`: addresses with their roles. */
  offersReserved: (pool: string, shown: string, excludeReserved: boolean) =>
    `IPPool ${pool} offers ${shown}. Metal3 gives such addresses to hosts. ` +
    (excludeReserved ? "Add them to `excludes`." : "Set `excludeReserved: true`, or add them to `excludes`."),

  sharedNames: (pool: PoolName, prefix: string, shared: string) =>
    `namePrefix "${prefix}" is also that of ${poolText(pool)}, and both pools offer ${shared}. Their IPAddress objects ` +
    "would have the same name, so only one pool could give out such an address. Choose another `namePrefix`, or make the pools disjoint.",

  longName: (object: string, length: number, most: number) =>
    `${object}: the name has ${length} characters. With --enable-bmh-name-based-preallocation CAPM3 makes it a label of its hosts' ` +
    `claims, which has at most ${most}, so no host would get an address. Choose a shorter name.`,

  longClusterName: (clusterName: string, length: number, most: number) =>
    `${clusterName} has ${length} characters. Metal3 makes it a label, which has at most ${most}. Give the Cluster a shorter name.`,

  pausedByKey: (object: string, annotation: string, value: string) =>
    `${object} is paused, although ${annotation} says ${value}. The key alone counts. Remove it to end the pause.`,

  pausedHalf: (object: string) =>
    `${object} is paused for this provider only. Metal3's controller obeys a pause only on a pool with \`clusterName\`, ` +
    "so it still serves the claims of this one.",

  /** `keys`: of `preAllocations`. `meant`: the key that CAPM3 would ask for. */
  foreignKeys: (pool: PoolName, keys: readonly string[], meant: string) =>
    `${poolText(pool)} pre-allocates to ${listText(keys)}, named after another pool. CAPM3 asks this pool for ` +
    `<host>-<pool>, for example \`${meant}\`. If you mean hosts, write that, or reserve them with PreAllocations.`,
} as const;

/** Faults of a change that takes the address of a holder away. */
export const heldWording = {
  reservedFor: (address: Address, holder: string) => `${formatAddress(address)} is reserved for ${holder}`,

  /** `holders`: each as `reservedFor` says it. `property`: the one that takes the addresses off the offer. */
  takenBack: (pool: PoolName, property: string | undefined, holders: readonly string[]) =>
    `${listText(holders)} of ${poolText(pool)}. ${remediesOf(property, "move the holder first")}`,

  becomesReserved: (
    pool: PoolName,
    property: string | undefined,
    { address, role, holder }: { address: Address; role: ReservedRole; holder: string },
  ) =>
    `${heldWording.reservedFor(address, holder)} of ${poolText(pool)}, and would become ` +
    `${roleText(role)}, which a host cannot use. ${remediesOf(property, "move the host first", "set `allowReserved: true`")}`,
} as const;

/** The remedies, by the property that takes the address away. */
const REMEDIES: Readonly<Record<string, readonly string[]>> = {
  gateway: ["Choose another gateway"],
  dnsServers: ["Choose another DNS server", "leave `excludeReserved` out"],
  prefix: ["Choose another prefix"],
  excludes: ["Leave it on offer"],
  excludeReserved: ["Leave `excludeReserved` out", "set `allowReserved: true` as well"],
  allowReserved: ["Keep `allowReserved: true`"],
};

function remediesOf(property: string | undefined, ...others: readonly string[]): string {
  const all = [...(REMEDIES[property ?? ""] ?? ["Keep `pools` as they are"]), ...others];
  return `${all.slice(0, -1).join(", ")}, or ${all.at(-1)}.`;
}
