/** Warnings about what a pool says against itself. Each follows `IPPool metal3/net: `. */
import { type Address, formatAddress } from "../../core/address";
import { type AddressRange, formatRange, formatSubnet, type Subnet } from "../../core/range";
import { listText } from "../../ipam/wording";

/** `texts`, `outside`, ...: one for each entry that the warning is about. */
export const contradictionWording = {
  twoFamilies:
    "`pools` has IPv4 and IPv6. A claim gets one address, from the first entry that has a free one. Create a pool for each family.",

  startsLater: (entry: string, first: Address, whole: Subnet) =>
    `${entry} has host bits, so Metal3 starts after them, at ${formatAddress(first)} (write ${formatSubnet(whole)} for all of it)`,
  startLater: (texts: readonly string[]) => `${listText(texts)}. Set \`start\` to start elsewhere.`,

  /** `range`: `excludes[0] (10.0.0.9)`. */
  idleFamily: (range: string, family: number) => `${range} is IPv${family}, but no entry of \`pools\` is`,
  idleExclude: (range: string) => `${range} overlaps no address of \`pools\``,
  idleDhcp: (range: string) => `${range} overlaps no network of \`pools\``,
  idle: (texts: readonly string[]) => `${listText(texts)}. Correct it, or leave it out.`,

  /** `length`: what all their subnets say, if it is the same. */
  noPrefix: (entries: readonly string[], length: number | undefined) =>
    `${listText(entries)} ${entries.length === 1 ? "has" : "have"} no prefix, so hosts do not learn the size of their network. ` +
    (length === undefined ? "Set `prefix` to its length." : `Set \`prefix: ${length}\`, as the subnet says.`),

  prefixOf: (prefixLength: number, entry: string) => `prefix ${prefixLength} of ${entry}`,
  widerThanSubnet: (texts: readonly string[]) =>
    `${listText(texts)} is wider than the subnet. Hosts take the addresses around the subnet for their own network. ` +
    "If you do not mean that, write the subnet's length.",
  narrowerThanSubnet: (texts: readonly string[]) =>
    `${listText(texts)} is narrower than the subnet. Hosts reach the rest of the subnet only through a gateway. ` +
    "If you do not mean that, write the subnet's length.",

  spansNetworks: (entry: string, prefixLength: number | undefined, whole: number) =>
    `${entry} spans several networks of prefix ${prefixLength} (\`prefix: ${whole}\` makes it one)`,
  severalNetworks: (texts: readonly string[]) =>
    `${listText(texts)}. Hosts of one network do not reach the others directly. ` +
    "Set a shorter prefix, or write one entry for each network.",

  gatewayOutside: (gateway: Address, entry: string, network: AddressRange, length: number | undefined) =>
    `gateway ${formatAddress(gateway)} of ${entry} is outside of its network ${formatRange(network)} (prefix ${length})`,
  gatewaysOutside: (texts: readonly string[]) =>
    `${listText(texts)}. Hosts do not reach it without a route of its own. Choose a gateway inside, or correct the prefix.`,

  gatewayOnEdge: (gateway: Address, role: string, network: Subnet) =>
    `${formatAddress(gateway)} is the ${role} address of ${formatSubnet(network)}`,
  gatewaysOnEdges: (texts: readonly string[]) =>
    `gateway ${listText(texts)}. Routers do not use such an address. Choose another gateway, or correct the prefix.`,
} as const;
