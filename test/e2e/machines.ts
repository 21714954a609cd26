/**
 * The life of hosts under the real CAPM3. This file plays the parts of those who are not in the test bed: Cluster API's
 * core controllers, which create and delete Machines, and the Bare Metal Operator, which installs hosts.
 */
import { parse } from "yaml";
import { ApiError, type Cluster, eventually, type KubeObject, objectPath } from "../testbed/cluster";

const CORE = "cluster.x-k8s.io/v1beta2";
const INFRASTRUCTURE = "infrastructure.cluster.x-k8s.io/v1beta2";

const KINDS = {
  cluster: [CORE, "clusters", "Cluster"],
  machine: [CORE, "machines", "Machine"],
  metal3Cluster: [INFRASTRUCTURE, "metal3clusters", "Metal3Cluster"],
  metal3Machine: [INFRASTRUCTURE, "metal3machines", "Metal3Machine"],
  dataClaim: [INFRASTRUCTURE, "metal3dataclaims", "Metal3DataClaim"],
  metal3Data: [INFRASTRUCTURE, "metal3datas", "Metal3Data"],
  template: [INFRASTRUCTURE, "metal3datatemplates", "Metal3DataTemplate"],
  claim: ["ipam.metal3.io/v1alpha1", "ipclaims", "IPClaim"],
  host: ["metal3.io/v1alpha1", "baremetalhosts", "BareMetalHost"],
  secret: ["v1", "secrets", "Secret"],
} as const;

type MachineKind = keyof typeof KINDS;

/** The part of OpenStack's network data that comes from pools. */
export interface RenderedNetworks {
  readonly networks: readonly {
    readonly id: string;
    readonly ip_address: string;
    readonly netmask: string;
    readonly routes: readonly {
      readonly gateway: string;
      readonly services: readonly { readonly address: string }[];
    }[];
  }[];
}

interface Host extends KubeObject {
  readonly spec: { readonly image?: object; readonly consumerRef?: object };
  readonly status?: { readonly provisioning?: { readonly state: string } };
}

interface Data extends KubeObject {
  readonly spec: { readonly index: number };
  readonly status?: { readonly ready?: boolean; readonly errorMessage?: string };
}

const now = () => new Date().toISOString();

/** A Cluster of Cluster API with its hosts, in a namespace. */
export class Machines {
  constructor(
    readonly cluster: Cluster,
    readonly namespace: string,
    /** The Cluster's name. */
    readonly name: string,
  ) {}

  path(kind: MachineKind, name?: string): string {
    const [apiVersion, resource] = KINDS[kind];
    return objectPath(apiVersion, resource, this.namespace, name);
  }

  list<T = KubeObject>(kind: MachineKind): Promise<T[]> {
    return this.cluster.api.list<T>(this.path(kind));
  }

  async createCluster(): Promise<void> {
    const endpoint = { host: "192.0.2.1", port: 6443 };
    const infrastructureRef = { apiGroup: "infrastructure.cluster.x-k8s.io", kind: "Metal3Cluster", name: this.name };
    const cluster = await this.create("cluster", this.name, {
      spec: { controlPlaneEndpoint: endpoint, infrastructureRef },
    });
    const owned = { labels: this.labels, ownerReferences: [owner("cluster", cluster)] };
    await this.create("metal3Cluster", this.name, { spec: { controlPlaneEndpoint: endpoint } }, owned);
    await this.create("secret", `${this.name}-user-data`, { stringData: { value: "#cloud-config" } }, owned);
    await this.clusterIsReady();
  }

  /** Cluster API's controllers write it again after a move. */
  async clusterIsReady(): Promise<void> {
    const is = (type: string) => ({ type, status: "True", reason: type, message: "", lastTransitionTime: now() });
    const { reason: _, message: __, ...ready } = is("InfrastructureReady");
    await this.setStatus("cluster", this.name, {
      initialization: { infrastructureProvisioned: true, controlPlaneInitialized: true },
      conditions: [is("ControlPlaneInitialized")],
      deprecated: { v1beta1: { conditions: [ready] } },
    });
  }

  async createTemplate(name: string, spec: object): Promise<void> {
    await this.create("template", name, { spec: { clusterName: this.name, ...spec } }, { labels: this.labels });
  }

  /** Inspected hosts, ready to be installed. */
  async createHosts(names: readonly string[]): Promise<void> {
    await Promise.all(
      names.map(async (name, index) => {
        const mac = `52:54:00:00:00:${(index + 16).toString(16)}`;
        const spec = { online: true, bootMACAddress: mac };
        await this.create("host", name, { spec }, { labels: { host: name } });
      }),
    );
    await this.installHosts();
  }

  /** What the Bare Metal Operator does: a host with an image is installed, one without it is cleaned. */
  async installHosts(): Promise<void> {
    const hosts = await this.list<Host>("host");
    await Promise.all(
      hosts.map(async ({ metadata, spec, status }) => {
        const state = spec.image === undefined ? "available" : "provisioned";
        if (status?.provisioning?.state === state) return;
        await this.setStatus("host", metadata.name, {
          operationalStatus: "OK",
          errorMessage: "",
          poweredOn: true,
          hardwareProfile: "unknown",
          provisioning: { state, ID: metadata.uid, image: { url: "" } },
        });
      }),
    );
  }

  /** Begins a life of these hosts, and waits until CAPM3 has rendered their data. `life` names the Machines. */
  async start(hosts: readonly string[], life: string, template: string): Promise<void> {
    await Promise.all(hosts.map((host) => this.createMachine(`${life}-${host}`, host, template)));
    await eventually(`CAPM3 has rendered life ${life}`, async () => {
      const data = await this.data(hosts, life);
      const wrong = data.map((one) => one?.status?.errorMessage).filter(Boolean);
      if (wrong.length > 0) throw new Error(wrong.join());
      return data.every((one) => one?.status?.ready === true);
    });
    await eventually(`the hosts of life ${life} are installed`, async () => {
      await this.installHosts();
      const found = (await this.list<Host>("host")).filter(({ metadata }) => hosts.includes(metadata.name));
      return found.every(({ status }) => status?.provisioning?.state === "provisioned");
    });
    await Promise.all(hosts.map((host) => this.setStatus("machine", `${life}-${host}`, { nodeRef: { name: host } })));
  }

  /** Ends it as Cluster API does: first the Metal3Machine, which gives the host back, then the Machine. */
  async end(hosts: readonly string[], life: string): Promise<void> {
    const names = hosts.map((host) => `${life}-${host}`);
    await Promise.all(names.map((name) => this.cluster.api.delete(this.path("metal3Machine", name))));
    const isLeft = async (kind: MachineKind) =>
      (await this.list(kind)).some(({ metadata }) => names.includes(metadata.name));
    await eventually(`the Metal3Machines of life ${life} are gone`, async () => {
      await this.installHosts();
      return !(await isLeft("metal3Machine")) && !(await isLeft("dataClaim"));
    });
    await this.dataEnds(hosts, life);
    await Promise.all(names.map((name) => this.cluster.api.delete(this.path("machine", name))));
  }

  /** Host → index of its Metal3Data, which names it. */
  async indexes(hosts: readonly string[], life: string): Promise<Record<string, number | undefined>> {
    const data = await this.data(hosts, life);
    return Object.fromEntries(hosts.map((host, place) => [host, data[place]?.spec.index]));
  }

  /** The network data that a host of this life gets. */
  async rendered(host: string, life: string): Promise<RenderedNetworks> {
    const name = `${life}-${host}-networkdata`;
    const { data } = await this.cluster.api.get<{ data: { networkData: string } }>(this.path("secret", name));
    return parse(Buffer.from(data.networkData, "base64").toString());
  }

  /** The Metal3Data of each of these hosts, by the Metal3DataClaim that it names. */
  private async data(hosts: readonly string[], life: string): Promise<(Data | undefined)[]> {
    const all = await this.list<Data & { spec: { claim: { name: string } } }>("metal3Data");
    return hosts.map((host) => all.find(({ spec }) => spec.claim.name === `${life}-${host}`));
  }

  /** A Machine alone, or with the Metal3Machine that takes this host. */
  async createMachine(name: string, host?: string, template?: string): Promise<KubeObject> {
    const cluster = await this.cluster.api.get(this.path("cluster", this.name));
    const infrastructureRef = { apiGroup: "infrastructure.cluster.x-k8s.io", kind: "Metal3Machine", name };
    const bootstrap = { dataSecretName: `${this.name}-user-data` };
    const spec = { clusterName: this.name, bootstrap, infrastructureRef };
    const ofCluster = { labels: this.labels, ownerReferences: [owner("cluster", cluster)] };
    const machine = await this.create("machine", name, { spec }, ofCluster);
    if (host === undefined) return machine;
    const ofMachine = { labels: this.labels, ownerReferences: [owner("machine", machine)] };
    const image = { url: "http://192.0.2.1/node.qcow2", checksum: "http://192.0.2.1/node.sum", diskFormat: "qcow2" };
    const wanted = { image, hostSelector: { matchLabels: { host } }, dataTemplate: { name: template } };
    await this.create("metal3Machine", name, { spec: wanted }, ofMachine);
    return machine;
  }

  /** CAPM3 does not watch for the end of a Metal3DataClaim. It looks again after 30 s, or when the Metal3Data change. */
  private async dataEnds(hosts: readonly string[], life: string): Promise<void> {
    const { api } = this.cluster;
    const left = async () => (await this.data(hosts, life)).flatMap((one) => one?.metadata ?? []);
    const uids = (await left()).map(({ uid }) => uid);
    let looks = 0;
    await eventually(`the Metal3Data of life ${life} and their claims are gone`, async () => {
      const look = { metadata: { annotations: { "test/look": String(++looks) } } };
      const data = await left();
      await Promise.all(data.map(({ name }) => api.patch(this.path("metal3Data", name), look).catch(unlessGone)));
      const isOwned = ({ metadata }: KubeObject) =>
        metadata.ownerReferences?.some(({ uid }) => uids.includes(`${uid}`));
      return data.length === 0 && !(await this.list("claim")).some(isOwned);
    });
  }

  private create(of: MachineKind, name: string, content: object, metadata: object = {}): Promise<KubeObject> {
    const [apiVersion, , kind] = KINDS[of];
    return this.cluster.api.create(`${this.path(of)}?fieldValidation=Strict`, {
      apiVersion,
      kind,
      metadata: { name, ...metadata },
      ...content,
    });
  }

  private async setStatus(kind: MachineKind, name: string, status: object): Promise<void> {
    await this.cluster.api.patch(`${this.path(kind, name)}/status`, { status });
  }

  private get labels() {
    return { "cluster.x-k8s.io/cluster-name": this.name };
  }
}

function unlessGone(error: Error): void {
  if (!(error instanceof ApiError && error.status === 404)) throw error;
}

function owner(of: MachineKind, { metadata: { name, uid } }: KubeObject) {
  const [apiVersion, , kind] = KINDS[of];
  return { apiVersion, kind, name, uid, controller: true };
}
