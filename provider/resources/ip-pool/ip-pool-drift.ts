import { keyText, type Manifest } from "../../api/meta";
import { CLUSTER_NAME_LABEL, entriesText, type NetworkText, networkText } from "../../api/metal3/ip-pool";
import { claimDrift, type Drift, differences, differs, gone, isTerm, type PoolView, termsOf } from "../../ipam/ipam";
import { poolText, wording } from "../../ipam/wording";
import { canonicalJson } from "../arguments";
import { metadataDrift } from "../declared-metadata";
import type { Properties } from "../handler";
import { poolManifest, poolTerms } from "./ip-pool-manifest";
import { argumentsOf } from "./pool-arguments";

/** Differences between the stored pool and what was last set: declared fields, metadata and entries. */
export function poolDrift(view: PoolView, olds: Properties): Drift[] {
  const live = view.pool;
  if (!live) return [gone("IPPool", view.name, ["pools"])];
  const args = argumentsOf(olds);
  const lastSet = poolManifest({ ...args, namespace: view.name.namespace }, undefined);
  if (!lastSet) return [];
  const stored = live.manifest;
  const { spec } = live.pool;
  const liveSpec: NetworkText & Record<string, unknown> = {
    ...networkText(spec),
    pools: entriesText(spec),
    namePrefix: live.namePrefix,
    clusterName: live.clusterName,
    allocationStrategy: (stored.spec as Record<string, unknown>).allocationStrategy,
  };
  const fields = Object.entries(lastSet.spec as Record<string, unknown>);
  const inSpec = fields.flatMap(([field, value]) => differences(stored, ["spec", field], liveSpec[field], value));
  const inEntries = Object.entries(args.preAllocations ?? {}).flatMap(([claim, address]) =>
    claimDrift(view, claim, { address }, true).map((drift) => ({ ...drift, path: ["preAllocations", claim] })),
  );
  const since = stored.metadata.deletionTimestamp;
  return [
    ...(since === undefined ? [] : [dying(view, since)]),
    ...inSpec.map(({ path: [, ...path], ...found }) => ({ ...found, path })),
    ...metadataDrift(stored, withoutTerms(lastSet), args.clusterName === undefined ? [] : [CLUSTER_NAME_LABEL]),
    ...termDrift(view, olds),
    ...inEntries,
  ];
}

function dying({ name }: PoolView, since: string): Drift {
  return {
    path: ["pools"],
    live: undefined,
    line: wording.beingDeleted("IPPool", keyText(name), since),
    repair: "createsPool",
  };
}

/** A missing term is not drift: an earlier version or another tool wrote the pool last. */
function termDrift({ name, pool }: PoolView, olds: Properties): Drift[] {
  const live = pool ? termsOf(pool.manifest) : {};
  const lastSet = poolTerms(argumentsOf(olds));
  return (["excludes", "excludeReserved", "allowReserved", "dhcpRanges"] as const).flatMap((term) => {
    const [found, last] = [live[term], lastSet[term]];
    if (!found || !last || canonicalJson(found) === canonicalJson(last)) return [];
    return [differs(`${poolText(name)} ${term}`, [term], found, last)];
  });
}

function withoutTerms({ metadata, ...rest }: Manifest): Manifest {
  const annotations = Object.entries(metadata.annotations ?? {}).filter(([key]) => !isTerm(key));
  return { ...rest, metadata: { ...metadata, annotations: Object.fromEntries(annotations) } };
}
