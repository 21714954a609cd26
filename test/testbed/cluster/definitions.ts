import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { cachedFolder, repository } from "../cache";
import { copyModuleFiles } from "../go-build";
import { hostsModule, inClusterModule, metal3Module } from "../tools";
import { type ApiClient, type KubeObject, objectPath } from "./api-client";
import { eventually } from "./eventually";

/** A folder with go.mod, and the places of definitions in the modules that it pins. */
interface Source {
  readonly module: string;
  readonly files: Readonly<Record<string, readonly string[]>>;
}

const crds = (group: string, ...names: string[]): string[] =>
  names.map((name) => `config/crd/bases/${group}_${name}.yaml`);

const infrastructure = ["clusters", "clustertemplates", "machines", "machinetemplates"];
const data = ["datas", "dataclaims", "datatemplates", "remediations", "remediationtemplates"];

const sources = {
  metal3: {
    module: metal3Module,
    files: {
      "github.com/metal3-io/ip-address-manager": [
        ...crds("ipam.metal3.io", "ippools", "ipclaims", "ipaddresses"),
        "config/webhook/manifests.yaml",
      ],
      "sigs.k8s.io/cluster-api": [
        ...crds("ipam.cluster.x-k8s.io", "ipaddressclaims", "ipaddresses"),
        ...crds("cluster.x-k8s.io", "clusters"),
      ],
    },
  },
  /** What CAPM3 reads and writes in addition. */
  capm3: {
    module: hostsModule,
    files: {
      "github.com/metal3-io/baremetal-operator": ["config/base/crds/bases/metal3.io_baremetalhosts.yaml"],
      "github.com/metal3-io/cluster-api-provider-metal3": crds(
        "infrastructure.cluster.x-k8s.io",
        ...[...infrastructure, ...data].map((name) => `metal3${name}`),
      ),
      "sigs.k8s.io/cluster-api": crds("cluster.x-k8s.io", "machines"),
    },
  },
  /** The pools of Cluster API's in-cluster provider. */
  "in-cluster": {
    module: inClusterModule,
    files: {
      "sigs.k8s.io/cluster-api-ipam-provider-in-cluster": crds(
        "ipam.cluster.x-k8s.io",
        ...["inclusterippools", "globalinclusterippools", "inclusterprefixpools", "globalinclusterprefixpools"],
      ),
    },
  },
} satisfies Record<string, Source>;

export type DefinitionSet = keyof typeof sources;

export const definitionSets = Object.keys(sources) as DefinitionSet[];

/** A folder with the files of one set. Copied once, so that a run needs no module cache. */
export function definitions(set: DefinitionSet): Promise<string> {
  const { module, files }: Source = sources[set];
  const root = join(repository, module);
  const hash = createHash("sha256").update(JSON.stringify(files));
  for (const file of ["go.mod", "go.sum"]) hash.update(readFileSync(join(root, file)));
  return cachedFolder(`definitions-${set}-${hash.digest("hex").slice(0, 16)}`, async (folder) => {
    for (const [name, paths] of Object.entries(files)) await copyModuleFiles({ module: name, paths }, root, folder);
  });
}

const CRDS = objectPath("apiextensions.k8s.io/v1", "customresourcedefinitions");

/** Installs the CRDs of a set, or those of groups that end in this. Waits until the API serves them. */
export async function installDefinitions(api: ApiClient, set: DefinitionSet, groups = ""): Promise<void> {
  const all = await documents(set, (name) => name !== "manifests.yaml");
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

/**
 * The labels of an installation. By the first two Cluster API finds its versions in a CRD. `clusterctl move` discovers
 * CRDs with the third one. Users set it on BareMetalHosts, as CAPM3's README says.
 */
function labelled(crd: KubeObject): KubeObject {
  const versions = { "cluster.x-k8s.io/v1beta1": "v1beta1", "cluster.x-k8s.io/v1beta2": "v1beta2" };
  const hasVersions = /\.(infrastructure\.)?cluster\.x-k8s\.io$/.test(crd.metadata.name);
  const labels = { ...crd.metadata.labels, ...(hasVersions ? versions : {}), "clusterctl.cluster.x-k8s.io": "" };
  return { ...crd, metadata: { ...crd.metadata, labels } };
}

/** Registers the controller's webhooks at a URL. Its manifests name a Service. */
export async function registerWebhooks(api: ApiClient, url: string, ca: string): Promise<void> {
  for (const configuration of await documents("metal3", (name) => name === "manifests.yaml")) {
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

async function documents(set: DefinitionSet, isWanted: (file: string) => boolean): Promise<KubeObject[]> {
  const folder = await definitions(set);
  const files = (await readdir(folder)).filter(isWanted);
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), "utf8")));
  return texts.flatMap((text) => parseAllDocuments(text).map((document) => document.toJS() as KubeObject));
}
