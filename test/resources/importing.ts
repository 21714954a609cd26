/** Runs imports through handlers, and stores hand-made objects for them. */
import assert from "node:assert/strict";
import { apiVersionOf } from "../../provider/api/kinds";
import { addressObjectName } from "../../provider/api/metal3/ip-address";
import { IP_ADDRESS, IP_CLAIM, IP_POOL } from "../../provider/api/metal3/kinds";
import { parseAddress } from "../../provider/core/address";
import { resources } from "../../provider/resources/registry";
import type { Store } from "../../provider/store/store";
import type { Declared, Stack } from "./program";

export const NET = { namespace: "metal3", name: "net" };

/** Hand-made objects: a split range, an entry with its own network, another prefix, three entries. */
export const byHand = {
  apiVersion: apiVersionOf(IP_POOL),
  kind: "IPPool",
  metadata: {
    ...NET,
    labels: { site: "a", "cluster.x-k8s.io/cluster-name": "c1" },
    annotations: { "example.com/owner": "net team", "kubectl.kubernetes.io/last-applied-configuration": "{}" },
  },
  spec: {
    clusterName: "c1",
    namePrefix: "hand",
    pools: [
      { start: "10.0.0.10", end: "10.0.0.14" },
      { start: "10.0.0.16", end: "10.0.0.29", prefix: 25, gateway: "10.0.0.126" },
    ],
    prefix: 24,
    gateway: "10.0.0.1",
    dnsServers: ["10.0.0.2", "10.0.0.3"],
    preAllocations: { "cp-0-net": "10.0.0.20", "cp-1-net": "10.0.0.11", odd: "10.0.0.12" },
  },
};

/** The same objects as a program. */
export const declared = {
  ...NET,
  labels: { site: "a" },
  annotations: { "example.com/owner": "net team" },
  clusterName: "c1",
  namePrefix: "hand",
  pools: byHand.spec.pools,
  prefix: 24,
  gateway: "10.0.0.1",
  dnsServers: ["10.0.0.2", "10.0.0.3"],
};

/** An address object without marks, as the controller or a user creates it. */
export async function unmarked(store: Store, address: string, claimName: string, network: object = {}): Promise<void> {
  const parsed = parseAddress(address);
  assert.ok(parsed.ok);
  const { gateway, dnsServers } = declared;
  const ref = (name: string) => ({ name, namespace: "metal3" });
  await store.create(IP_ADDRESS, {
    apiVersion: apiVersionOf(IP_ADDRESS),
    kind: "IPAddress",
    metadata: ref(addressObjectName("hand", parsed.value)),
    spec: { address, pool: ref("net"), claim: ref(claimName), prefix: 24, gateway, dnsServers, ...network },
  });
}

/** `pulumi import`: what it writes into state, and the code that it generates. */
export async function imported(stack: Stack, kind: Declared["kind"], as: string, id: string): Promise<Declared> {
  const owner = { stack: stack.name, resource: as };
  const handler = stack.handlers()[kind];
  const read = await handler.read({ owner, id, state: {} });
  if (read.id === "" || !read.inputs) throw new Error(`resource '${id}' does not exist`);
  // The next step of the engine. It shows faults of the generated code.
  const { failures } = await handler.check({ owner, olds: read.inputs, news: read.inputs });
  assert.deepEqual(failures, []);
  stack.state.set(as, { kind, id: read.id, inputs: read.inputs, outputs: read.outputs });
  const written = Object.entries(read.inputs).filter(([property]) => property in resources[kind].inputs);
  return { kind, as, args: Object.fromEntries(written) };
}

/** The stored objects, without resource versions, generations and times. */
export async function stored(store: Store): Promise<unknown[]> {
  const objects = await Promise.all([IP_POOL, IP_CLAIM, IP_ADDRESS].map((kind) => store.list(kind, "metal3")));
  return objects
    .flat()
    .map(({ metadata: { name, labels, annotations }, spec }) => ({ name, labels, annotations, spec }));
}

/** The program matches what is stored: a preview and an update have nothing to do. */
export async function assertUnchanged(stack: Stack, program: readonly Declared[]): Promise<void> {
  const same = program.map(({ as }) => `same ${as}`);
  const preview = await stack.preview(program);
  assert.deepEqual([preview.steps, preview.drift], [same, []]);
  const before = await stored(stack.store);
  assert.deepEqual(await stack.up(program), same);
  assert.deepEqual(await stack.up(program), same);
  assert.deepEqual(await stored(stack.store), before);
}
