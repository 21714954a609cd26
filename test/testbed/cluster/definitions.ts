import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { copyFile, readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { parseAllDocuments } from "yaml";
import { cachedFolder, repository } from "../cache";
import { goEnvironment } from "../go-build";
import { runOrFail } from "../run";
import { metal3Module } from "../tools";
import { type ApiClient, type KubeObject, objectPath } from "./api-client";
import { eventually } from "./eventually";

/** The places of the definitions in their Go modules, which the tools' go.mod pins. */
const sources: Readonly<Record<string, readonly string[]>> = {
  "github.com/metal3-io/ip-address-manager": [
    "config/crd/bases/ipam.metal3.io_ippools.yaml",
    "config/crd/bases/ipam.metal3.io_ipclaims.yaml",
    "config/crd/bases/ipam.metal3.io_ipaddresses.yaml",
    "config/webhook/manifests.yaml",
  ],
  "sigs.k8s.io/cluster-api": [
    "config/crd/bases/ipam.cluster.x-k8s.io_ipaddressclaims.yaml",
    "config/crd/bases/ipam.cluster.x-k8s.io_ipaddresses.yaml",
    "config/crd/bases/cluster.x-k8s.io_clusters.yaml",
  ],
};

const module = join(repository, metal3Module);

/** A folder with the files of `sources`. Copied once, so that a run needs no module cache. */
export function definitions(): Promise<string> {
  const hash = createHash("sha256").update(JSON.stringify(sources));
  for (const file of ["go.mod", "go.sum"]) hash.update(readFileSync(join(module, file)));
  return cachedFolder(`definitions-${hash.digest("hex").slice(0, 16)}`, async (folder) => {
    const go = (...args: string[]) => runOrFail("go", args, { cwd: module, env: goEnvironment() });
    for (const [name, files] of Object.entries(sources)) {
      await go("mod", "download", name);
      const { stdout } = await go("list", "-m", "-f", "{{.Dir}}", name);
      const moved = join(stdout.trim(), "core"); // Cluster API's, since its 1.14
      const root = existsSync(join(moved, "config")) ? moved : stdout.trim();
      for (const file of files) await copyFile(join(root, file), join(folder, basename(file)));
    }
  });
}

const CRDS = objectPath("apiextensions.k8s.io/v1", "customresourcedefinitions");

/** Installs the CRDs of groups that end in this, and waits until the API serves them. */
export async function installDefinitions(api: ApiClient, groups = ""): Promise<void> {
  const all = await documents((name) => name !== "manifests.yaml");
  const crds = all.filter(({ metadata }) => metadata.name.endsWith(groups)).map(labelled);
  await Promise.all(crds.map((crd) => api.create(CRDS, crd)));
  for (const { metadata } of crds) {
    await eventually(`CRD ${metadata.name} is established`, async () => {
      const { status } = await api.get<Definition>(`${CRDS}/${metadata.name}`);
      return status.conditions?.some(({ type, status }) => type === "Established" && status === "True");
    });
  }
}

interface Definition extends KubeObject {
  readonly status: { readonly conditions?: readonly { type: string; status: string }[] };
}

/** By this label Cluster API finds its versions in a CRD. Its release manifests have it. */
function labelled(crd: KubeObject): KubeObject {
  if (crd.metadata.name !== "clusters.cluster.x-k8s.io") return crd;
  const labels = { "cluster.x-k8s.io/v1beta1": "v1beta1", "cluster.x-k8s.io/v1beta2": "v1beta2" };
  return { ...crd, metadata: { ...crd.metadata, labels: { ...crd.metadata.labels, ...labels } } };
}

/** Registers the controller's webhooks at a URL. Its manifests name a Service. */
export async function registerWebhooks(api: ApiClient, url: string, ca: string): Promise<void> {
  for (const configuration of await documents((name) => name === "manifests.yaml")) {
    const webhooks = (configuration as unknown as { webhooks: Webhook[] }).webhooks.map((webhook) => ({
      ...webhook,
      clientConfig: {
        url: new URL(webhook.clientConfig.service.path, url).href,
        caBundle: Buffer.from(ca).toString("base64"),
      },
    }));
    const resource = `${configuration.kind?.toLowerCase()}s`;
    await api.create(objectPath("admissionregistration.k8s.io/v1", resource), { ...configuration, webhooks });
  }
}

interface Webhook {
  readonly clientConfig: { readonly service: { readonly path: string } };
}

async function documents(isWanted: (file: string) => boolean): Promise<KubeObject[]> {
  const folder = await definitions();
  const files = (await readdir(folder)).filter(isWanted);
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), "utf8")));
  return texts.flatMap((text) => parseAllDocuments(text).map((document) => document.toJS() as KubeObject));
}
