import { generateKeyPairSync } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { tool } from "../tools";
import type { KeyPair } from "./certificates";
import type { DaemonSpec } from "./daemon";

/** Its data is temporary, so `--unsafe-no-fsync` spares the disk. */
export async function etcd(root: string, clientPort: number, peerPort: number): Promise<DaemonSpec> {
  const [client, peer] = [`http://127.0.0.1:${clientPort}`, `http://127.0.0.1:${peerPort}`];
  const command = [
    await tool("etcd"),
    `--data-dir=${join(root, "etcd")}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
    "--unsafe-no-fsync=true",
  ];
  return { name: "etcd", command, isReady: (log) => log.includes("ready to serve client requests") };
}

export interface ApiServerSpec {
  readonly port: number;
  readonly etcdPort: number;
  readonly certificate: KeyPair;
  /** PEM of the authority for clients' certificates. */
  readonly clientCa: string;
  /** Content of `--token-auth-file`. */
  readonly tokens: string;
  readonly isReady: () => Promise<boolean>;
}

export async function apiServer(root: string, spec: ApiServerSpec): Promise<DaemonSpec> {
  const name = "kube-apiserver";
  const serviceAccounts = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
  const file = await writeKeys(root, name, {
    ...tls(spec.certificate),
    "ca.crt": spec.clientCa,
    "tokens.csv": spec.tokens,
    "service-accounts.key": serviceAccounts.export({ type: "sec1", format: "pem" }).toString(),
  });
  const command = [
    await tool(name),
    `--etcd-servers=http://127.0.0.1:${spec.etcdPort}`,
    "--bind-address=127.0.0.1",
    "--advertise-address=127.0.0.1",
    `--secure-port=${spec.port}`,
    `--tls-cert-file=${file("tls.crt")}`,
    `--tls-private-key-file=${file("tls.key")}`,
    `--client-ca-file=${file("ca.crt")}`,
    `--token-auth-file=${file("tokens.csv")}`,
    "--authorization-mode=RBAC",
    "--service-account-issuer=https://kubernetes.default.svc",
    `--service-account-key-file=${file("service-accounts.key")}`,
    `--service-account-signing-key-file=${file("service-accounts.key")}`,
    "--disable-admission-plugins=ServiceAccount", // no controller creates namespaces' default accounts here
    "--service-cluster-ip-range=10.0.0.0/24",
    "--endpoint-reconciler-type=none",
  ];
  return { name, command, isReady: spec.isReady };
}

/** Requests a second of the controllers. In effect no limit: their own default is 20. */
export const fullSpeed = ["--kube-api-qps=1000", "--kube-api-burst=1000"];

/**
 * Without these controllers an ownerReference and the deletion of a namespace have no effect, and roles such
 * as `view` and `edit` allow nothing.
 */
export async function controllerManager(kubeconfig: string): Promise<DaemonSpec> {
  const name = "kube-controller-manager";
  const command = [
    await tool(name),
    `--kubeconfig=${kubeconfig}`,
    "--controllers=garbage-collector-controller,namespace-controller,clusterrole-aggregation-controller",
    "--leader-elect=false",
    "--secure-port=0", // serves nothing
    ...fullSpeed,
  ];
  return { name, command, isReady: (log) => log.includes("Proceeding to collect garbage") };
}

export interface Metal3Spec {
  readonly name: string;
  readonly kubeconfig: string;
  readonly webhookPort: number;
  readonly certificate: KeyPair;
  /** Works on objects of this namespace only. Default: all. */
  readonly namespace?: string;
  readonly isReady?: () => Promise<boolean>;
}

/** Metal3's IPAM controller, which always serves the webhooks, too. */
export async function metal3(root: string, spec: Metal3Spec): Promise<DaemonSpec> {
  const file = await writeKeys(root, spec.name, tls(spec.certificate));
  const command = [
    await tool("ip-address-manager"),
    `--kubeconfig=${spec.kubeconfig}`,
    `--webhook-port=${spec.webhookPort}`,
    `--webhook-cert-dir=${file(".")}`,
    "--insecure-diagnostics",
    "--diagnostics-address=127.0.0.1:0",
    "--health-addr=127.0.0.1:0",
    ...fullSpeed,
    ...(spec.namespace === undefined ? [] : [`--namespace=${spec.namespace}`]),
  ];
  const reconcilers = 2; // of Metal3's claims, and of Cluster API's
  const works = (log: string): boolean => log.split('"Starting workers"').length > reconcilers;
  return { name: spec.name, command, isReady: spec.isReady ?? works };
}

export const tls = ({ certificate, key }: KeyPair) => ({ "tls.crt": certificate, "tls.key": key });

/** Writes files into a folder of one server, and returns their paths. */
export async function writeKeys(root: string, name: string, files: Readonly<Record<string, string>>) {
  const folder = join(root, `${name}.keys`);
  await mkdir(folder);
  for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text, { mode: 0o600 });
  return (file: string): string => join(folder, file);
}
