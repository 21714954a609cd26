import { generateKeyPairSync } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { tool } from "../tools";
import type { KeyPair } from "./certificates";
import { Daemon } from "./daemon";
import type { Keeper } from "./keeper";

/** Nothing here is worth keeping, so `--unsafe-no-fsync` spares the disk. */
export async function etcd(keeper: Keeper, clients: number, peers: number): Promise<Daemon> {
  const [client, peer] = [`http://127.0.0.1:${clients}`, `http://127.0.0.1:${peers}`];
  const command = [
    await tool("etcd"),
    `--data-dir=${join(keeper.root, "etcd")}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
    "--unsafe-no-fsync=true",
  ];
  const isReady = async (): Promise<boolean> => true; // the API server waits for it
  return new Daemon({ name: "etcd", command, isReady }, keeper);
}

export interface ApiServerSpec {
  readonly port: number;
  readonly etcdPort: number;
  /** Its own certificate. */
  readonly certificate: KeyPair;
  /** PEM of who signs clients. */
  readonly ca: string;
  readonly tokenFile: string;
  readonly isReady: () => Promise<boolean>;
}

export async function apiServer(keeper: Keeper, spec: ApiServerSpec): Promise<Daemon> {
  const folder = await keyFolder(keeper, "kube-apiserver", spec.certificate);
  const [ca, serviceAccounts] = [join(folder, "ca.crt"), join(folder, "service-accounts.key")];
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  await writeFile(ca, spec.ca);
  await writeFile(serviceAccounts, privateKey.export({ type: "sec1", format: "pem" }), { mode: 0o600 });
  const command = [
    await tool("kube-apiserver"),
    `--etcd-servers=http://127.0.0.1:${spec.etcdPort}`,
    "--bind-address=127.0.0.1",
    "--advertise-address=127.0.0.1",
    `--secure-port=${spec.port}`,
    `--tls-cert-file=${join(folder, "tls.crt")}`,
    `--tls-private-key-file=${join(folder, "tls.key")}`,
    `--client-ca-file=${ca}`,
    `--token-auth-file=${spec.tokenFile}`,
    "--authorization-mode=RBAC",
    "--service-account-issuer=https://kubernetes.default.svc",
    `--service-account-key-file=${serviceAccounts}`,
    `--service-account-signing-key-file=${serviceAccounts}`,
    "--disable-admission-plugins=ServiceAccount", // nobody makes the default accounts here
    "--service-cluster-ip-range=10.0.0.0/24",
    "--endpoint-reconciler-type=none",
  ];
  return new Daemon({ name: "kube-apiserver", command, isReady: spec.isReady }, keeper);
}

/** The two controllers without which no ownerReference and no deletion of a namespace has an effect. */
export async function controllerManager(keeper: Keeper, kubeconfig: string): Promise<Daemon> {
  const command = [
    await tool("kube-controller-manager"),
    `--kubeconfig=${kubeconfig}`,
    "--controllers=garbage-collector-controller,namespace-controller",
    "--leader-elect=false",
    "--secure-port=0",
    "--kube-api-qps=500",
    "--kube-api-burst=500",
  ];
  const isReady = async (): Promise<boolean> => true;
  return new Daemon({ name: "kube-controller-manager", command, isReady }, keeper);
}

export interface Metal3Spec {
  readonly name: string;
  readonly kubeconfig: string;
  /** Of its webhooks. */
  readonly port: number;
  readonly certificate: KeyPair;
  /** Looks at objects of this namespace only. */
  readonly namespace?: string;
  readonly isReady: () => Promise<boolean>;
}

/** Metal3's IPAM controller, which serves the webhooks, too. Its own limit is 20 requests a second: not here. */
export async function metal3(keeper: Keeper, spec: Metal3Spec): Promise<Daemon> {
  const command = [
    await tool("ip-address-manager"),
    `--kubeconfig=${spec.kubeconfig}`,
    `--webhook-port=${spec.port}`,
    `--webhook-cert-dir=${await keyFolder(keeper, spec.name, spec.certificate)}`,
    "--insecure-diagnostics",
    "--diagnostics-address=127.0.0.1:0",
    "--health-addr=127.0.0.1:0",
    "--kube-api-qps=500",
    "--kube-api-burst=500",
    ...(spec.namespace === undefined ? [] : [`--namespace=${spec.namespace}`]),
  ];
  return new Daemon({ name: spec.name, command, isReady: spec.isReady }, keeper);
}

async function keyFolder(keeper: Keeper, name: string, { certificate, key }: KeyPair): Promise<string> {
  const folder = join(keeper.root, `${name}-keys`);
  await mkdir(folder, { mode: 0o700 });
  await writeFile(join(folder, "tls.crt"), certificate);
  await writeFile(join(folder, "tls.key"), key, { mode: 0o600 });
  return folder;
}
