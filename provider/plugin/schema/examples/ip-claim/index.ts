import { IPClaim, IPPool } from "pulumi-metal3-ipam";

const external = new IPPool("external", {
  pools: [{ start: "192.168.111.10", end: "192.168.111.99" }],
  prefix: 24,
  gateway: "192.168.111.1",
});

// DNS has a record for this address already.
const api = new IPClaim("api", { pool: external.name, address: "192.168.111.10" });
const ingress = new IPClaim("ingress", { pool: external.name });

export const virtualIps = { api: api.address, ingress: ingress.address };
