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
      .describe("First address on offer. Default: the one after the subnet's network address."),
    end: addressText
      .optional()
      .describe("Last address on offer. Default: the last of the subnet. Without a subnet it needs a `start`."),
    subnet: subnetText.optional().describe("CIDR, `192.168.0.0/24`."),
    prefix: prefix.describe("Length of the network mask in bits, as the host is told. Default: the pool's."),
    gateway: gateway.describe("Gateway of these addresses. Default: the pool's."),
    dnsServers: dnsServers.describe("DNS servers of these addresses. Default: the pool's."),
  })
  .meta({
    id: "PoolEntry",
    description:
      "One range of a pool: `start` to `end`, both included, or a `subnet`, or both to limit the one by the other. Addresses are taken in any spelling.",
  });

/** `<namePrefix>-<address>` is an object name, so it needs room for the longest address. */
const LONGEST_ADDRESS = "-ffff-ffff-ffff-ffff-ffff-ffff-ffff-ffff".length;
const namePrefix = objectName.refine((text) => text.length <= MAX_NAME_LENGTH - LONGEST_ADDRESS, {
  error: poolWording.longNamePrefix(MAX_NAME_LENGTH - LONGEST_ADDRESS, MAX_NAME_LENGTH),
});

const texts = z.record(z.string(), z.string());

export const poolShape = {
  name: namePrefix.describe(
    "Name of the IPPool object. Default: the resource's logical name, without a suffix, for the names of claims contain it.",
  ),
  namespace: namespaceName.optional().describe(`Namespace of the IPPool object. ${DEFAULT_NAMESPACE}`),
  labels: texts
    .optional()
    .describe("Labels of the IPPool object. Only these keys are managed; those that others set stay."),
  annotations: texts
    .optional()
    .describe("Annotations of the IPPool object. Only these keys are managed; those that others set stay."),
  clusterName: objectName
    .optional()
    .describe(
      "The CAPI Cluster that owns the pool. Metal3 serves no claim before it exists, and `clusterctl move` takes the pool along.",
    ),
  namePrefix: namePrefix
    .optional()
    .describe(
      "IPAddress objects are called `<namePrefix>-<address>`. It cannot change while an address is held. Default: `name`.",
    ),
  pools: z.array(entry).describe("What is on offer, used up in this order; all addresses of one family."),
  prefix: prefix.describe("Length of the network mask in bits, for entries that have none."),
  gateway: gateway.describe("Gateway, for entries that have none, in any spelling."),
  dnsServers: dnsServers.describe("DNS servers, for entries that have none, in any spelling."),
  allocationStrategy: allocationStrategy
    .optional()
    .describe(
      "How Metal3's controller chooses for claims without a reservation. It cannot change while an address is held. Default: `sequential`.",
    ),
  preAllocations: z
    .record(objectName, addressText)
    .optional()
    .describe(
      "Claim name to the address it must have. A PreAllocation does the same for one host, and knows the claim's name.",
    ),
  excludes: z
    .array(rangeText)
    .optional()
    .describe(
      "Never on offer: addresses, CIDRs and ranges `a-b`. Metal3's controller obeys as well, for the entries are split.",
    ),
  excludeReserved: z
    .boolean()
    .optional()
    .describe(
      "Also excludes each subnet's network and broadcast address, gateways and DNS servers, which Metal3 gives away. Default: false.",
    ),
  allowReserved: z
    .boolean()
    .optional()
    .describe(
      "Allows hosts to be pinned to a gateway, a network or a broadcast address. With `excludeReserved`, pins alone get these, and Metal3's controller gives them away last. Default: false.",
    ),
  dhcpRanges: z
    .array(rangeText)
    .optional()
    .describe(
      "Addresses, CIDRs and ranges `a-b` that a DHCP server gives out. An overlap with what the pool offers is an error.",
    ),
  allowOverlap: z
    .boolean()
    .optional()
    .describe("Allows other pools of the namespace to offer the same addresses. Default: false."),
  adopt: z.boolean().optional().describe("Takes over a pool that exists already, instead of an error. Default: false."),
};

export const poolOutputs = {
  name: z.string().describe("Name of the IPPool object: what PreAllocations and claims take as `pool`."),
  namespace: z.string().describe("Namespace of the IPPool object."),
  namePrefix: z.string().describe("IPAddress objects are called `<namePrefix>-<address>`."),
  clusterName: z.string().optional().describe("The CAPI Cluster that owns the pool."),
  pools: z.array(entry).describe("What is on offer, as the program wrote it: what is excluded is not taken off here."),
  prefix: prefix.describe("Length of the network mask in bits, for entries that have none."),
  gateway: gateway.describe("Gateway, for entries that have none."),
  dnsServers: dnsServers.describe("DNS servers, for entries that have none."),
  preAllocations: z
    .record(z.string(), z.string())
    .optional()
    .describe("Claim name to address: the entries of this resource. Those of PreAllocations are theirs."),
  capacity: z
    .union([z.number(), z.string()])
    .describe("Number of addresses on offer; decimal text where a JSON number is not exact (beyond 2^53)."),
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
