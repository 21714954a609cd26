import { IPPool, Provider } from "pulumi-metal3-ipam";

const site = new Provider("site", { directory: "./manifests", namespace: "metal3" });

const lab = new IPPool(
  "lab",
  { pools: [{ subnet: "10.40.0.0/24" }], prefix: 24, excludeReserved: true },
  { provider: site },
);

export const labNamespace = lab.namespace;
