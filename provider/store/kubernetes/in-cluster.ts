import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { ChosenContext, KubeconfigSource } from "./kubeconfig";

/** Where the kubelet puts a pod's service account (kubernetes.io, "Accessing the API from within a Pod"). */
const SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

/** The cluster that this process runs in. Throws where it runs in none: it is the last place to look. */
export async function inClusterContext({
  env,
  context,
  words,
  serviceAccount: folder = SERVICE_ACCOUNT,
}: KubeconfigSource): Promise<ChosenContext> {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = env;
  if (!host || !port || !existsSync(path.join(folder, "token"))) {
    throw new Error(
      `no cluster is configured: there is no KUBECONFIG, no ~/.kube/config, and this is no pod; set ${words.setting("kubeconfig")}, ` +
        `or choose a folder of manifests with ${words.giving("directory", "./manifests")}`,
    );
  }
  const name = "in-cluster";
  if (context !== undefined) {
    throw new Error(
      `${words.setting("context")} is ${JSON.stringify(context)}, but there is no kubeconfig: a pod has one cluster`,
    );
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
