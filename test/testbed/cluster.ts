/**
 * A real cluster for tests: etcd, kube-apiserver, garbage collector, Metal3's IPAM controller with its webhooks, kubectl.
 * A complete test:
 *
 *   import { eventually, objectPath, useCluster } from "../testbed/cluster";
 *
 *   describe("a claim", function () {
 *     const cluster = useCluster(this); // one for all files of a run, started before the first test
 *     it("is served", async () => {
 *       const namespace = await cluster().namespace(); // never shared
 *       await cluster().kubectl(["apply", "-n", namespace, "-f", "-"], { stdin: manifests });
 *       const path = objectPath("ipam.metal3.io/v1alpha1", "ipclaims", namespace, "a-claim");
 *       await eventually("the claim has an address", async () => (await cluster().api.get<Claim>(path)).status?.address);
 *     });
 *   });
 *
 * `useCluster(this, { controllers: false })` has CRDs only, `{ crds: false }` not even these; both are up in 2 to 3 s.
 * `useCluster(this, { capm3: true })` also has CAPM3, `{ inCluster: true }` the in-cluster provider. Suites with equal
 * specs share a cluster.
 */
import { randomBytes } from "node:crypto";
import type { ApiClient } from "./cluster/api-client";
import { boot, type ClusterSpec, type Controllers, type Parts, shutDown } from "./cluster/boot";
import type { Daemon } from "./cluster/daemon";
import { type User, writeKubeconfig } from "./cluster/identities";
import { COLD_MS, type Ran, run } from "./run";
import { tool } from "./tools";

export { ApiClient, ApiError, type KubeObject, objectPath } from "./cluster/api-client";
export type { ClusterSpec } from "./cluster/boot";
export { makeAuthority } from "./cluster/certificates";
export type { Daemon } from "./cluster/daemon";
export { eventually } from "./cluster/eventually";
export { tokenUsers, type User } from "./cluster/identities";

/** The user and the server of a kubeconfig. */
export interface KubeconfigSpec {
  /** Default: the admin. */
  readonly user?: string | User;
  readonly namespace?: string;
  /** Default: `https://127.0.0.1:<port>`; the server's certificate is good for `localhost`, too. */
  readonly server?: string;
  /** PEM of the authority to trust. Default: the cluster's own. */
  readonly ca?: string;
}

export interface KubectlOptions {
  readonly stdin?: string;
  /** Default: the admin. */
  readonly user?: string | User;
}

export class Cluster {
  private readonly kubeconfigs = new Map<User, Promise<string>>();

  constructor(private readonly parts: Parts) {}

  /** The folder of all temporary files, and of each server's log. */
  get root(): string {
    return this.parts.keeper.root;
  }

  get server(): string {
    return this.parts.server;
  }

  /** PEM of the authority that signed the API server's certificate. */
  get ca(): string {
    return this.parts.authority.certificate;
  }

  /** The admin's client, for the tests' own reads and writes. */
  get api(): ApiClient {
    return this.parts.api;
  }

  get etcd(): Daemon {
    return this.parts.etcd;
  }

  get apiServer(): Daemon {
    return this.parts.apiServer;
  }

  /** Metal3's controller; `restart("--kube-api-qps=20", "--kube-api-burst=30")` makes it as slow as in users' clusters. */
  get controller(): Daemon {
    return this.controllers.metal3;
  }

  /** It runs with `--enable-bmh-name-based-preallocation=true`. `restart` with `=false` names claims as it does by default. */
  get capm3(): Daemon {
    return running(this.controllers.capm3, "CAPM3");
  }

  /** The provider of InClusterIPPools. */
  get inCluster(): Daemon {
    return running(this.controllers.inCluster, "the in-cluster IPAM provider");
  }

  /** Metal3's webhooks, in their own process. Without it the API server writes no object of Metal3. */
  get webhooks(): Daemon {
    return this.controllers.webhooks;
  }

  /** The garbage collector, the namespace controller, and the controller that fills the roles `view`, `edit` and `admin`. */
  get controllerManager(): Daemon {
    return this.controllers.manager;
  }

  /** `alice`, `bob` and `carol` have a token. Other users get a client certificate. RBAC allows them nothing yet. */
  user(name: string, groups?: readonly string[]): Promise<User> {
    return this.parts.identities.user(name, groups);
  }

  /** Path of a kubeconfig that needs no other file. */
  async kubeconfig({ user = "admin", namespace, server, ca }: KubeconfigSpec = {}): Promise<string> {
    return writeKubeconfig(this.root, {
      server: server ?? this.server,
      ca: ca ?? this.ca,
      user: typeof user === "string" ? await this.user(user) : user,
      namespace,
    });
  }

  /** Creates a namespace with a unique name. */
  async namespace(prefix = "test"): Promise<string> {
    const name = `${prefix}-${randomBytes(4).toString("hex")}`;
    await this.api.create("/api/v1/namespaces", { metadata: { name } });
    return name;
  }

  /** Standard output of a kubectl command that must succeed. */
  async kubectl(args: readonly string[], options: KubectlOptions = {}): Promise<string> {
    const { command, code, stdout, stderr } = await this.tryKubectl(args, options);
    if (code !== 0) throw new Error(`${command}: exit code ${code}\n${stderr}`);
    return stdout;
  }

  /** A kubectl command that may fail. */
  async tryKubectl(args: readonly string[], { stdin, user = "admin" }: KubectlOptions = {}): Promise<Ran> {
    const someone = typeof user === "string" ? await this.user(user) : user;
    const kubeconfig = this.kubeconfigs.get(someone) ?? this.kubeconfig({ user: someone });
    this.kubeconfigs.set(someone, kubeconfig);
    const env = { HOME: this.root, KUBECONFIG: await kubeconfig }; // its cache is in HOME
    return run(await tool("kubectl"), args, { env, stdin });
  }

  /** Stops everything, in order, and removes all files. */
  dispose(): Promise<void> {
    return shutDown(this.parts);
  }

  private get controllers(): Controllers {
    if (this.parts.controllers === undefined)
      throw new Error("This cluster runs without controllers. Ask `useCluster` or `startCluster` for them.");
    return this.parts.controllers;
  }
}

function running(daemon: Daemon | undefined, name: string): Daemon {
  if (daemon === undefined)
    throw new Error(`This cluster runs without ${name}. Ask \`useCluster\` or \`startCluster\` for it.`);
  return daemon;
}

/** Starts a cluster of its own, for tests that stop its parts. */
export async function startCluster(spec: ClusterSpec = {}): Promise<Cluster> {
  return new Cluster(await boot(spec));
}

const shared = new Map<string, Promise<Cluster>>();

/** Mocha's outer process forwards only Ctrl-C to this one. If it is gone, no process waits for the result. */
function endWithParent(): void {
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && process.kill(process.pid, "SIGTERM"), 500).unref();
}

/** Gives a mocha suite the cluster of this kind, which all suites of the run share, and time for it. */
export function useCluster(suite: Mocha.Suite, spec: ClusterSpec = {}): () => Cluster {
  let cluster: Cluster | undefined;
  const kind = JSON.stringify(spec);
  suite.beforeAll("cluster", async function () {
    this.timeout(COLD_MS);
    let started = shared.get(kind);
    if (shared.size === 0) endWithParent();
    if (started === undefined) {
      started = startCluster(spec);
      shared.set(kind, started);
      disposeAtEnd(suite, started);
    }
    cluster = await started;
  });
  return () => {
    if (cluster === undefined)
      throw new Error("The cluster runs only during tests and hooks. Call this function inside one.");
    return cluster;
  };
}

/** After the last test of all files. If mocha does not get there, the keeper does it. */
function disposeAtEnd(suite: Mocha.Suite, started: Promise<Cluster>): void {
  let root = suite;
  while (root.parent !== undefined) root = root.parent;
  root.afterAll("cluster", async () => {
    const cluster = await started.catch(() => undefined);
    await cluster?.dispose();
  });
}
