/** Metal3's CRDs without Cluster API's: a lock is one object, and everything works. */
import assert from "node:assert/strict";
import { IP_ADDRESS } from "../../provider/api/metal3/kinds";
import type { KubernetesStore } from "../../provider/store/kubernetes/kubernetes-store";
import { addressClaim, claim, host, hosts, pool } from "../resources/declare";
import { useCluster } from "../testbed/cluster";
import { createAll, names, wide } from "./crowd";
import { type Front, openFront } from "./front";
import { stackIn, storeOf } from "./stack";

describe("a cluster without CAPI", function () {
  const cluster = useCluster(this, { crds: "metal3" });
  let front: Front;
  let store: KubernetesStore;
  beforeEach(async () => {
    front = await openFront(cluster());
    store = await storeOf(cluster(), front);
  });
  afterEach(async () => {
    await store.close();
    await front.close();
  });

  it("reserves, changes, shows drift, repairs and releases with single locks", async () => {
    const stack = stackIn(store, await cluster().namespace());
    const of = { clusterName: "metal" }; // a Cluster of a kind that this API server does not have
    const program = [pool(of), host("a", { address: "10.0.0.11" }), hosts(["b", "c"]), claim("v")];
    await stack.up(program);
    assert.equal((await store.list(IP_ADDRESS, stack.namespace)).length, 4);

    const moved = [pool(of), host("a", { address: "10.0.0.19" }), hosts(["c"]), claim("v")];
    assert.deepEqual(await stack.up(moved), ["same net", "update a", "update rack", "same v"]);
    const entry = { spec: { preAllocations: { "a-net": "10.0.0.18" } } };
    await cluster().kubectl([
      ...["patch", "-n", stack.namespace, "ippools.ipam.metal3.io/net"],
      ...["--type=merge", "-p", JSON.stringify(entry)],
    ]);
    const [line] = (await stack.preview(moved)).drift;
    assert.match(
      String(line),
      /^a: found 10\.0\.0\.18 in IPPool \S+\/net, expected 10\.0\.0\.19 \(changed by kubectl-patch at 20/,
    );
    await stack.up(moved);
    assert.deepEqual((await stack.preview(moved)).drift, []);
    await stack.destroy();
    const left = "ippools.ipam.metal3.io,ipclaims.ipam.metal3.io,ipaddresses.ipam.metal3.io";
    assert.equal(await cluster().kubectl(["get", "-n", stack.namespace, "-o", "name", left]), "");
    assert.deepEqual(
      Object.keys(front.counted())
        .filter((row) => /cluster\.x-k8s\.io/.test(row))
        .sort(),
      ["discover cluster.x-k8s.io", "discover ipam.cluster.x-k8s.io"],
    );
  });

  it("refuses an IPAddressClaim, and names the CRD", async () => {
    const stack = stackIn(store, await cluster().namespace());
    const { message } = await stack.preview([addressClaim("v")]).then(
      () => assert.fail("previewed"),
      (error: Error) => error,
    );
    assert.match(
      message,
      /the API server does not know IPAddressClaim \(ipam\.cluster\.x-k8s\.io\/v1beta2\)\. Install Cluster API's CRDs\. If you mean another/,
    );
  });

  it("a set of 200 costs 200 locks and one PATCH", async () => {
    const stack = stackIn(store, await cluster().namespace());
    await stack.up([wide()]);
    front.counted();
    await createAll(stack, [hosts(names(200))]);
    assert.deepEqual(front.counted(), {
      "list ippools.ipam.metal3.io": 1,
      "list ipaddresses.ipam.metal3.io": 1,
      "get ippools.ipam.metal3.io": 1, // before the locks
      "create ipaddresses.ipam.metal3.io": 200,
      "list ipclaims.ipam.metal3.io": 2, // which are live, and was one of them served meanwhile?
      "patch ippools.ipam.metal3.io": 1,
    });
  });

  it("200 reservations, sixteen at a time, cost 200 locks, and share their PATCHes", async () => {
    const stack = stackIn(store, await cluster().namespace());
    await stack.up([wide()]);
    front.counted();
    await createAll(
      stack,
      names(200).map((name) => host(name)),
    );
    const counted = front.counted();
    const { "patch ippools.ipam.metal3.io": patches = 0, "get ippools.ipam.metal3.io": gets = 0, ...others } = counted;
    assert.deepEqual(others, {
      "list ippools.ipam.metal3.io": 1,
      "list ipaddresses.ipam.metal3.io": 1,
      "list ipclaims.ipam.metal3.io": 1,
      "create ipaddresses.ipam.metal3.io": 200,
      "get ipclaims.ipam.metal3.io": 200,
    });
    // Creates that wait during one PATCH go into the next one. At most sixteen can wait.
    assert.ok(patches >= 200 / 16 && patches <= 200 / 2, `${patches} PATCHes`);
    // Each reads the pool before it creates its lock, and each PATCH does. Reads at the same time share an answer.
    const looks = gets - patches;
    assert.ok(looks >= 200 / 16 && looks <= 200 / 2, `${looks} looks`);
  });
});
