/** Hosts that a stack has reserved for, under the real CAPM3. */
import assert from "node:assert/strict";
import { useCluster } from "../testbed/cluster";
import { expectSucceeded, type Stack, useEngine } from "../testbed/engine";
import { Machines } from "./machines";
import {
  CLUSTER,
  hostNames,
  inCluster,
  networksOf,
  promised,
  type Reserved,
  reserving,
  TEMPLATE,
} from "./reservations";

describe("CAPM3", function () {
  const engine = useEngine(this);
  const cluster = useCluster(this, { capm3: true, inCluster: true });
  const hosts = hostNames(20);
  let machines: Machines;
  let stack: Stack;
  let reserved: Reserved;
  before(async () => {
    const namespace = await cluster().namespace("capm3");
    machines = new Machines(cluster(), namespace, CLUSTER);
    await machines.createCluster();
    const project = { name: "hosts", runtime: "yaml", program: reserving(hosts) } as const;
    stack = await engine().project({ ...project, ...(await inCluster(cluster(), namespace)) });
    expectSucceeded(await stack.up());
    reserved = (await stack.outputs()) as Reserved;
    await machines.createHosts(hosts);
  });

  it("renders the reserved address, prefix, gateway and DNS for each of twenty hosts, in three lives", async () => {
    await machines.createTemplate("nodes", TEMPLATE);
    const expected = Object.fromEntries(hosts.map((host) => [host, promised(reserved, host)]));
    const indexes = [];
    for (const life of ["a", "b", "c"]) {
      await machines.start(hosts, life, "nodes");
      const rendered = await Promise.all(hosts.map((host) => machines.rendered(host, life)));
      assert.deepEqual(Object.fromEntries(hosts.map((host, at) => [host, networksOf(rendered[at]!)])), expected);
      const { changes, diagnostics } = expectSucceeded(await stack.preview());
      assert.deepEqual([changes, diagnostics], [{ same: 4 }, []]);
      indexes.push(await machines.indexes(hosts, life));
      await machines.end(hosts, life);
    }
    // So the names of Metal3Data would not do: a host has another one in each life.
    assert.notDeepEqual(indexes[1], indexes[0]);
    assert.notDeepEqual(indexes[2], indexes[1]);
    assert.deepEqual(await claims(), []);
    assert.deepEqual(expectSucceeded(await stack.preview()).changes, { same: 4 });
  });

  it("claims an address that only the metadata of the template names, and leaves the host its own network data", async () => {
    const metaData = { ipAddressesFromPool: [{ key: "ip", name: "ipv4" }] };
    await machines.createTemplate("metadata-only", { metaData });
    const [host, own] = ["node-07", { name: "node-07-network" }];
    await cluster().api.patch(machines.path("host", host), { spec: { networkData: own } });
    const networkData = async () =>
      (await cluster().api.get<{ spec: { networkData: object } }>(machines.path("host", host))).spec.networkData;
    for (const life of ["d", "e"]) {
      await machines.start([host], life, "metadata-only");
      assert.deepEqual(await claims(), [`${host}-ipv4`]);
      const claim = await cluster().api.get(machines.path("claim", `${host}-ipv4`));
      const name = `ipv4-${reserved.ipv4[host]?.replaceAll(".", "-")}`;
      assert.deepEqual((claim.status as { address: object }).address, { name, namespace: machines.namespace });
      // CAPM3 writes the namespace into the host.
      assert.deepEqual(await networkData(), { ...own, namespace: machines.namespace });
      await machines.end([host], life);
      assert.deepEqual(await networkData(), { ...own, namespace: machines.namespace });
    }
    await cluster().api.patch(machines.path("host", host), { spec: { networkData: null } });
  });

  it("gives another address than the reserved one when its flag is off, and a preview warns of it", async () => {
    await machines.createTemplate("off", TEMPLATE);
    await cluster().capm3.restart("--enable-bmh-name-based-preallocation=false");
    try {
      await machines.start(["node-07"], "off", "off");
      assert.deepEqual(await claims(), ["off-0-ipv4", "off-0-ipv6"]);
      const given = networksOf(await machines.rendered("node-07", "off"));
      assert.notDeepEqual(given, promised(reserved, "node-07"));
      const warnings = ["ipv4", "ipv6"].map(
        (pool) =>
          `CAPM3 has created IPClaims of IPPool ${machines.namespace}/${pool} without the names of their hosts: ` +
          `off-0-${pool}. Such hosts get other addresses than the reserved ones. Run CAPM3 with ` +
          "`--enable-bmh-name-based-preallocation`, which counts when a host is provisioned next time.",
      );
      const { changes, diagnostics } = expectSucceeded(await stack.preview());
      assert.deepEqual([changes, diagnostics.map(({ message }) => message.trim()).sort()], [{ same: 4 }, warnings]);
      await machines.end(["node-07"], "off");
    } finally {
      await cluster().capm3.restart();
    }
  });

  /** Names of the live IPClaims. */
  async function claims(): Promise<string[]> {
    return (await machines.list("claim")).map(({ metadata }) => metadata.name).sort();
  }
});
