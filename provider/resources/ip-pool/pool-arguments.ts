/** The inputs and outputs of an IPPool, and the spec that the controller gets: `excludes` are compiled into it. */
import { z } from "zod";
import { addressText, rangeText, subnetText } from "../../api/address-text";
import { entryFrom, networkFrom } from "../../api/metal3/ip-pool";
import { MAX_NAME_LENGTH, namespaceName, objectName } from "../../api/names";
import type { PoolEntry, PoolSpec } from "../../core/pool";
import { type Arguments, readArguments } from "../arguments";
import { allocationStrategy } from "../choices";
import { computedProperties } from "../filled";
import type { Properties } from "../handler";
import { DEFAULT_NAMESPACE } from "../pool-reference";
import { poolWording } from "./wording";

const prefix = z.int().min(0).max(128).optional();
const gateway = addressText.optional();
const dnsServers = z.array(addressText).optional();

const entry = z
  .strictObject({
    start: addressText
      .optional()
      .describe("First address of the range. Default: the address after the subnet's network address."),
    end: addressText
      .optional()
      .describe(
        "Last address of the range. Default: the last address of the subnet. Without a `subnet`, it needs a `start`.",
      ),
    subnet: subnetText.optional().describe("Subnet in CIDR notation, for example `192.168.0.0/24`."),
    prefix: prefix.describe(
      "Length of the network mask in bits, which the host gets with its address. Default: the pool's `prefix`.",
    ),
    gateway: gateway.describe("Gateway of these addresses. Default: the pool's `gateway`."),
    dnsServers: dnsServers.describe("DNS servers of these addresses. Default: the pool's `dnsServers`."),
  })
  .meta({
    id: "PoolEntry",
    description:
      "One range of a pool. Give `start` and `end`, which both belong to the range, or a `subnet`. Give both to offer a part of a subnet. Addresses can have any valid notation.",
  });

/** `<namePrefix>-<address>` is an object name, so it needs room for the longest address. */
const LONGEST_ADDRESS = "-ffff-ffff-ffff-ffff-ffff-ffff-ffff-ffff".length;
const namePrefix = objectName.refine((text) => text.length <= MAX_NAME_LENGTH - LONGEST_ADDRESS, {
  error: poolWording.longNamePrefix(MAX_NAME_LENGTH - LONGEST_ADDRESS, MAX_NAME_LENGTH),
});

const texts = z.record(z.string(), z.string());

export const poolShape = {
  name: namePrefix.describe(
    "Name of the IPPool object. Default: the resource's logical name. Pulumi adds no random suffix to this name, because claim names contain it.",
  ),
  namespace: namespaceName.optional().describe(`Namespace of the IPPool object. ${DEFAULT_NAMESPACE}`),
  labels: texts
    .optional()
    .describe("Labels of the IPPool object. The provider manages only these keys and leaves others alone."),
  annotations: texts
    .optional()
    .describe("Annotations of the IPPool object. The provider manages only these keys and leaves others alone."),
  clusterName: objectName
    .optional()
    .describe(
      "The CAPI Cluster that owns the pool. Metal3 serves no claim before the Cluster exists. `clusterctl move` moves the pool with the Cluster.",
    ),
  namePrefix: namePrefix
    .optional()
    .describe(
      "Prefix of the IPAddress objects, which are called `<namePrefix>-<address>`. It cannot change while an address is held. Default: `name`.",
    ),
  pools: z
    .array(entry)
    .describe(
      "The addresses on offer, as ranges and subnets. Metal3's controller uses them in this order. All of them must be IPv4, or all IPv6.",
    ),
  prefix: prefix.describe("Length of the network mask in bits, for entries without a `prefix` of their own."),
  gateway: gateway.describe("Gateway for entries without one of their own, in any valid notation."),
  dnsServers: dnsServers.describe("DNS servers for entries without their own, in any valid notation."),
  allocationStrategy: allocationStrategy
    .optional()
    .describe(
      "Says how Metal3's controller chooses for claims without a reservation. It cannot change while an address is held. Default: `sequential`.",
    ),
  preAllocations: z
    .record(objectName, addressText)
    .optional()
    .describe(
      "Reserved addresses by claim name. A PreAllocation does the same for one host, and makes the claim's name from the host's.",
    ),
  excludes: z
    .array(rangeText)
    .optional()
    .describe(
      "Addresses, CIDRs and ranges `a-b` that are never given. Metal3's controller obeys too, because the stored entries leave them out.",
    ),
  excludeReserved: z
    .boolean()
    .optional()
    .describe(
      "Also excludes the network and broadcast address of each subnet, gateways and DNS servers. Metal3 itself would hand them out. Default: false.",
    ),
  allowReserved: z
    .boolean()
    .optional()
    .describe(
      "Allows hosts to be pinned to a gateway, a network address or a broadcast address. With `excludeReserved: true`, this provider gives these addresses to pins only. Metal3's controller can still hand them out: after all others, or at any time with `allocationStrategy: random`. Default: false.",
    ),
  dhcpRanges: z
    .array(rangeText)
    .optional()
    .describe(
      "Addresses, CIDRs and ranges `a-b` that a DHCP server hands out. An overlap with the pool's addresses is an error.",
    ),
  allowOverlap: z
    .boolean()
    .optional()
    .describe("Allows other pools in the namespace to offer the same addresses. Default: false."),
  adopt: z
    .boolean()
    .optional()
    .describe("Takes over a pool that already exists. Without it, an existing pool is an error. Default: false."),
};

export const poolOutputs = {
  name: z
    .string()
    .describe("Name of the IPPool object. Pass it as `pool` to the resources that take addresses from it."),
  namespace: z.string().describe("Namespace of the IPPool object."),
  namePrefix: z.string().describe("Prefix of the IPAddress objects, which are called `<namePrefix>-<address>`."),
  clusterName: z.string().optional().describe("The CAPI Cluster that owns the pool."),
  pools: z
    .array(entry)
    .describe("The addresses on offer, as the program wrote them. They still include excluded addresses."),
  prefix: prefix.describe("Length of the network mask in bits, for entries without a `prefix` of their own."),
  gateway: gateway.describe("Gateway for entries without one of their own."),
  dnsServers: dnsServers.describe("DNS servers for entries without their own."),
  preAllocations: z
    .record(z.string(), z.string())
    .optional()
    .describe("Reserved addresses by claim name. Entries that PreAllocations declare are not included."),
  capacity: z
    .union([z.number(), z.string()])
    .describe(
      "Number of addresses on offer. Beyond 2^53 it is a decimal string, because a JSON number would not be exact.",
    ),
};

export const POOL_COMPUTED = computedProperties({ inputs: poolShape, outputs: poolOutputs });

/** `excludesDns` is not an argument. Check decides it once, and state keeps it (kept-back.ts). */
export type PoolArguments = Arguments<typeof poolShape>["args"] & { readonly excludesDns?: boolean };

/** Undefined for Metal3's default. Metal3 writes that into each pool itself since 1.14. */
export function spokenStrategy(strategy: unknown): unknown {
  return strategy === "sequential" ? undefined : strategy;
}

/** The spec as written. Undefined if `pools` has a fault or is not known yet. */
export function writtenSpec(args: PoolArguments): PoolSpec | undefined {
  return args.pools && { ...networkFrom(args), entries: args.pools.map((one) => entryFrom(one)) };
}

/**
 * Reads entry by entry, so that a fault in one does not hide the faults of the others. Undefined for an unreadable entry.
 */
export function readableEntries(pools: unknown): (PoolEntry | undefined)[] {
  if (!Array.isArray(pools)) return [];
  return pools.map((one) => {
    const read = entry.safeParse(one);
    return read.success ? entryFrom(read.data) : undefined;
  });
}

/** Reads checked inputs or outputs again. Properties that check or create filled in are not arguments. */
export function argumentsOf(properties: Properties): PoolArguments {
  const said = Object.entries(properties).filter(([property]) => property in poolShape);
  const { args } = readArguments(poolShape, Object.fromEntries(said));
  return properties.excludesDns === true ? { ...args, excludesDns: true } : args;
}
