import { apiVersionOf } from "../../api/kinds";
import type { Manifest } from "../../api/meta";
import { entriesText, networkText } from "../../api/metal3/ip-pool";
import { IP_POOL } from "../../api/metal3/kinds";
import { marksBy, newMarkAnnotations, type Owner } from "../../ipam/ipam";
import { compiledPool, type PoolArguments, writtenSpec } from "./pool-arguments";

/** Metal3's label, by which `clusterctl move` finds pools. */
export const CLUSTER_NAME_LABEL = "cluster.x-k8s.io/cluster-name";

/** The IPPool as it is stored, without preAllocations, which `ensurePool` reserves. Undefined without `pools`. */
export function poolManifest(args: PoolArguments, owner: Owner | undefined): Manifest | undefined {
  const written = writtenSpec(args);
  if (!written) return undefined;
  const { spec } = compiledPool(written, args);
  const labels = { ...args.labels, ...(args.clusterName && { [CLUSTER_NAME_LABEL]: args.clusterName }) };
  const annotations = { ...args.annotations, ...(owner && newMarkAnnotations(marksBy(owner))) };
  return {
    apiVersion: apiVersionOf(IP_POOL),
    kind: IP_POOL.kind,
    metadata: {
      name: String(args.name),
      namespace: String(args.namespace),
      ...(Object.keys(labels).length > 0 && { labels }),
      ...(Object.keys(annotations).length > 0 && { annotations }),
    },
    spec: {
      ...(args.clusterName && { clusterName: args.clusterName }),
      namePrefix: args.namePrefix ?? args.name,
      pools: entriesText(spec),
      ...networkText(spec),
      // Metal3's own default is not said: before 1.14 it has no such field.
      ...(args.allocationStrategy === "random" && { allocationStrategy: args.allocationStrategy }),
    },
  };
}
