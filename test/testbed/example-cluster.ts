/** A cluster for an example that creates Kubernetes objects: an API server with the CRDs, and nothing that acts on them. */
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parse, stringify } from "yaml";
import { type Cluster, startCluster } from "./cluster";
import { kubernetesPlugin } from "./kubernetes-plugin";

/** The example's place in its cluster. */
export interface ClusterProject {
  /** A copy of the example that also names the Kubernetes provider of the test bed. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** The objects that a host needs, as kubectl shows them. */
  objects(): Promise<string>;
  /** Stops the cluster. */
  dispose(): Promise<void>;
}

/** An example without a folder for its pools keeps them in a cluster. */
export function needsCluster(settings: string): boolean {
  return parse(settings).config?.["metal3-ipam:directory"] === undefined;
}

/** Starts the cluster, with the namespace of the example's settings. The copy ends with the cluster. */
export async function startExampleCluster(example: string): Promise<ClusterProject> {
  const cluster = await startCluster({ controllers: false, capm3: "crds" });
  try {
    const namespace = await prepared(cluster, example);
    const folder = join(cluster.root, basename(example));
    await copyWithPlugin(example, folder);
    return {
      folder,
      env: { KUBECONFIG: await cluster.kubeconfig({ namespace }) },
      objects: () => cluster.kubectl(["get", "-n", namespace, "baremetalhosts,secrets,ippools"]),
      dispose: () => cluster.dispose(),
    };
  } catch (error) {
    await cluster.dispose();
    throw error;
  }
}

async function prepared(cluster: Cluster, example: string): Promise<string> {
  const { config } = parse(readFileSync(join(example, "Pulumi.dev.yaml"), "utf8"));
  const namespace: string = config["metal3-ipam:namespace"];
  await cluster.kubectl(["create", "namespace", namespace]);
  return namespace;
}

/** Users have the Kubernetes provider from Pulumi's registry, so the example itself does not name it. */
async function copyWithPlugin(example: string, folder: string): Promise<void> {
  const ours = [".state", "node_modules"];
  cpSync(example, folder, { recursive: true, filter: (path) => !ours.includes(basename(path)) });
  const file = join(folder, "Pulumi.yaml");
  const project = parse(readFileSync(file, "utf8"));
  project.plugins.providers.push({ name: "kubernetes", path: await kubernetesPlugin() });
  writeFileSync(file, stringify(project));
}
