import { ApiClient, objectPath } from "./cluster/api-client";
import { makeAuthority } from "./cluster/certificates";
import type { Daemon } from "./cluster/daemon";
import { installDefinitions, registerWebhooks } from "./cluster/definitions";
import { Identities, writeKubeconfig } from "./cluster/identities";
import { startKeeper } from "./cluster/keeper";
import { freePorts } from "./cluster/ports";
import * as servers from "./cluster/servers";

export { ApiClient, ApiError, type KubeObject, objectPath } from "./cluster/api-client";
export { eventually } from "./cluster/eventually";
export { tokenUsers, type User } from "./cluster/identities";

export interface ClusterSpec {
  /** Metal3's and Cluster API's CRDs. Default: true. */
  readonly crds?: boolean;
  /** Garbage collector, namespace controller and Metal3 with its webhooks. Default: if there are CRDs. */
  readonly controllers?: boolean;
}

export interface Cluster {
  readonly root: string;
  readonly server: string;
  readonly ca: string;
  readonly api: ApiClient;
  readonly apiServer: Daemon;
  kubeconfig(spec?: { user?: string; namespace?: string; server?: string }): Promise<string>;
  dispose(): Promise<void>;
}

export async function startCluster({ crds = true, controllers = crds }: ClusterSpec = {}): Promise<Cluster> {
  const [keeper, authority] = await Promise.all([startKeeper(), makeAuthority()]);
  const daemons: Daemon[] = [];
  const started = async (daemon: Daemon): Promise<Daemon> => {
    daemons.push(daemon);
    await daemon.start();
    return daemon;
  };
  const dispose = async (): Promise<void> => {
    for (const daemon of daemons.reverse()) await daemon.stop();
    await keeper.release();
  };
  try {
    const [etcdPort = 0, peerPort = 0, port = 0, hooks = 0] = await freePorts(4);
    const ca = authority.certificate;
    const server = `https://127.0.0.1:${port}`;
    const identities = new Identities(authority);
    const api = new ApiClient(server, ca, identities.admin.token);
    await started(await servers.etcd(keeper, etcdPort, peerPort));
    const certificate = await authority.issue({ name: "testbed", hosts: ["127.0.0.1", "localhost"] });
    const apiServer = await started(
      await servers.apiServer(keeper, {
        port,
        etcdPort,
        certificate,
        ca,
        tokenFile: await identities.writeTokenFile(`${keeper.root}/tokens.csv`),
        isReady: async () => (await api.request("GET", "/readyz")).status === 200,
      }),
    );
    const kubeconfig: Cluster["kubeconfig"] = async (spec = {}) =>
      writeKubeconfig(keeper.root, { server, ca, ...spec, user: await identities.user(spec.user ?? "admin") });
    if (crds) await installDefinitions(api);
    if (controllers) {
      await registerWebhooks(api, `https://127.0.0.1:${hooks}`, ca);
      const admin = await kubeconfig();
      await started(await servers.controllerManager(keeper, admin));
      await started(
        await servers.metal3(keeper, {
          name: "metal3",
          port: hooks,
          kubeconfig: admin,
          certificate,
          isReady: async () => {
            const path = objectPath("ipam.metal3.io/v1alpha1", "ippools", "default");
            await api.create(`${path}?dryRun=All`, {
              apiVersion: "ipam.metal3.io/v1alpha1",
              kind: "IPPool",
              metadata: { name: "ready" },
              spec: { namePrefix: "ready", pools: [{ start: "10.0.0.1", end: "10.0.0.9" }] },
            });
            return true;
          },
        }),
      );
    }
    return { root: keeper.root, server, ca, api, apiServer, kubeconfig, dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}
