/**
 * Pulumi's real Kubernetes provider, for programs of tests:
 *
 *   const stack = await engine().project({
 *     name: "hosts",
 *     program: `import * as kubernetes from "@pulumi/kubernetes"; …`,
 *     ...(await kubernetesProject(await cluster().kubeconfig({ namespace }))),
 *   });
 *
 * Traps: it reads the cluster's list of kinds from a cache below HOME, which all projects of an engine share, for up to
 * ten minutes. Install CRDs before the first program runs. Plain previews show no drift of its objects, `--refresh` does.
 */
import { dirname } from "node:path";
import type { ProjectSpec } from "./engine";
import { installedPlugin } from "./program";
import { tool } from "./tools";

/** The folder of the provider, for `plugins: { providers: [{ name: "kubernetes", path }] }` of Pulumi.yaml. */
export const kubernetesPlugin = async (): Promise<string> => dirname(await tool("pulumi-resource-kubernetes"));

/** What a project with both providers adds to its spec. `kubeconfig` is the path of a file. Both providers use it. */
export async function kubernetesProject(kubeconfig: string): Promise<Partial<ProjectSpec>> {
  const providers = [installedPlugin, { name: "kubernetes", path: await kubernetesPlugin() }];
  return {
    directory: null,
    settings: { plugins: { providers } },
    env: {
      KUBECONFIG: kubeconfig,
      /** After a change by hand, `up --refresh` takes the fields back. Without it, it fails with a conflict. */
      PULUMI_K8S_ENABLE_PATCH_FORCE: "true",
    },
  };
}
