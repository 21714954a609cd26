/** CAPI's Cluster (cluster-api, `api/core/v1beta2/cluster_types.go`), as far as pools depend on it. */
import { z } from "zod";
import type { Manifest } from "../meta";

const cluster = z.looseObject({ spec: z.looseObject({ paused: z.boolean().optional() }).optional() });

/** True while a move is under way: then nothing that belongs to the Cluster may be written. */
export function isPausedCluster(object: Manifest): boolean {
  const read = cluster.safeParse(object);
  return read.success && read.data.spec?.paused === true;
}
