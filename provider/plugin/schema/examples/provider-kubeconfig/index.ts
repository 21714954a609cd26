import { Config } from "@pulumi/pulumi";
import { IPPool, Provider } from "pulumi-metal3-ipam";

// pulumi config set --secret kubeconfig < kubeconfig.yaml
const cluster = new Provider("cluster", {
  kubeconfig: new Config().requireSecret("kubeconfig"),
  namespace: "metal3",
});

const edge = new IPPool(
  "edge",
  { pools: [{ subnet: "10.50.0.0/24" }], prefix: 24, excludeReserved: true },
  { provider: cluster },
);

export const edgeNamespace = edge.namespace;
