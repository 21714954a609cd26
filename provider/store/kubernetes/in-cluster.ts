import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { ChosenContext, KubeconfigSource } from "./kubeconfig";
import { kubeconfigWording } from "./kubeconfig-wording";

/** The kubelet puts a pod's service account here (kubernetes.io, "Accessing the API from within a Pod"). */
const SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

/** The cluster that this process runs in. It is the last place to look, so this throws if the process does not run in a pod. */
export async function inClusterContext({
  env,
  context,
  words,
  serviceAccount: folder = SERVICE_ACCOUNT,
}: KubeconfigSource): Promise<ChosenContext> {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = env;
  if (!host || !port || !existsSync(path.join(folder, "token"))) {
    const giving = words.giving("directory", "./manifests");
    throw new Error(kubeconfigWording.noCluster(words.setting("kubeconfig"), giving));
  }
  const name = "in-cluster";
  if (context !== undefined) {
    throw new Error(kubeconfigWording.contextInPod(words.setting("context"), context));
  }
  const namespace = await readFile(path.join(folder, "namespace"), "utf8").catch(() => "");
  return {
    name,
    namespace: namespace.trim() || undefined,
    cluster: {
      name,
      folder,
      server: `https://${host.includes(":") ? `[${host}]` : host}:${port}`,
      "certificate-authority": "ca.crt",
    },
    user: { name, folder, tokenFile: "token" },
    isContent: false,
    warnings: [],
  };
}
