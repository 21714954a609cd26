import assert from "node:assert/strict";
import type { KubernetesStore } from "../../provider/store/kubernetes/kubernetes-store";
import { claim, host, hosts, pool } from "../resources/declare";
import { useCluster } from "../testbed/cluster";
import { stackIn, storeOf } from "./stack";

describe("a stack in a cluster", function () {
  const cluster = useCluster(this);
  let store: KubernetesStore;
  before(async () => {
    store = await storeOf(cluster());
  });
  after(() => store?.close());

  it("is created, unchanged, and destroyed", async () => {
    const stack = stackIn(store, await cluster().namespace());
    const program = [pool(), host("a"), hosts(["b", "c"]), claim("v")];
    await stack.up(program);
    assert.deepEqual((await stack.preview(program)).steps, ["same net", "same a", "same rack", "same v"]);
    await stack.destroy();
    const list = await cluster().kubectl([
      "get",
      "-n",
      stack.namespace,
      "-o",
      "name",
      "ippools.ipam.metal3.io,ipclaims.ipam.metal3.io,ipaddresses.ipam.metal3.io,ipaddresses.ipam.cluster.x-k8s.io",
    ]);
    assert.equal(list, "");
  });
});
