/** Makes the pool, or makes ours say what it should: the object alone, without its preAllocations. */

import { IP_POOL } from "../../api/kinds";
import type { Manifest } from "../../api/meta";
import { entriesText, networkText, readIPPool } from "../../api/metal3/ip-pool";
import { IpamError } from "../../ipam/errors";
import { type Ipam, readPool } from "../../ipam/ipam";
import { isOfStack, marksOf, ownerText } from "../../ipam/metal3/marks";
import type { Owner } from "../../ipam/metal3/owner";
import type { PoolView } from "../../ipam/pool/pool-view";
import { retryOnConflict } from "../../ipam/retry";
import { wording } from "../../ipam/wording";
import { isStoreError, type Stored } from "../../store/store";
import { canonicalJson } from "../arguments";
import { metadataPatch } from "../declared-metadata";
import type * as life from "../handler";
import { poolManifest } from "./ip-pool-manifest";
import { restoreDyingPool } from "./ip-pool-restore";
import { argumentsOf } from "./pool-arguments";

/** Fields of the spec that a program may declare and later leave out. */
const OPTIONAL_FIELDS = ["prefix", "gateway", "dnsServers", "clusterName", "allocationStrategy"] as const;

/** True where the pool was made. */
export async function ensurePool(
  ipam: Ipam,
  view: PoolView,
  wanted: Manifest,
  hand: Owner,
  olds: life.Properties | undefined,
): Promise<boolean> {
  const { store, environment } = ipam;
  return retryOnConflict(environment, async () => {
    // An update finds its pool there: it needs no right to make one.
    const known = olds && (await ipam.freshPool(view));
    if (!known && (await make(ipam, view, wanted))) return true;
    const dying = known ?? (await ipam.freshPool(view));
    const found = dying?.deleting ? dying : await ipam.writablePool(view);
    const stored = found.object;
    const marks = marksOf(stored);
    const isKnown = marks.token === hand.token || (olds !== undefined && marks.token === undefined);
    const isOurs = isKnown || isOfStack(marks, hand) || hand.adopt;
    if (!isOurs) throw new IpamError("exists", wording.poolExists(view.name, ownerText(marks, hand)));
    if (found.deleting) {
      await restoreDyingPool(ipam, view, wanted);
      return false;
    }
    const spec = specPatch(stored, wanted, olds);
    const metadata = metadataPatch(stored, wanted, olds && poolManifest(argumentsOf(olds), undefined));
    if (!spec && !metadata) return false;
    const { uid, resourceVersion } = stored.metadata;
    const patched = await store.patch(
      IP_POOL,
      view.name,
      { ...metadata, ...(spec && { spec }) },
      { uid, resourceVersion },
    );
    view.notePool(readPool(patched));
    return false;
  });
}

/** False where it is there already. */
async function make(ipam: Ipam, view: PoolView, wanted: Manifest): Promise<boolean> {
  try {
    const made = await ipam.store.create(IP_POOL, wanted);
    await refuseDropped(ipam, made, wanted);
    view.notePool(readPool(made));
    return true;
  } catch (error) {
    if (isStoreError(error, "AlreadyExists")) return false;
    throw error;
  }
}

/** An API server drops fields that its CRD does not know, without a word: such a pool would not be what was asked for. */
async function refuseDropped(ipam: Ipam, made: Stored, wanted: Manifest): Promise<void> {
  const strategyOf = ({ spec }: Manifest) => (spec as { allocationStrategy?: string }).allocationStrategy;
  const strategy = strategyOf(wanted);
  if (strategy === undefined || strategyOf(made) === strategy) return;
  const { namespace = "", name, uid } = made.metadata;
  await ipam.store.remove(IP_POOL, { namespace, name }, { uid });
  throw new IpamError("unserved", wording.strategyUnserved({ namespace, name }, strategy));
}

/** Fields that differ, in the wanted form; null for one that only the old inputs declared. Undefined: none. */
function specPatch(
  found: Stored,
  wanted: Manifest,
  olds: life.Properties | undefined,
): Record<string, unknown> | undefined {
  const read = readIPPool(found);
  const live: Record<string, unknown> = { ...(found.spec as object) };
  if (read.ok) Object.assign(live, { pools: entriesText(read.value.pool.spec), ...networkText(read.value.pool.spec) });
  const patch: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(wanted.spec as Record<string, unknown>)) {
    if (canonicalJson(live[field]) !== canonicalJson(value)) patch[field] = value;
  }
  for (const field of OPTIONAL_FIELDS) {
    const wasDeclared = olds?.[field] !== undefined && (wanted.spec as Record<string, unknown>)[field] === undefined;
    if (wasDeclared && live[field] !== undefined) patch[field] = null;
  }
  return Object.keys(patch).length > 0 ? patch : undefined;
}
