/** Metal3's IPPool: ip-address-manager, `api/v1alpha1/ippool_types.go`. */
import { z } from "zod";
import type { Address } from "../../core/address";
import { formatAddress } from "../../core/address";
import { compilePool, type Network, type Pool, type PoolEntry, type PoolSpec } from "../../core/pool";
import { formatSubnet } from "../../core/range";
import { addressText, subnetText } from "../address-text";
import { type Read, readWith } from "../fault";
import { locatedManifest, mayBeEmpty, objectMeta, type StoredManifest, withoutNulls } from "../meta";
import { joinedEntries, type KnownEntries, misspeltEntries, withoutKnownEntries } from "./pool-entries";

const network = {
  // The CRD accepts negative prefixes, and 128 for IPv4. They are passed on unchanged.
  prefix: z.int().optional(),
  gateway: mayBeEmpty(addressText),
  dnsServers: z.array(addressText).optional(),
};

const ipPool = z.looseObject({
  metadata: objectMeta,
  spec: z.looseObject({
    clusterName: mayBeEmpty(z.string()),
    namePrefix: mayBeEmpty(z.string()),
    pools: z
      .array(
        z.looseObject({
          start: mayBeEmpty(addressText),
          end: mayBeEmpty(addressText),
          subnet: mayBeEmpty(subnetText),
          ...network,
        }),
      )
      .default([]),
    preAllocations: z.record(z.string(), addressText).default({}),
    allocationStrategy: mayBeEmpty(z.string()),
    ...network,
  }),
});

/** An IPPool read once. `manifest` is the stored object, with its unknown fields. */
export interface IPPool {
  readonly manifest: StoredManifest;
  readonly namespace: string;
  readonly name: string;
  readonly namePrefix: string;
  readonly clusterName: string | undefined;
  readonly pool: Pool;
  readonly preAllocations: ReadonlyMap<string, Address>;
  /** Entries that are not in canonical spelling, as they are written. Metal3 compares texts, so they reserve nothing there. */
  readonly misspelt: ReadonlyMap<string, string>;
  /** Cluster API's `cluster.x-k8s.io/paused`: nothing may be written then. The controller obeys it too. */
  readonly paused: boolean;
  readonly deleting: boolean;
}

export const PAUSED_ANNOTATION = "cluster.x-k8s.io/paused";

/** The controller writes and restores these labels on a pool with `clusterName`. `clusterctl move` finds pools by the first. */
export const CLUSTER_NAME_LABEL = "cluster.x-k8s.io/cluster-name";
export const PROVIDER_LABEL = "cluster.x-k8s.io/provider";
export const METAL3_PROVIDER = "ipam-metal3";

/** The controller removes it when a deleted pool has no addresses left. */
export const METAL3_POOL_FINALIZER = "ippool.ipam.metal3.io";

/** `before`: an earlier version of the pool. Entries that it has in the same words are not parsed again. */
export function readIPPool(object: StoredManifest, before?: KnownEntries): Read<IPPool> {
  const read = readWith(ipPool, withoutNulls(before ? withoutKnownEntries(object, before) : object));
  if (!read.ok) return read;
  const { metadata, spec } = read.value;
  const entries = new Map(Object.entries(spec.preAllocations));
  const preAllocations = before ? joinedEntries(object, before, entries) : entries;
  return {
    ok: true,
    value: {
      ...locatedManifest(object),
      // The first versions of Metal3 did not require it.
      namePrefix: spec.namePrefix ?? metadata.name,
      clusterName: spec.clusterName,
      pool: compilePool({ ...networkFrom(spec), entries: spec.pools.map((entry) => entryFrom(entry)) }),
      preAllocations,
      misspelt: misspeltEntries(object, before, preAllocations),
      paused: metadata.annotations?.[PAUSED_ANNOTATION] !== undefined,
      deleting: metadata.deletionTimestamp !== undefined,
    },
  };
}

type EntryFields = Pick<PoolEntry, "start" | "end" | "subnet"> & NetworkFields;
type NetworkFields = { prefix?: number | undefined } & Pick<Network, "gateway" | "dnsServers">;

/** Metal3's `prefix` is `prefixLength` in the code. */
export function entryFrom(entry: EntryFields): PoolEntry {
  return { start: entry.start, end: entry.end, subnet: entry.subnet, ...networkFrom(entry) };
}

export function networkFrom(fields: NetworkFields): Network {
  return { prefixLength: fields.prefix, gateway: fields.gateway, dnsServers: fields.dnsServers };
}

/** The network fields of an IPPool, of its entries and of an IPAddress, by their Metal3 names. */
export const NETWORK_FIELDS = ["prefix", "gateway", "dnsServers"] as const;

/** The wire form of prefix, gateway and DNS servers, as IPPool, its entries and IPAddress share it. A missing field stays missing. */
export interface NetworkText {
  prefix?: number;
  gateway?: string;
  dnsServers?: string[];
}

export function networkText(network: Network): NetworkText {
  return {
    ...(network.prefixLength !== undefined && { prefix: network.prefixLength }),
    ...(network.gateway && { gateway: formatAddress(network.gateway) }),
    ...(network.dnsServers && network.dnsServers.length > 0 && { dnsServers: network.dnsServers.map(formatAddress) }),
  };
}

/** `spec.pools` as it is sent: canonical texts, and only fields that were given. */
export function entriesText(spec: PoolSpec): object[] {
  return spec.entries.map((entry) => ({
    ...(entry.start && { start: formatAddress(entry.start) }),
    ...(entry.end && { end: formatAddress(entry.end) }),
    ...(entry.subnet && { subnet: formatSubnet(entry.subnet) }),
    ...networkText(entry),
  }));
}
