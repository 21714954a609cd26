/** The pages whose blocks run, and what they run on. */
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { repository } from "../testbed/cache";
import { type Cluster, startCluster } from "../testbed/cluster";
import { Terminal } from "./terminal";

export const pages = ["README.md", "docs/guide.md"];

export const pathOf = (page: string): string => join(repository, page);
export const textOf = (page: string): string => readFileSync(pathOf(page), "utf8");

/** Where a page runs. */
export interface Stage {
  readonly terminal: Terminal;
  close(): Promise<void>;
}

/** A page that runs kubectl has a cluster of its own: pools of other tests would be in its outputs. */
export async function stageOf(page: string): Promise<Stage> {
  if (!/^(\$ )?kubectl /m.test(textOf(page))) {
    const terminal = await Terminal.open();
    return { terminal, close: () => terminal.close() };
  }
  const cluster = await startCluster();
  const terminal = await Terminal.open(await readersCluster(cluster));
  return { terminal, close: async () => void (await Promise.all([terminal.close(), cluster.dispose()])) };
}

/** The pages call the cluster by a name that a reader could have chosen. */
async function readersCluster(cluster: Cluster): Promise<{ kubeconfig: string; server: string }> {
  const kubeconfig = await readFile(await cluster.kubeconfig(), "utf8");
  return { kubeconfig: kubeconfig.replaceAll(": testbed", ": mgmt-cluster"), server: cluster.server };
}
