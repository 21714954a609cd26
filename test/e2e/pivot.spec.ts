/** One stack from its first folder to its last cluster: bootstrap, CAPM3, and the real `clusterctl move`. */
import assert from "node:assert/strict";
import { type Cluster, startCluster, useCluster } from "../testbed/cluster";
import { expectSucceeded, type Stack, useEngine } from "../testbed/engine";
import { COLD_MS } from "../testbed/run";
import { clusterctlMove } from "./clusterctl";
import { Machines } from "./machines";
import { CLUSTER, hostNames, networksOf, promised, type Reserved, reserving, TEMPLATE } from "./reservations";

/** All kinds of addresses and their owners, by the names that kubectl knows. */
const IPAM = [
  ...["ippools", "ipclaims", "ipaddresses"].map((name) => `${name}.ipam.metal3.io`),
  ...["ipaddressclaims", "ipaddresses"].map((name) => `${name}.ipam.cluster.x-k8s.io`),
].join();

/** Those that this story has. */
const IPAM_USED = [
  "ipaddress.ipam.cluster.x-k8s.io",
  "ipaddress.ipam.metal3.io",
  "ipclaim.ipam.metal3.io",
  "ippool.ipam.metal3.io",
];

/** An IPClaim has no owner that would take it along. The label does it. */
const VIP = {
  vip: {
    type: "metal3-ipam:IPClaim",
    properties: { pool: `\${ipv4.name}`, labels: { "clusterctl.cluster.x-k8s.io/move": "" } },
  },
};
const CAPI_VIP = {
  "capi-vip": {
    type: "metal3-ipam:PreAllocation",
    properties: { pool: `\${ipv4.name}`, claimName: "capi-vip", claimKind: "IPAddressClaim" },
  },
};
const VIPS = { ...VIP, ...CAPI_VIP };

describe("a stack that is moved", function () {
  const engine = useEngine(this);
  const bootstrap = useCluster(this, { capm3: true, inCluster: true });
  const hosts = hostNames(6);
  /** The last host has its reservations only. */
  const live = hosts.slice(0, -1);
  let target: Cluster;
  let namespace: string;
  let stack: Stack;
  let reserved: Reserved;
  let here: Machines;
  let there: Machines;
  before(async function () {
    this.timeout(COLD_MS);
    target = await startCluster({ capm3: true });
    namespace = await bootstrap().namespace("pivot");
    here = new Machines(bootstrap(), namespace, CLUSTER);
    there = new Machines(target, namespace, CLUSTER);
    const config = { "metal3-ipam:namespace": namespace };
    stack = await engine().project({ name: "pivot", runtime: "yaml", program: reserving(hosts, VIP), config });
  });
  after(() => target?.dispose());

  /** Names of all pools, claims and locks. */
  const ipam = async (cluster: Cluster): Promise<string[]> =>
    (await cluster.kubectl(["get", IPAM, "-n", namespace, "-o", "name"])).split("\n").filter(Boolean).sort();

  /** The stack says and plans the same as before. */
  async function isUnchanged(): Promise<void> {
    const { changes, outputs } = expectSucceeded(await stack.preview());
    assert.deepEqual([changes, outputs], [{ same: 6 }, reserved]);
  }

  async function isRendered(machines: Machines, life: string, names: readonly string[]): Promise<void> {
    for (const host of names) {
      assert.deepEqual(networksOf(await machines.rendered(host, life)), promised(reserved, host));
    }
  }

  it("starts in a folder, before there is a cluster", async () => {
    expectSucceeded(await stack.up());
    reserved = (await stack.outputs()) as Reserved;
    assert.equal(new Set(Object.values(reserved).flatMap(Object.values)).size, 2 * hosts.length);
  });

  it("has the same addresses in the bootstrap cluster", async () => {
    await here.createCluster();
    await bootstrap().kubectl(["apply", "-R", "-f", String(stack.directory)]);
    expectSucceeded(await stack.pulumi("config", "rm", "metal3-ipam:directory"));
    await stack.setConfig("metal3-ipam:kubeconfig", await bootstrap().kubeconfig());
    // kubectl does not know the mirrors. The first update creates them.
    assert.deepEqual(expectSucceeded(await stack.up()).outputs, reserved);
    await stack.setProgram(reserving(hosts, VIPS));
    assert.deepEqual(expectSucceeded(await stack.up()).changes, { same: 5, create: 1 });
    await isUnchanged();
  });

  it("gives them to its hosts", async () => {
    await here.createHosts(live);
    await here.createTemplate("nodes", TEMPLATE);
    await here.start(live, "a", "nodes");
    await isRendered(here, "a", live);
    await isUnchanged();
  });

  it("has them after clusterctl move: preview and update change nothing, and nothing is left behind", async () => {
    const before = await ipam(bootstrap());
    const kinds = before.map((name) => name.split("/")[0]);
    assert.deepEqual([...new Set(kinds)].sort(), IPAM_USED);
    await clusterctlMove(bootstrap(), target, namespace);
    assert.deepEqual([await ipam(bootstrap()), await ipam(target)], [[], before]);
    await stack.setConfig("metal3-ipam:kubeconfig", await target.kubeconfig());
    await isUnchanged();
    assert.deepEqual(expectSucceeded(await stack.up()).changes, { same: 6 });
    await isUnchanged();
  });

  it("goes on there: a new host, and a new life of an old one", async () => {
    await there.clusterIsReady();
    const more = hostNames(7);
    const [old = "", reservedOnly = "", added = ""] = [more[0], more[5], more[6]];
    await stack.setProgram(reserving(more, VIPS));
    const before = reserved;
    assert.deepEqual(expectSucceeded(await stack.up()).changes, { same: 4, update: 2 });
    reserved = (await stack.outputs()) as Reserved;
    for (const pool of ["ipv4", "ipv6"] as const) {
      assert.deepEqual(reserved[pool], { ...before[pool], [added]: reserved[pool][added] });
    }
    await there.installHosts();
    await there.createHosts([reservedOnly, added]);
    await there.end([old], "a");
    await there.start([old, reservedOnly, added], "b", "nodes");
    await isRendered(there, "b", [old, reservedOnly, added]);
    await isRendered(there, "a", live.slice(1));
    await isUnchanged();
  });
});
