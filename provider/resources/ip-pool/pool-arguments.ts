/** What a program says of an IPPool, and what the stock controller is told: excludes are compiled away. */
import { z } from "zod";
import { canonicalAddress, canonicalSubnet, rangeText } from "../../api/address-text";
import { entryFrom, networkFrom } from "../../api/ip-pool";
import { MAX_NAME_LENGTH, namespaceName, objectName } from "../../api/names";
import {
  compilePool,
  type Pool,
  type PoolEntry,
  type PoolSpec,
  reservedAddresses,
  withoutAddresses,
} from "../../core/pool";
import type { AddressRange } from "../../core/range";
import { RangeSet } from "../../core/range-set";
import { type Arguments, readArguments } from "../arguments";
import type { Properties } from "../handler";

const network = {
  prefix: z.int().min(0).max(128).optional(),
  gateway: canonicalAddress.optional(),
  dnsServers: z.array(canonicalAddress).optional(),
};

const entry = z.strictObject({
  start: canonicalAddress.optional(),
  end: canonicalAddress.optional(),
  subnet: canonicalSubnet.optional(),
  ...network,
});

/** `<namePrefix>-<address>` is an object name: room for the longest address has to be left. */
const LONGEST_ADDRESS = "-ffff-ffff-ffff-ffff-ffff-ffff-ffff-ffff".length;
const namePrefix = objectName.refine((text) => text.length <= MAX_NAME_LENGTH - LONGEST_ADDRESS, {
  error: `has more than ${MAX_NAME_LENGTH - LONGEST_ADDRESS} characters, so that names of addresses would have more than ${MAX_NAME_LENGTH}`,
});

const texts = z.record(z.string(), z.string());

export const poolShape = {
  name: namePrefix,
  namespace: namespaceName.optional(),
  labels: texts.optional(),
  annotations: texts.optional(),
  clusterName: objectName.optional(),
  namePrefix: namePrefix.optional(),
  pools: z.array(entry).min(1),
  ...network,
  allocationStrategy: z.enum(["sequential", "random"]).optional(),
  preAllocations: z.record(objectName, canonicalAddress).optional(),
  excludes: z.array(rangeText).optional(),
  excludeReserved: z.boolean().optional(),
  dhcpRanges: z.array(rangeText).optional(),
  allowOverlap: z.boolean().optional(),
  adopt: z.boolean().optional(),
};

export type PoolArguments = Arguments<typeof poolShape>["args"];

/** As written; undefined where `pools` is faulty or not known yet. */
export function writtenSpec(args: PoolArguments): PoolSpec | undefined {
  return args.pools && { ...networkFrom(args), entries: args.pools.map((one) => entryFrom(one)) };
}

/** Entry by entry, so that a fault in one does not hide those of the others: undefined for what cannot be read. */
export function readableEntries(pools: unknown): (PoolEntry | undefined)[] {
  if (!Array.isArray(pools)) return [];
  return pools.map((one) => {
    const read = entry.safeParse(one);
    return read.success ? entryFrom(read.data) : undefined;
  });
}

/** What is left to be handed out, in words that the controller obeys. */
export function compiledPool(written: PoolSpec, args: PoolArguments): Pool {
  const excluded: AddressRange[] = [...(args.excludes ?? [])];
  if (args.excludeReserved) {
    for (const { address } of reservedAddresses(written)) excluded.push({ first: address, last: address });
  }
  return compilePool(excluded.length === 0 ? written : withoutAddresses(written, RangeSet.of(excluded)));
}

/** Checked inputs or outputs, read again; what check or create filled in is no argument. */
export function argumentsOf(properties: Properties): PoolArguments {
  const said = Object.entries(properties).filter(([property]) => property in poolShape);
  return readArguments(poolShape, Object.fromEntries(said)).args;
}
