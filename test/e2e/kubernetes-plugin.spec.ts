/** Pulumi's real Kubernetes provider beside ours, in the two languages that tests write. */
import assert from "node:assert/strict";
import { stringify } from "yaml";
import { eventually, type KubeObject, objectPath, useCluster } from "../testbed/cluster";
import { expectFailed, expectSucceeded, useEngine } from "../testbed/engine";
import { kubernetesProject } from "../testbed/kubernetes-plugin";
import type { Runtime } from "../testbed/program";

const pool = { pools: [{ start: "10.0.0.10", end: "10.0.0.19" }] };
const host = (namespace: string, address: string) => ({
  apiVersion: "metal3.io/v1alpha1",
  kind: "BareMetalHost",
  metadata: { name: "node-0", namespace },
  spec: { online: true, bmc: { address: `redfish://${address}`, credentialsName: "bmc" } },
});

const programs: Partial<Record<Runtime, (namespace: string) => string>> = {
  yaml: (namespace) =>
    stringify({
      resources: {
        bmc: { type: "metal3-ipam:IPPool", properties: pool },
        "node-0": { type: "metal3-ipam:PreAllocation", properties: { pool: `\${bmc.name}`, host: "node-0" } },
        hosts: {
          type: "kubernetes:yaml/v2:ConfigGroup",
          properties: { objs: [host(namespace, `\${node-0.address}`)] },
        },
      },
    }),
  "ts-node": (namespace) => `
    import { CustomResource } from "@pulumi/kubernetes/apiextensions";
    import { IPPool, PreAllocation } from "pulumi-metal3-ipam";
    const bmc = new IPPool("bmc", ${JSON.stringify(pool)});
    const { address } = new PreAllocation("node-0", { pool: bmc.name, host: "node-0" });
    const { spec, ...host } = ${JSON.stringify(host(namespace, ""))};
    const url = address.apply((address) => "redfish://" + address);
    new CustomResource("hosts", { ...host, spec: { ...spec, bmc: { ...spec.bmc, address: url } } });`,
};

describe("Pulumi's Kubernetes provider", function () {
  const engine = useEngine(this);
  const cluster = useCluster(this, { capm3: true, inCluster: true });

  for (const [runtime, program] of Object.entries(programs)) {
    it(`creates a host with its reserved address, in ${runtime}`, async () => {
      const namespace = await cluster().namespace("hosts");
      const stack = await engine().project({
        name: "hosts",
        runtime: runtime as Runtime,
        program: program(namespace),
        config: { "metal3-ipam:namespace": namespace },
        ...(await kubernetesProject(await cluster().kubeconfig())),
      });
      expectSucceeded(await stack.up());
      const path = objectPath("metal3.io/v1alpha1", "baremetalhosts", namespace, "node-0");
      const { spec } = await cluster().api.get<KubeObject & { spec: { bmc: { address: string } } }>(path);
      const address = (await stack.stackExport()).deployment.resources?.find(
        ({ outputs }) => outputs?.address,
      )?.outputs;
      assert.equal(spec.bmc.address, `redfish://${address?.address}`);
      assert.deepEqual(Object.keys(expectSucceeded(await stack.up()).changes), ["same"]);

      await cluster().api.patch(path, { spec: { online: false } });
      assert.deepEqual(Object.keys(expectSucceeded(await stack.preview()).changes), ["same"]);
      assert.equal(expectSucceeded(await stack.preview("--refresh")).changes.update, 1);
      expectSucceeded(await stack.up("--refresh"));
      assert.equal((await cluster().api.get<{ spec: { online: boolean } }>(path)).spec.online, true);
      expectSucceeded(await stack.destroy());
      assert.equal(await cluster().api.find(path), undefined);
    });
  }

  it("fails to wait for the end of a host, and the host's address stays reserved until the host is gone", async () => {
    const namespace = await cluster().namespace("hosts");
    const program = (hosts: readonly string[]) => `
      import { CustomResource } from "@pulumi/kubernetes/apiextensions";
      import { IPPool, PreAllocationSet } from "pulumi-metal3-ipam";
      const hosts = ${JSON.stringify(hosts)};
      const { name } = new IPPool("bmc", ${JSON.stringify(pool)});
      const set = new PreAllocationSet("set", { pool: name, hosts, start: "10.0.0.12" });
      for (const host of hosts) {
        const metadata = { name: host, namespace: ${JSON.stringify(namespace)} };
        const options = { dependsOn: set, customTimeouts: { delete: "2s" } };
        new CustomResource(host, { apiVersion: "metal3.io/v1alpha1", kind: "BareMetalHost", metadata, spec: { online: true } }, options);
      }`;
    const stack = await engine().project({
      name: "ending",
      runtime: "ts-node",
      program: program(["node-0", "node-1"]),
      config: { "metal3-ipam:namespace": namespace },
      ...(await kubernetesProject(await cluster().kubeconfig())),
    });
    const entries = async () => {
      const path = objectPath("ipam.metal3.io/v1alpha1", "ippools", namespace, "bmc");
      return (await cluster().api.get<{ spec: { preAllocations: object } }>(path)).spec.preAllocations;
    };
    expectSucceeded(await stack.up());
    const path = objectPath("metal3.io/v1alpha1", "baremetalhosts", namespace, "node-1");
    await cluster().api.patch(path, { metadata: { finalizers: ["baremetalhost.metal3.io"] } });
    await stack.setProgram(program(["node-0"]));
    expectFailed(await stack.up(), /node-1/);
    const both = { "node-0-bmc": "10.0.0.12", "node-1-bmc": "10.0.0.13" };
    assert.deepEqual(await entries(), both);
    const { diagnostics } = expectSucceeded(await stack.preview());
    assert.match(
      diagnostics.map(({ message }) => message).join(),
      /still reserves 10\.0\.0\.13 \(node-1\), given up by this/,
    );
    await cluster().api.patch(path, { metadata: { finalizers: null } });
    expectSucceeded(await stack.up());
    await eventually("the address is free", async () => Object.keys(await entries()).length === 1);
    assert.deepEqual(await entries(), { "node-0-bmc": "10.0.0.12" });
  });
});
