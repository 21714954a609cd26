import { apiVersionOf } from "../../api/kinds";
import type { Manifest } from "../../api/meta";
import { entriesText, networkText } from "../../api/metal3/ip-pool";
import { IP_POOL } from "../../api/metal3/kinds";
import { marksBy, newMarkAnnotations, type Owner, type PoolTerms, termAnnotations } from "../../ipam/ipam";
import { canonicalJson } from "../arguments";
import { compiledPool } from "./kept-back";
import { type PoolArguments, writtenSpec } from "./pool-arguments";

/** Metal3's label, by which `clusterctl move` finds pools. */
export const CLUSTER_NAME_LABEL = "cluster.x-k8s.io/cluster-name";

/** The IPPool as it is stored, without preAllocations, which `ensurePool` reserves. Undefined without `pools`. */
export function poolManifest(args: PoolArguments, owner: Owner | undefined): Manifest | undefined {
  const written = writtenSpec(args);
  if (!written) return undefined;
  const { spec } = compiledPool(written, args);
  const pools = entriesText(spec);
  const labels = { ...args.labels, ...(args.clusterName && { [CLUSTER_NAME_LABEL]: args.clusterName }) };
  const terms = termAnnotations({ ...poolTerms(args), pools: splitFrom(entriesText(written), pools) });
  const annotations = { ...args.annotations, ...terms, ...(owner && newMarkAnnotations(marksBy(owner))) };
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
      pools,
      ...networkText(spec),
      // Metal3's own default is not said: before 1.14 it has no such field.
      ...(args.allocationStrategy === "random" && { allocationStrategy: args.allocationStrategy }),
    },
  };
}

/** What is said of the pool beside its entries, and Metal3 has no place for. */
export function poolTerms({ excludes, excludeReserved, allowReserved, dhcpRanges }: PoolArguments): PoolTerms {
  const texts = (ranges: typeof excludes) => ranges?.map(({ text }) => text);
  return { excludes: texts(excludes), excludeReserved, allowReserved, dhcpRanges: texts(dhcpRanges) };
}

/** The entries as they were written, if they are not as they are stored. */
function splitFrom(written: readonly object[], stored: readonly object[]): readonly object[] | undefined {
  return canonicalJson(written) === canonicalJson(stored) ? undefined : written;
}
