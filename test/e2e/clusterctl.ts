import type { Cluster } from "../testbed/cluster";
import { runOrFail } from "../testbed/run";
import { tool } from "../testbed/tools";

/** Moves the Clusters of a namespace, with all that belongs to them, to another cluster. */
export async function clusterctlMove(from: Cluster, to: Cluster, namespace: string): Promise<void> {
  const args = ["move", "--kubeconfig", await from.kubeconfig(), "--to-kubeconfig", await to.kubeconfig()];
  const env = { HOME: from.root, CLUSTERCTL_DISABLE_VERSIONCHECK: "true" };
  await runOrFail(await tool("clusterctl"), [...args, "--namespace", namespace], { env });
}
