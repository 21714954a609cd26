/** A stack in which the provider does everything that it can. For tests of the rights that it needs. */
import { addressClaim, claim, host, hosts, pool } from "../resources/declare";
import type { Declared } from "../resources/program";
import { type Cluster, objectPath } from "../testbed/cluster";

const NET = { apiGroup: "ipam.metal3.io", kind: "IPPool", name: "net" };

/** All kinds of resources, in a pool whose Cluster may be paused. */
export const program = [
  pool({ clusterName: "c" }),
  host("a"),
  hosts(["b", "c"]),
  claim("v", { labels: { of: "first" }, waitForController: true }),
  addressClaim("w", { poolRef: NET, labels: { of: "first" } }),
];
/** A changed pool, another pin, a host for another one, and another label. */
export const changed = [
  pool({ clusterName: "c", gateway: "10.0.0.2" }),
  host("a", { address: "10.0.0.19" }),
  hosts(["b", "d"]),
  claim("v", { labels: { of: "second" }, waitForController: true }),
  addressClaim("w", { poolRef: NET, labels: { of: "second" } }),
];
export const same = ["same net", "same a", "same rack", "same v", "same w"];

/** Everything that the provider does, in this order. */
export const life: readonly { readonly to: readonly Declared[]; readonly isStateLost?: boolean }[] = [
  { to: program },
  { to: changed },
  { to: changed, isStateLost: true }, // the update takes over what exists
  { to: [] },
];

/** The same life without a resource. */
export const lifeWithout = (name: string): typeof life =>
  life.map(({ to, ...one }) => ({ ...one, to: to.filter(({ as }) => as !== name) }));

/** With the Cluster that the pool belongs to. */
export async function namespaceWithCluster(cluster: Cluster): Promise<string> {
  const namespace = await cluster.namespace();
  const reference = { apiGroup: "example.org", kind: "Example", name: "c" };
  const spec = { controlPlaneRef: reference, infrastructureRef: reference };
  const [apiVersion, kind] = ["cluster.x-k8s.io/v1beta2", "Cluster"];
  const path = objectPath(apiVersion, "clusters", namespace);
  await cluster.api.create(path, { apiVersion, kind, metadata: { name: "c" }, spec });
  return namespace;
}

/** Metal3's controller does nothing meanwhile: no claim is served. */
export async function whileAsleep<T>({ controller }: Cluster, work: () => Promise<T>): Promise<T> {
  controller.pause();
  try {
    return await work();
  } finally {
    controller.resume();
  }
}
