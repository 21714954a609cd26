import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import {
  type Cluster,
  eventually,
  type KubeObject,
  makeAuthority,
  objectPath,
  startCluster,
  useCluster,
} from "./cluster";
import { runs } from "./cluster/runs";
import { COLD_MS } from "./run";

const metal3 = "ipam.metal3.io/v1alpha1";

interface Claim extends KubeObject {
  readonly status?: { readonly address?: { readonly name: string } };
}

const pool = (name: string, entry: object = { start: "10.0.0.1", end: "10.0.0.9" }) => ({
  apiVersion: metal3,
  kind: "IPPool",
  metadata: { name },
  spec: { namePrefix: name, pools: [entry] },
});

const claim = (name: string, pool: string) => ({
  apiVersion: metal3,
  kind: "IPClaim",
  metadata: { name },
  spec: { pool: { name: pool } },
});

const configMap = (name: string, ...ownerReferences: object[]) => ({ metadata: { name, ownerReferences } });

describe("a real cluster", function () {
  const cluster = useCluster(this);
  let namespace: string;
  let doomed: string;
  before(async () => {
    doomed = await cluster().namespace("doomed");
    await cluster().api.create(objectPath("v1", "configmaps", doomed), configMap("one"));
    await cluster().api.delete(`/api/v1/namespaces/${doomed}`); // Kubernetes takes 5 s for it: the last test looks again
  });
  beforeEach(async () => {
    namespace = await cluster().namespace();
  });

  const at = (resource: string, name?: string): string => objectPath(metal3, resource, namespace, name);
  const configMaps = (name?: string): string => objectPath("v1", "configmaps", namespace, name);
  const addressOf = async (name: string): Promise<string | undefined> =>
    (await cluster().api.get<Claim>(at("ipclaims", name))).status?.address?.name;

  it("serves a claim from its pool", async () => {
    const manifests = [pool("nodes"), claim("node-0", "nodes")].map((object) => JSON.stringify(object)).join("\n---\n");
    await cluster().kubectl(["apply", "-n", namespace, "-f", "-"], { stdin: manifests });
    const address = await eventually("the claim has an address", () => addressOf("node-0"));
    assert.equal(address, "nodes-10-0-0-1");
    assert.equal((await cluster().api.list(at("ipaddresses"))).length, 1);
  });

  it("has webhooks that refuse a bad pool", async () => {
    const bad = pool("bad", { start: "10.0.0.9", end: "10.0.0.1" });
    await assert.rejects(cluster().api.create(at("ippools"), bad), /denied the request/);
  });

  it("serves nothing while the controller is paused, but accepts claims; without the webhooks it accepts no claims", async () => {
    const { api, controller, webhooks } = cluster();
    await api.create(at("ippools"), pool("nodes"));
    controller.pause();
    try {
      await api.create(at("ipclaims"), claim("node-0", "nodes"));
      await cluster().kubectl(["api-resources"]); // takes longer than the controller would
      assert.equal(await addressOf("node-0"), undefined);
    } finally {
      controller.resume();
    }
    await eventually("the claim has an address", () => addressOf("node-0"));
    await webhooks.stop();
    try {
      await assert.rejects(api.create(at("ipclaims"), claim("node-1", "nodes")), /failed calling webhook/);
    } finally {
      await webhooks.start();
    }
    await api.create(at("ipclaims"), claim("node-1", "nodes"));
  });

  it("collects objects that lost their owner", async () => {
    const { api } = cluster();
    const { metadata } = await api.create(configMaps(), configMap("owner"));
    const owner = { apiVersion: "v1", kind: "ConfigMap", name: "owner", uid: metadata.uid };
    await api.create(configMaps(), configMap("owned", owner));
    await api.delete(configMaps("owner"));
    await eventually("the owned one is gone", async () => (await api.find(configMaps("owned"))) === undefined);
  });

  it("knows users by token and by certificate, and obeys RBAC", async () => {
    const listed = ["get", "configmaps", "-n", namespace, "-o", "name"];
    const dave = await cluster().user("dave", ["readers"]);
    for (const user of ["alice", dave]) {
      const refused = await cluster().tryKubectl(listed, { user });
      assert.notEqual(refused.code, 0);
      assert.match(refused.stderr, /Forbidden.*User "(alice|dave)" cannot list resource "configmaps"/);
    }
    const binding = ["create", "rolebinding", "read", "-n", namespace, "--clusterrole=view"];
    await cluster().kubectl([...binding, "--user=alice", "--group=readers"]);
    for (const user of ["alice", dave]) assert.equal(await cluster().kubectl(listed, { user }), "");
    assert.notEqual((await cluster().tryKubectl(listed, { user: "bob" })).code, 0);
  });

  it("proves its identity with the authority of its kubeconfigs", async () => {
    const server = cluster().server.replace("127.0.0.1", "localhost");
    const kubeconfig = await cluster().kubeconfig({ server, user: "carol" });
    const { stdout } = await cluster().tryKubectl(["--kubeconfig", kubeconfig, "auth", "whoami", "-o", "json"]);
    assert.equal(JSON.parse(stdout).status.userInfo.username, "carol");
    const wrong = await cluster().kubeconfig({ ca: (await makeAuthority("other")).certificate });
    const refused = await cluster().tryKubectl(["--kubeconfig", wrong, "get", "namespaces"]);
    assert.match(refused.stderr, /certificate signed by unknown authority/);
  });

  it("removes a namespace with its objects", async () => {
    const { api } = cluster();
    await eventually("it is gone", async () => (await api.find(`/api/v1/namespaces/${doomed}`)) === undefined);
    assert.deepEqual(await api.list(objectPath("v1", "configmaps", doomed)), []);
  });
});

describe("a separate cluster", () => {
  let own: Cluster;
  before(async function () {
    this.timeout(COLD_MS);
    own = await startCluster({ crds: false });
  });
  after(() => own.dispose());

  it("has no kinds of Metal3 if they are not wanted", async () => {
    await assert.rejects(own.api.list(objectPath(metal3, "ippools")), { status: 404 });
    assert.throws(() => own.controller, /without controllers/);
  });

  it("keeps its objects when its API server is killed", async () => {
    const namespace = await own.namespace();
    await own.apiServer.kill();
    await assert.rejects(own.api.list("/api/v1/namespaces"), /ECONNREFUSED/);
    await own.apiServer.start();
    await own.api.get(`/api/v1/namespaces/${namespace}`);
  });

  it("leaves nothing, not even paused processes", async () => {
    const pids = [own.etcd.pid, own.apiServer.pid].map(Number);
    assert.deepEqual(pids.map(runs), [true, true]);
    own.apiServer.pause();
    await own.dispose();
    assert.deepEqual(pids.map(runs), [false, false]);
    assert.equal(existsSync(own.root), false);
  });
});
