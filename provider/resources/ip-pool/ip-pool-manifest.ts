import { apiVersionOf } from "../../api/kinds";
import type { Manifest } from "../../api/meta";
import {
  CLUSTER_NAME_LABEL,
  entriesText,
  METAL3_PROVIDER,
  networkText,
  PAUSED_ANNOTATION,
  PROVIDER_LABEL,
} from "../../api/metal3/ip-pool";
import { IP_POOL } from "../../api/metal3/kinds";
import { marksBy, newMarkAnnotations, type Owner, type PoolTerms, termAnnotations } from "../../ipam/ipam";
import { canonicalJson } from "../arguments";
import { withoutMarks } from "../declared-metadata";
import { compiledPool } from "./kept-back";
import { type PoolArguments, writtenSpec } from "./pool-arguments";

/** The IPPool as it is stored, without preAllocations, which `ensurePool` reserves. Undefined without `pools`. */
export function poolManifest(args: PoolArguments, owner: Owner | undefined): Manifest | undefined {
  const written = writtenSpec(args);
  if (!written) return undefined;
  const { spec } = compiledPool(written, args);
  const pools = entriesText(spec);
  const labels = labelsOf(args);
  const terms = termAnnotations({ ...poolTerms(args), pools: splitFrom(entriesText(written), pools) });
  const marks = owner && newMarkAnnotations(marksBy(owner));
  const annotations = { ...withoutMarks(args.annotations), ...terms, ...marks };
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
      // Metal3's default is not written, because Metal3 before 1.14 has no such field.
      ...(args.allocationStrategy === "random" && { allocationStrategy: args.allocationStrategy }),
    },
  };
}

/** The terms of the pool: what Metal3 has no place for. */
export function poolTerms({ excludes, excludeReserved, allowReserved, dhcpRanges }: PoolArguments): PoolTerms {
  const texts = (ranges: typeof excludes) => ranges?.map(({ text }) => text);
  return { excludes: texts(excludes), excludeReserved, allowReserved, dhcpRanges: texts(dhcpRanges) };
}

/** The entries as they were written. Undefined if they are stored like that. */
function splitFrom(written: readonly object[], stored: readonly object[]): readonly object[] | undefined {
  return canonicalJson(written) === canonicalJson(stored) ? undefined : written;
}

/** Metal3's labels win over the program's. The controller restores them, so each update would write against it. */
function labelsOf({ labels = {}, clusterName }: PoolArguments): Record<string, string> {
  if (!clusterName) return labels;
  const { [PROVIDER_LABEL]: provider, ...others } = labels;
  const asWritten = provider === METAL3_PROVIDER && { [PROVIDER_LABEL]: provider };
  return { ...others, ...asWritten, [CLUSTER_NAME_LABEL]: clusterName };
}

/** The manifest without the pause. */
export function unpaused(pool: Manifest): Manifest {
  const { [PAUSED_ANNOTATION]: _paused, ...annotations } = pool.metadata.annotations ?? {};
  return { ...pool, metadata: { ...pool.metadata, annotations } };
}
