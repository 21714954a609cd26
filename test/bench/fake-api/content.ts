/** The pool of the fake API server, and its addresses as a real server shows them, with the fields that it adds. */
import { randomUUID } from "node:crypto";
import { apiVersionOf } from "../../../provider/api/kinds";
import { FIELD_MANAGER, type Manifest } from "../../../provider/api/meta";
import { IP_ADDRESS, IP_POOL } from "../../../provider/api/metal3/kinds";

export const POOL = { namespace: "metal3", name: "net" };

/** A /8, so that 65,000 addresses do not fill it. */
export function poolObject(): Manifest {
  return {
    apiVersion: apiVersionOf(IP_POOL),
    kind: IP_POOL.kind,
    metadata: { ...POOL },
    spec: { namePrefix: POOL.name, prefix: 8, gateway: "10.255.255.254", pools: [{ subnet: "10.0.0.0/8" }] },
  };
}

/** A lock without an entry: 65,000 entries would be more than an API server takes in one pool. */
export function addressObject(index: number, poolUid: string): Manifest {
  const value = index + 1;
  const address = `10.${value >> 16}.${(value >> 8) & 255}.${value & 255}`;
  const pool = { apiVersion: apiVersionOf(IP_POOL), kind: IP_POOL.kind, name: POOL.name, uid: poolUid };
  const annotations = {
    "pulumi-metal3-ipam/token": randomUUID(),
    "pulumi-metal3-ipam/stack": "metal/other",
    "pulumi-metal3-ipam/resource": `node-${index}`,
  };
  return {
    apiVersion: apiVersionOf(IP_ADDRESS),
    kind: IP_ADDRESS.kind,
    metadata: {
      name: `${POOL.name}-${address.replaceAll(".", "-")}`,
      namespace: POOL.namespace,
      annotations,
      ownerReferences: [pool],
      managedFields: [
        {
          manager: FIELD_MANAGER,
          operation: "Update",
          apiVersion: apiVersionOf(IP_ADDRESS),
          time: "2026-01-01T00:00:00Z",
          fieldsType: "FieldsV1",
          fieldsV1: managed(Object.keys(annotations), poolUid),
        },
      ],
    },
    spec: {
      address,
      prefix: 8,
      gateway: "10.255.255.254",
      claim: { name: `node-${index}-${POOL.name}`, namespace: POOL.namespace },
      pool: { ...POOL },
    },
  };
}

function managed(annotations: readonly string[], poolUid: string): object {
  const fields = (names: readonly string[]) => Object.fromEntries(names.map((name) => [`f:${name}`, {}]));
  const owner = { [`k:{"uid":"${poolUid}"}`]: {} };
  return {
    "f:metadata": { "f:annotations": { ".": {}, ...fields(annotations) }, "f:ownerReferences": { ".": {}, ...owner } },
    "f:spec": {
      ".": {},
      ...fields(["address", "gateway", "prefix"]),
      "f:claim": fields(["name", "namespace"]),
      "f:pool": fields(["name", "namespace"]),
    },
  };
}
