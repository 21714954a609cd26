/** The requests that reservations need on an API server, and nothing else: a mirror, a lock and an entry for each host. */
import { readFile } from "node:fs/promises";
import { Agent } from "undici";
import { parse } from "yaml";
import { CAPI_IP_ADDRESS } from "../../provider/api/capi/kinds";
import { apiVersionOf, type Kind } from "../../provider/api/kinds";
import { IP_ADDRESS, IP_POOL } from "../../provider/api/metal3/kinds";
import type { Cluster } from "../testbed/cluster";

/** The engine asks a provider for so many resources at a time, on two cores. */
const AT_ONCE = 8;

/** Seconds of all creates and of all deletes. `isOnePatch`: whether the entries of all hosts go with one PATCH, as in a set. */
export interface BareSeconds {
  readonly creates: number;
  readonly deletes: number;
}

export async function bareRequests(cluster: Cluster, count: number, isOnePatch: boolean): Promise<BareSeconds> {
  const namespace = await cluster.namespace("bare");
  const send = await clientOf(cluster);
  const pathOf = ({ group, version, plural }: Kind, name = "") =>
    `/apis/${group}/${version}/namespaces/${namespace}/${plural}/${name}`.replace(/\/$/, "");
  const pool = pathOf(IP_POOL, "net");
  const hosts = Array.from({ length: count }, (_, index) => index);
  const entries = (numbers: readonly number[], isThere: boolean) => ({
    spec: { preAllocations: Object.fromEntries(numbers.map((n) => [`node-${n}`, isThere ? addressOf(n) : null])) },
  });
  const patches = (isThere: boolean) => (isOnePatch ? [() => send("PATCH", pool, entries(hosts, isThere))] : []);
  await send(
    "POST",
    pathOf(IP_POOL),
    manifest(IP_POOL, "net", { namePrefix: "net", pools: [{ subnet: "10.0.0.0/16" }] }),
  );
  const creates = await secondsOf(async () => {
    await atOnce(hosts, async (n) => {
      await send("POST", pathOf(CAPI_IP_ADDRESS), mirror(n));
      await send("POST", pathOf(IP_ADDRESS), lock(n, namespace));
      if (!isOnePatch) await send("PATCH", pool, entries([n], true));
    });
    for (const patch of patches(true)) await patch();
  });
  const deletes = await secondsOf(async () => {
    await atOnce(hosts, async (n) => {
      await send("DELETE", pathOf(IP_ADDRESS, `net-${n}`));
      if (!isOnePatch) await send("PATCH", pool, entries([n], false));
      await send("DELETE", pathOf(CAPI_IP_ADDRESS, `net-${n}`));
    });
    for (const patch of patches(false)) await patch();
  });
  return { creates, deletes };
}

async function clientOf(cluster: Cluster) {
  const kubeconfig = parse(await readFile(await cluster.kubeconfig(), "utf8"));
  const { token, ...files } = kubeconfig.users[0].user;
  const pem = (data: string | undefined) => data && Buffer.from(data, "base64").toString();
  const identity = { cert: pem(files["client-certificate-data"]), key: pem(files["client-key-data"]) };
  const agent = new Agent({ connect: { ca: cluster.ca, ...identity }, connections: AT_ONCE });
  return async (method: "POST" | "PATCH" | "DELETE", path: string, body: object = {}): Promise<void> => {
    const contentType = method === "PATCH" ? "application/merge-patch+json" : "application/json";
    const headers = { "content-type": contentType, ...(token && { authorization: `Bearer ${token}` }) };
    const answer = await agent.request({ origin: cluster.server, method, path, headers, body: JSON.stringify(body) });
    const text = await answer.body.text();
    if (answer.statusCode >= 300) throw new Error(`${method} ${path}: ${answer.statusCode} ${text}`);
  };
}

function addressOf(n: number): string {
  return `10.0.${Math.floor(n / 250)}.${(n % 250) + 1}`;
}

function manifest(kind: Kind, name: string, spec: object) {
  return { apiVersion: apiVersionOf(kind), kind: kind.kind, metadata: { name }, spec };
}

/** As large as the provider's own: owners and marks. */
const METADATA = {
  annotations: {
    "pulumi-metal3-ipam/token": "0123456789abcdef0123456789abcdef",
    "pulumi-metal3-ipam/stack": "bench/dev",
    "pulumi-metal3-ipam/state": "0123456789abcdef0123456789abcdef",
    "pulumi-metal3-ipam/resource": "node",
  },
};

function lock(n: number, namespace: string) {
  const spec = {
    address: addressOf(n),
    prefix: 16,
    claim: { name: `node-${n}`, namespace },
    pool: { name: "net", namespace },
  };
  const made = manifest(IP_ADDRESS, `net-${n}`, spec);
  return { ...made, metadata: { ...made.metadata, ...METADATA } };
}

function mirror(n: number) {
  const poolRef = { apiGroup: IP_POOL.group, kind: IP_POOL.kind, name: "reserved-net" };
  const spec = { address: addressOf(n), prefix: 16, claimRef: { name: `reserved-node-${n}` }, poolRef };
  const made = manifest(CAPI_IP_ADDRESS, `net-${n}`, spec);
  return { ...made, metadata: { ...made.metadata, ...METADATA } };
}

async function atOnce<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = items.values();
  const worker = async () => {
    for (const item of waiting) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

async function secondsOf(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1_000;
}
