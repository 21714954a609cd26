import { ApiClient, objectPath } from "./api-client";
import { type Authority, type KeyPair, makeAuthority } from "./certificates";
import { Daemon, type DaemonSpec } from "./daemon";
import { installDefinitions, registerWebhooks } from "./definitions";
import { Identities, writeKubeconfig } from "./identities";
import { type Keeper, startKeeper } from "./keeper";
import { type Network, ownNetwork, sharedNetwork } from "./network";
import { freePorts } from "./ports";
import * as providers from "./providers";
import * as servers from "./servers";

/** The parts of a cluster in addition to etcd and an API server. */
export interface ClusterSpec {
  /** Metal3's three CRDs, and those of Cluster API that its controller reads; `"metal3"`: without the latter. Default: true. */
  readonly crds?: boolean | "metal3";
  /** Garbage collector, namespace controller, Metal3's controller and its webhooks. Default: if there are CRDs. */
  readonly controllers?: boolean;
  /** CAPM3, and the CRDs of hosts and machines. Needs the controllers. `"crds"`: without CAPM3 itself. Default: false. */
  readonly capm3?: boolean | "crds";
  /** Cluster API's in-cluster IPAM provider, and its CRDs. Needs the controllers. Default: false. */
  readonly inCluster?: boolean;
}

/** The parts of a running cluster. */
export interface Parts extends Ground {
  readonly etcd: Daemon;
  readonly apiServer: Daemon;
  readonly controllers?: Controllers;
}

export interface Controllers {
  readonly manager: Daemon;
  readonly webhooks: Daemon;
  readonly metal3: Daemon;
  readonly capm3?: Daemon;
  readonly inCluster?: Daemon;
}

/** What the servers need. */
interface Ground {
  readonly keeper: Keeper;
  readonly network: Network;
  readonly authority: Authority;
  /** Separate for every server. */
  readonly certificate: KeyPair;
  readonly identities: Identities;
  readonly server: string;
  readonly api: ApiClient;
}

/** Starts a cluster. A failed start leaves nothing. */
export async function boot(spec: ClusterSpec): Promise<Parts> {
  const { crds = true, controllers = crds === true, capm3 = false, inCluster = false } = spec;
  const keeper = await startKeeper();
  try {
    const [network, authority] = await Promise.all([
      controllers ? ownNetwork(keeper) : sharedNetwork(),
      makeAuthority("testbed authority"),
    ]);
    if (network.shortcoming !== undefined) process.stderr.write(`cluster: ${network.shortcoming}\n`);
    const certificate = await authority.issue({ name: "testbed server", hosts: ["127.0.0.1", "localhost"] });
    const identities = new Identities(authority);
    const server = `https://127.0.0.1:${network.port}`;
    const api = new ApiClient(server, authority.certificate, identities.admin);
    const ground: Ground = { keeper, network, authority, certificate, identities, server, api };
    const parts: Parts = { ...ground, ...(await startApiServer(ground)) };
    if (crds) await installDefinitions(api, "metal3", crds === "metal3" ? ".metal3.io" : "");
    if (capm3) await installDefinitions(api, "capm3");
    if (inCluster) await installDefinitions(api, "in-cluster");
    return controllers ? { ...parts, controllers: await startControllers(ground, spec) } : parts;
  } catch (error) {
    await keeper.release();
    throw error;
  }
}

/** Stops a cluster: first the clients of the API server, then the API server, then etcd. Without etcd it would hang. */
export async function shutDown({ keeper, api, controllers, apiServer, etcd }: Parts): Promise<void> {
  api.close();
  await Promise.all(Object.values(controllers ?? {}).map((daemon: Daemon) => daemon.stop()));
  await apiServer.stop();
  await etcd.stop();
  await keeper.release();
}

async function startApiServer(ground: Ground) {
  const { keeper, network, authority, certificate, identities, api } = ground;
  const [etcdPort = 0, peerPort = 0] = await freePorts(2);
  const etcd = daemon(ground, await servers.etcd(keeper.root, etcdPort, peerPort));
  const spec = {
    port: network.port,
    etcdPort,
    certificate,
    clientCa: authority.certificate,
    tokens: await identities.tokenFile(),
    isReady: async () => (await api.request("GET", "/readyz")).status === 200,
  };
  const apiServer = daemon(ground, await servers.apiServer(keeper.root, spec));
  await Promise.all([etcd.start(), apiServer.start()]); // the server waits for etcd
  return { etcd, apiServer };
}

/**
 * Metal3's controller runs twice: one process serves the webhooks and watches a namespace that does not exist, the
 * other does the work. So a test may stop or freeze either without the other.
 */
async function startControllers(ground: Ground, spec: ClusterSpec): Promise<Controllers> {
  const { keeper, authority, certificate, identities, server, api } = ground;
  const { root } = keeper;
  const ca = authority.certificate;
  const kubeconfig = await writeKubeconfig(root, { server, ca, user: identities.admin });
  const [webhookPort = 0, unusedPort = 0, capm3Port = 0] = await freePorts(3);
  await registerWebhooks(api, `https://127.0.0.1:${webhookPort}`, ca);
  const common = { kubeconfig, certificate };
  const webhooks = {
    ...common,
    name: "metal3-webhooks",
    webhookPort,
    namespace: "none",
    isReady: () => isAdmitted(api),
  };
  const controllers: Controllers = {
    manager: daemon(ground, await servers.controllerManager(kubeconfig)),
    webhooks: daemon(ground, await servers.metal3(root, webhooks)),
    metal3: daemon(ground, await servers.metal3(root, { ...common, name: "metal3", webhookPort: unusedPort })),
    ...(spec.capm3 === true
      ? { capm3: daemon(ground, await providers.capm3(root, { ...common, webhookPort: capm3Port })) }
      : {}),
    ...(spec.inCluster ? { inCluster: daemon(ground, await providers.inCluster(kubeconfig)) } : {}),
  };
  await Promise.all(Object.values(controllers).map((each: Daemon) => each.start()));
  return controllers;
}

/** Calls the webhooks like the API server, with a pool that is not stored. */
async function isAdmitted(api: ApiClient): Promise<boolean> {
  const apiVersion = "ipam.metal3.io/v1alpha1";
  const spec = { namePrefix: "probe", pools: [{ start: "192.0.2.1", end: "192.0.2.2" }] };
  const pool = { apiVersion, kind: "IPPool", metadata: { name: "probe" }, spec };
  await api.create(`${objectPath(apiVersion, "ippools", "default")}?dryRun=All`, pool);
  return true;
}

const daemon = ({ keeper, network }: Ground, spec: DaemonSpec): Daemon =>
  new Daemon({ ...spec, command: network.enter(spec.command) }, keeper);
