/** planSubnet: one subnet split between static hosts and a DHCP server. It asks no backend. */
import { z } from "zod";
import { addressText, networkText, rangeText } from "../../api/address-text";
import { type Address, formatAddress, isLinkLocal, sameAddress } from "../../core/address";
import {
  type AddressRange,
  formatRange,
  formatSubnet,
  rangeContains,
  rangeSize,
  type Subnet,
  subnetRange,
} from "../../core/range";
import { edges } from "../../core/reserved";
import { commaText, type Part, planSubnet as split } from "../../network/subnet-plan";
import { present } from "../arguments";
import type { InvokeResponse, Properties } from "../handler";
import { poolOutputs } from "../ip-pool/pool-arguments";
import type { PureFunctionRow } from "../row";
import { networkWording } from "./network-wording";
import { readQuestion } from "./question";

const part = z
  .strictObject({
    size: z.int().min(1).optional().describe("How many addresses. Give exactly one of `size` and `ranges`."),
    ranges: z
      .array(rangeText)
      .min(1)
      .optional()
      .describe("Which addresses: `a-b`, an address or a CIDR. Give exactly one of `size` and `ranges`."),
  })
  .meta({ id: "SubnetPart", description: "A part of a subnet." });

const shape = {
  subnet: networkText.describe("The subnet in CIDR notation."),
  gateway: addressText.optional().describe("The gateway. No host gets its address."),
  reserved: z.array(rangeText).optional().describe("Addresses of other devices, which neither part gets."),
  static: part.describe("The addresses of static hosts. A `size` counts from the beginning of the subnet."),
  dhcp: part
    .optional()
    .describe(
      "The addresses that the DHCP server gives out, also to hosts that Ironic inspects. A `size` counts from the end of the subnet. Default: all that static hosts leave over.",
    ),
};

const ironicDhcp = z
  .object({
    networkCIDR: z.string().describe("The subnet."),
    rangeBegin: z.string().describe("First address of the largest DHCP range."),
    rangeEnd: z.string().describe("Its last address."),
  })
  .meta({ id: "IronicDhcp", description: "`spec.networking.dhcp` of the resource `Ironic`." });

const results = {
  pools: poolOutputs.pools.describe("The static part, as `pools` of an IPPool."),
  prefix: z.int().describe("Length of the subnet's mask in bits, as `prefix` of an IPPool."),
  gateway: z.string().optional().describe("The gateway, as `gateway` of an IPPool. Absent if there is none."),
  dhcpRanges: z
    .array(z.string())
    .describe("The DHCP part, as `dhcpRanges` of an IPPool, which then refuses an overlap."),
  ironicDhcp: ironicDhcp
    .optional()
    .describe("`spec.networking.dhcp` of the resource `Ironic`: the largest DHCP range. Absent if there is none."),
  provisioningDHCPRange: z
    .string()
    .optional()
    .describe("The same range as OpenShift's Provisioning wants it: `first,last`. Absent if there is none."),
};

function planned(given: Properties): InvokeResponse {
  const { args, failures } = readQuestion(shape, given);
  const { subnet, gateway, reserved = [], dhcp } = args;
  for (const name of ["static", "dhcp"] as const) {
    const { size, ranges } = args[name] ?? {};
    if (size !== undefined && ranges) failures.push({ path: [name, "ranges"], reason: networkWording.sizeAndRanges });
    if (args[name] && size === undefined && !ranges)
      failures.push({ path: [name, "size"], reason: networkWording.noSize });
  }
  const gatewayReason = subnet && gateway && gatewayFault(subnet, gateway);
  if (gatewayReason) failures.push({ path: ["gateway"], reason: gatewayReason });
  if (failures.length > 0 || !subnet || !args.static) return { result: {}, failures };
  const request = { subnet, gateway, reserved, static: partOf(args.static), dhcp: dhcp && partOf(dhcp) };
  const { plan, faults } = split(request);
  if (faults.length > 0) return { result: {}, failures: faults };
  const largest = largestOf(plan.dhcp.ranges);
  const result = present({
    pools: plan.static.ranges.map(({ first, last }) => ({ start: formatAddress(first), end: formatAddress(last) })),
    prefix: subnet.prefixLength,
    gateway: gateway && formatAddress(gateway),
    dhcpRanges: plan.dhcp.ranges.map(formatRange),
    ironicDhcp: largest && {
      networkCIDR: formatSubnet(subnet),
      rangeBegin: formatAddress(largest.first),
      rangeEnd: formatAddress(largest.last),
    },
    provisioningDHCPRange: largest && commaText(largest),
  });
  return { result, failures: [] };
}

function gatewayFault(subnet: Subnet, gateway: Address): string | undefined {
  const [text, whole] = [formatAddress(gateway), formatSubnet(subnet)];
  const isIPv6 = gateway.family === 6 && subnet.address.family === 6;
  // Routers of IPv6 often have only a link-local address.
  if (isIPv6 && isLinkLocal(gateway)) return undefined;
  if (!rangeContains(subnetRange(subnet), gateway)) return networkWording.gatewayOutside(text, whole);
  const isEdge = [...edges(subnet.address, subnet.prefixLength)].some(([, edge]) => sameAddress(edge, gateway));
  return isEdge && !isIPv6 ? networkWording.gatewayAtEdge(text, whole) : undefined;
}

function partOf({ size, ranges }: z.output<typeof part>): Part {
  return ranges ? { ranges } : { size: BigInt(size ?? 0) };
}

/** The lowest one of several that are equal. */
function largestOf(ranges: readonly AddressRange[]): AddressRange | undefined {
  return ranges.reduce<AddressRange | undefined>(
    (best, range) => (best && rangeSize(best) >= rangeSize(range) ? best : range),
    undefined,
  );
}

export const planSubnet = {
  kind: "planSubnet",
  description:
    "Splits a subnet between static hosts and a DHCP server. The two parts have no address in common.\n\nAn IPPool offers the static part. The DHCP server also serves hosts that Ironic inspects, so they get the addresses that no static host has.",
  inputs: shape,
  outputs: results,
  answer: planned,
} as const satisfies PureFunctionRow;
