import { tool } from "../tools";
import type { KeyPair } from "./certificates";
import type { DaemonSpec } from "./daemon";
import { fullSpeed, tls, writeKeys } from "./servers";

/** All without their webhooks: tests write valid objects. The server of CAPM3's webhooks runs, but nothing calls it. */
const quiet = ["--insecure-diagnostics", "--diagnostics-address=127.0.0.1:0"];

/** Each controller of a provider logs this once. */
const work = (controllers: number) => (log: string) => log.split('"Starting workers"').length > controllers;

export interface Capm3Spec {
  readonly kubeconfig: string;
  readonly webhookPort: number;
  readonly certificate: KeyPair;
}

/** Metal3's infrastructure provider. It names the claims of hosts after them. */
export async function capm3(root: string, spec: Capm3Spec): Promise<DaemonSpec> {
  const name = "capm3";
  const file = await writeKeys(root, name, tls(spec.certificate));
  const command = [
    await tool("cluster-api-provider-metal3"),
    `--kubeconfig=${spec.kubeconfig}`,
    "--enable-bmh-name-based-preallocation=true",
    `--webhook-port=${spec.webhookPort}`,
    `--webhook-cert-dir=${file(".")}`,
    "--health-addr=127.0.0.1:0",
    ...quiet,
    ...fullSpeed,
  ];
  return { name, command, isReady: work(9) };
}

/** Cluster API's IPAM provider with pools in the cluster. */
export async function inCluster(kubeconfig: string): Promise<DaemonSpec> {
  const command = [
    await tool("cluster-api-ipam-provider-in-cluster"),
    `--kubeconfig=${kubeconfig}`,
    "--webhook-port=0",
    "--health-probe-bind-address=127.0.0.1:0",
    ...quiet,
  ];
  return { name: "in-cluster-ipam", command, isReady: work(5) };
}
