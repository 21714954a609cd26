import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { stringify } from "yaml";
import { examples, mainFiles } from "../../provider/plugin/schema/examples";
import { renderNetworkConfig } from "../../provider/resources/functions/render-network-config";
import { functions, resources } from "../../provider/resources/registry";
import { repository } from "../testbed/cache";
import { expectSucceeded, unknown, useEngine } from "../testbed/engine";
import { withGo } from "../testbed/go-programs";
import { installedPackage } from "../testbed/installed-package";
import type { Runtime } from "../testbed/program";
import { run } from "../testbed/run";
import { examplePrograms } from "./example-programs";

const root = join(repository, "provider/plugin/schema/examples");

describe("the examples of the schema", () => {
  it("exist for the provider, each resource and each function", () => {
    const kinds = [...Object.values(resources), ...Object.values(functions)].map(({ kind }) => kind);
    assert.deepEqual(Object.keys(examples).sort(), ["Provider", ...kinds].sort());
    assert.ok(Object.values(examples).every(({ length }) => length > 0));
  });

  it("are all folders with a program in every language", () => {
    const folders = Object.values(examples).flatMap((all) => all.map(({ folder }) => folder));
    assert.deepEqual(readdirSync(root).sort(), folders.sort());
    for (const folder of folders) {
      assert.deepEqual(readdirSync(join(root, folder)).sort(), Object.values(mainFiles).sort(), folder);
    }
  });

  it("are formatted as gofmt does", async () => {
    const { code, all } = await run("gofmt", ["-l", root], { env: await withGo({ PATH: process.env.PATH ?? "" }) });
    assert.deepEqual({ code, all }, { code: 0, all: "" });
  });
});

/** The part of an API server that a preview needs. It has no CRDs of CAPI, and all lists are empty. */
async function emptyCluster(): Promise<Server> {
  const server = createServer(({ url = "" }, response) => {
    response.setHeader("content-type", "application/json");
    if (url === "/apis/ipam.cluster.x-k8s.io") {
      response.statusCode = 404;
      response.end(JSON.stringify({ kind: "Status", apiVersion: "v1", status: "Failure", code: 404 }));
    } else {
      response.end(JSON.stringify({ kind: "List", apiVersion: "v1", metadata: { resourceVersion: "1" }, items: [] }));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

function kubeconfigOf(server: Server): string {
  const { port } = server.address() as AddressInfo;
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "empty",
    clusters: [{ name: "empty", cluster: { server: `http://127.0.0.1:${port}` } }],
    contexts: [{ name: "empty", context: { cluster: "empty", user: "nobody" } }],
    users: [{ name: "nobody", user: {} }],
  });
}

/** The host of the example, with the address that its set gives to it. */
const worker = {
  host: "worker-0",
  nics: [
    { name: "eno1", mac: "52:54:00:aa:bb:01" },
    { name: "eno2", mac: "52:54:00:aa:bb:02" },
  ],
  bonds: [{ name: "bond0", members: ["eno1", "eno2"], mode: "802.3ad", mtu: 9000 }],
  vlans: [{ link: "bond0", id: 100 }],
  networks: [
    {
      name: "provisioning",
      link: "bond0",
      allocation: {
        claimName: "worker-0-deployment",
        address: "10.60.0.20",
        prefix: 24,
        gateway: "10.60.0.1",
        dnsServers: ["10.60.0.2"],
      },
      defaultRoute: true,
    },
    { name: "storage", link: "bond0.100", dhcp: "ipv4" },
  ],
};

describe("the examples of the schema, all in one program", function () {
  const engine = useEngine(this);
  let cluster: Server;
  before(async () => {
    cluster = await emptyCluster();
  });
  after(() => {
    cluster.closeAllConnections();
    cluster.close();
  });

  const known = {
    provisioningCapacity: 245,
    workloadCapacity: 180,
    controlPlane: { "cp-0": "172.21.0.250", "cp-1": "172.21.0.11" },
    rackAddresses: { "worker-0": "172.23.0.100", "worker-1": "172.23.0.101", "worker-2": "172.23.0.50" },
    virtualIps: { api: "192.168.111.10", ingress: "192.168.111.37" },
    loadBalancerAddress: unknown,
    inspectionPools: [{ start: "10.70.0.3", end: "10.70.0.102" }],
    ironicDhcp: { networkCIDR: "10.70.0.0/24", rangeBegin: "10.70.0.103", rangeEnd: "10.70.0.254" },
    labNamespace: "metal3",
    edgeNamespace: "metal3",
  };
  const answers = {
    tenantUse: { used: 2, free: 252 },
    bastionLookup: { address: "10.30.0.5", gateway: "10.30.0.1", holder: "bastion-management" },
    workerSecret: renderNetworkConfig.answer(worker).result.secretData,
  };
  /** The SDKs of Node and Python do not call functions about resources that do not exist yet. */
  const unasked = {
    tenantUse: { used: unknown, free: unknown },
    bastionLookup: { address: unknown, gateway: unknown, holder: unknown },
    workerSecret: unknown,
  };
  const asking: readonly Runtime[] = ["yaml", "go"];

  for (const [runtime, filesOf] of Object.entries(examplePrograms) as [Runtime, () => Record<string, string>][]) {
    it(`preview in ${runtime} with the same outputs, and without a warning`, async () => {
      const stack = await engine().project({
        name: `examples-${runtime}`,
        runtime,
        files: filesOf(),
        plugin: "attached",
        // An IPAddressClaim needs a cluster.
        directory: null,
        config: { "metal3-ipam:kubeconfig": kubeconfigOf(cluster) },
      });
      await stack.setSecret("kubeconfig", kubeconfigOf(cluster));
      const previewed = expectSucceeded(await stack.preview());
      assert.deepEqual(previewed.outputs, { ...known, ...(asking.includes(runtime) ? answers : unasked) });
      assert.doesNotMatch(previewed.all, /warning:/);
    });
  }

  it("have the types of the SDK for TypeScript", async () => {
    const files = { ...examplePrograms["ts-node"]?.() };
    const stack = await engine().project({ name: "examples-types", files });
    const compiler = join(await installedPackage(), "node_modules/typescript/bin/tsc");
    const { code, all } = await run(process.execPath, [compiler, "--noEmit"], { cwd: stack.folder, env: {} });
    assert.deepEqual({ code, all }, { code: 0, all: "" });
  });
});
