/** The stored IPPool as inputs and outputs of a program. */
import { CLUSTER_NAME_LABEL, entriesText, type IPPool, networkText, PROVIDER_LABEL } from "../../api/metal3/ip-pool";
import { formatAddress } from "../../core/address";
import { capacityOnWire } from "../../core/pool";
import { type Ipam, marksOf, type PoolView, poolsEntries } from "../../ipam/ipam";
import { storedText } from "../allocation";
import { canonicalJson, present } from "../arguments";
import { foreignMeta } from "../declared-metadata";
import type { Properties, ReadRequest, ReadResponse } from "../handler";
import { type ImportId, idParts, refuseAnotherStacks } from "../imported";
import { importedTerms } from "./imported-terms";
import { poolManifest } from "./ip-pool-manifest";
import { argumentsOf, spokenStrategy } from "./pool-arguments";
import { overlaps } from "./pool-neighbours";
import { innerOverlaps } from "./pool-rules";
import { declaredNetwork } from "./undeclared-network";

/**
 * The outputs of the stored pool. A pool that is gone is still the same resource. Its outputs have no `pools`, so they
 * differ from every program, and the next update restores it.
 */
export function livePool(view: PoolView, lastSet: Properties, declared: Properties): Properties {
  const { pools, capacity: _capacity, prefix: _prefix, gateway: _gateway, dnsServers, ...rest } = lastSet;
  const live = view.pool;
  if (!live) return rest;
  const { spec, capacity } = live.pool;
  const said = poolManifest(argumentsOf(lastSet), undefined);
  // Entries that `excludes` have split are shown as they were written.
  const isAsSaid = said && canonicalJson((said.spec as { pools: unknown }).pools) === canonicalJson(entriesText(spec));
  const own = Object.keys((lastSet.preAllocations ?? {}) as object);
  const entries = own.flatMap((claim) => {
    const address = live.preAllocations.get(claim);
    return address ? [[claim, formatAddress(address)]] : [];
  });
  return {
    ...rest,
    namePrefix: storedText(lastSet.namePrefix) ?? live.namePrefix,
    pools: isAsSaid ? pools : entriesText(spec),
    // An empty list is stored as no list, and shown as the program wrote it.
    ...(Array.isArray(dnsServers) && dnsServers.length === 0 && { dnsServers }),
    ...networkText(declaredNetwork(spec, declared)),
    ...(lastSet.preAllocations !== undefined && { preAllocations: Object.fromEntries(entries) }),
    capacity: capacityOnWire(capacity),
  };
}

export const poolId: ImportId = { kind: "IPPool", form: "<namespace>/<name>", parts: 2 };

/**
 * The existing pool as a program would declare it. preAllocations of other resources are left out. A PreAllocationSet
 * imports these, and a pool that does not declare them leaves them alone.
 */
export async function importedPool(ipam: Ipam, request: ReadRequest): Promise<ReadResponse> {
  const [namespace = "", name = ""] = idParts(poolId, request.id);
  const managed = await ipam.pool({ namespace, name });
  const live = await managed.lookAgain(() => managed.view.pool);
  if (!live) return { id: "", outputs: {} };
  const { namePrefix, clusterName, manifest, pool } = live;
  refuseAnotherStacks(request, `IPPool ${namespace}/${name}`, marksOf(manifest));
  // Metal3 writes these because of `clusterName`.
  const others = clusterName === undefined ? [] : [CLUSTER_NAME_LABEL, PROVIDER_LABEL];
  const said = present({
    namespace,
    name,
    ...foreignMeta(manifest, others),
    clusterName,
    namePrefix: namePrefix === name ? undefined : namePrefix,
    pools: entriesText(pool.spec),
    ...networkText(pool.spec),
    allocationStrategy: spokenStrategy(storedText((manifest.spec as Properties).allocationStrategy)),
    allowOverlap: (await isOverlapping(ipam, live)) || undefined,
    preAllocations: ownEntries(managed.view),
    ...importedTerms(live),
  });
  const { token } = marksOf(manifest);
  const capacity = capacityOnWire(pool.capacity);
  const outputs = present({ ...said, namePrefix, capacity, token });
  return { id: `${namespace}/${name}`, inputs: { ...said, capacity }, outputs };
}

/** Whether the pool overlaps other pools, or its entries overlap, so that a program has to allow it. */
async function isOverlapping(ipam: Ipam, { pool, namespace, name }: IPPool): Promise<boolean> {
  if (innerOverlaps(pool).length > 0) return true;
  return (await overlaps(ipam, { namespace, name }, { pool, args: {}, olds: undefined })).failures.length > 0;
}

/** Without these the next update would treat their locks as orphaned. */
function ownEntries(view: PoolView): Properties | undefined {
  const entries = [...poolsEntries(view)].map(([claim, address]) => [claim, formatAddress(address)]);
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}
