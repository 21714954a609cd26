/** A program that creates BareMetalHosts, with Pulumi's real Kubernetes provider. There is no Bare Metal Operator. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { repository } from "../testbed/cache";
import { type Cluster, type KubeObject, objectPath } from "../testbed/cluster";
import type { Engine, Stack } from "../testbed/engine";
import { kubernetesProject } from "../testbed/kubernetes-plugin";
import type { ProgramSpec } from "../testbed/program";

/** The text of a file below the repository. */
export const text = (...path: string[]): Promise<string> => readFile(join(repository, ...path), "utf8");

/** The addresses of the examples' hosts, on the networks in their order. */
export const reserved = {
  "cp-0": ["172.22.0.100", "fd00:22::100", "10.100.0.79"],
  "worker-0": ["172.22.0.101", "fd00:22::101", "10.100.0.20"],
  "worker-1": ["172.22.0.102", "fd00:22::102", "10.100.0.21"],
};
export const networks = ["provisioning-v4", "provisioning-v6", "storage"];

/** Host → network → address. */
export const outputsOf = (hosts: Readonly<Record<string, readonly string[]>>) =>
  Object.fromEntries(
    Object.entries(hosts).map(([host, addresses]) => [
      host,
      Object.fromEntries(networks.map((network, index) => [network, addresses[index]])),
    ]),
  );

const all = [
  "baremetalhosts,secrets,metal3datatemplates,ippools,ipclaims",
  "ipaddresses.ipam.metal3.io,ipaddresses.ipam.cluster.x-k8s.io",
].join(",");

/** A stack in a namespace of its own, and what its program has made there. */
export class HostStack {
  private constructor(
    readonly stack: Stack,
    readonly namespace: string,
    private readonly cluster: Cluster,
  ) {}

  /** `spec` has a name and a program. */
  static async open(
    engine: Engine,
    cluster: Cluster,
    spec: ProgramSpec & { readonly config?: Readonly<Record<string, string>> },
  ): Promise<HostStack> {
    const namespace = await cluster.namespace("hosts");
    const config = { ...spec.config, "metal3-ipam:namespace": namespace };
    const kubernetes = await kubernetesProject(await cluster.kubeconfig({ namespace }));
    const stack = await engine.project({ ...spec, config, ...kubernetes });
    await stack.setSecret(`${spec.name}:bmcPassword`, "the-password");
    return new HostStack(stack, namespace, cluster);
  }

  get(...what: string[]): Promise<string> {
    return this.cluster.kubectl(["get", "-n", this.namespace, ...what]);
  }

  async json<T>(...what: string[]): Promise<T> {
    return JSON.parse(await this.get(...what, "-o", "json"));
  }

  patch(kind: string, name: string, change: object): Promise<string> {
    return this.cluster.kubectl([
      ...["patch", "-n", this.namespace, kind, name],
      ...["--type=merge", "-p", JSON.stringify(change)],
    ]);
  }

  host(name: string): Promise<KubeObject> {
    return this.cluster.api.get(objectPath("metal3.io/v1alpha1", "baremetalhosts", this.namespace, name));
  }

  /** Claim → address, of all pools. */
  async preAllocations(): Promise<Record<string, string>> {
    const { items } = await this.json<{ items: { spec: { preAllocations?: object } }[] }>("ippools");
    return Object.assign({}, ...items.map(({ spec }) => spec.preAllocations));
  }

  /** Name and version of each object that the Kubernetes provider has made, except those of these hosts. */
  async versions(...except: string[]): Promise<string[]> {
    const { items } = await this.json<{ items: KubeObject[] }>("baremetalhosts,secrets,metal3datatemplates");
    const others = items.filter(({ metadata }) => !except.some((name) => metadata.name.startsWith(name)));
    return others.map(({ kind, metadata }) => `${kind} ${metadata.name} ${metadata.uid} ${metadata.resourceVersion}`);
  }

  /** The host's Secret has exactly these addresses, in both formats. */
  async expectConfigured(host: string, addresses: readonly string[] | undefined): Promise<void> {
    const { data } = await this.json<{ data: Record<string, string> }>("secret", `${host}-network-data`);
    assert.deepEqual(Object.keys(data), ["networkData", "nmstate"]);
    const decoded = (key: string) => Buffer.from(data[key] ?? "", "base64").toString();
    const ips: { ip_address: string }[] = JSON.parse(decoded("networkData")).networks;
    const interfaces: Record<string, { address?: { ip: string }[] }>[] = parse(decoded("nmstate")).interfaces;
    const found = [
      ips.map(({ ip_address }) => ip_address),
      interfaces.flatMap((one) => [one.ipv4, one.ipv6].flatMap((ip) => ip?.address?.map(({ ip }) => ip) ?? [])),
    ];
    assert.deepEqual(found, [addresses, addresses]);
  }

  async expectNothingLeft(): Promise<void> {
    assert.equal(await this.get(all, "-o", "name"), "");
  }
}
