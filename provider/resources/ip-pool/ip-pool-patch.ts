/** The patch that makes a stored IPPool match the program. It leaves preAllocations alone, but for misspelt ones. */
import type { Manifest } from "../../api/meta";
import { entriesText, type IPPool, networkText, readIPPool } from "../../api/metal3/ip-pool";
import { formatAddress } from "../../core/address";
import type { MergePatch, Stored } from "../../store/store";
import { canonicalJson } from "../arguments";
import { metadataPatch } from "../declared-metadata";
import type { Properties } from "../handler";
import { poolManifest } from "./ip-pool-manifest";
import { argumentsOf } from "./pool-arguments";

/** Fields of the spec that a program may declare and later leave out. */
const OPTIONAL_FIELDS = ["prefix", "gateway", "dnsServers", "clusterName", "allocationStrategy"] as const;

/** Removes what only `olds` declared, and keeps what others added. Undefined if there is nothing to do. */
export function poolPatch(found: Stored, wanted: Manifest, olds: Properties | undefined): MergePatch | undefined {
  const spec = specPatch(found, wanted, olds);
  const metadata = metadataPatch(found, wanted, olds && poolManifest(argumentsOf(olds), undefined));
  return spec || metadata ? { ...metadata, ...(spec && { spec }) } : undefined;
}

/** Entries of others keep their addresses. They are rewritten in the spelling that reserves them. */
function respeltEntries({ misspelt, preAllocations }: IPPool): Record<string, unknown> {
  if (misspelt.size === 0) return {};
  const texts = [...misspelt.keys()].map((claim) => [claim, formatAddress(preAllocations.get(claim)!)]);
  return { preAllocations: Object.fromEntries(texts) };
}

/**
 * Fields that differ, with the wanted value. Null for a field that only the old inputs declared. Undefined if there are
 * none.
 */
function specPatch(found: Stored, wanted: Manifest, olds: Properties | undefined): Record<string, unknown> | undefined {
  const read = readIPPool(found);
  const live: Record<string, unknown> = { ...(found.spec as object) };
  if (read.ok) Object.assign(live, { pools: entriesText(read.value.pool.spec), ...networkText(read.value.pool.spec) });
  const patch: Record<string, unknown> = { ...(read.ok && respeltEntries(read.value)) };
  for (const [field, value] of Object.entries(wanted.spec as Record<string, unknown>)) {
    if (canonicalJson(live[field]) !== canonicalJson(value)) patch[field] = value;
  }
  for (const field of OPTIONAL_FIELDS) {
    const wasDeclared = olds?.[field] !== undefined && (wanted.spec as Record<string, unknown>)[field] === undefined;
    if (wasDeclared && live[field] !== undefined) patch[field] = null;
  }
  return Object.keys(patch).length > 0 ? patch : undefined;
}
