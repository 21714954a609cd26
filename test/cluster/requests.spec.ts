/** What a stack costs an API server, counted by a proxy in front of it. `without-capi.spec.ts` has single locks. */
import assert from "node:assert/strict";
import type { KubernetesStore } from "../../provider/store/kubernetes/kubernetes-store";
import { claim, host, hosts } from "../resources/declare";
import { useCluster } from "../testbed/cluster";
import { createAll, names, wide } from "./crowd";
import { type Front, openFront } from "./front";
import { stackIn, storeOf } from "./stack";

describe("requests to an API server with CAPI", function () {
  const cluster = useCluster(this, { controllers: false });
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

  it("a set of 1,000 is two objects a host and one PATCH, and a preview of it seven lists", async () => {
    const stack = stackIn(store, await cluster().namespace());
    const program = [wide(), hosts(names(1_000))];
    await stack.up(program);
    assert.deepEqual(front.counted(), {
      // Preview and update are a process each here. What is served is asked once in the life of a store: /apis/<group>
      // for its versions, /apis/<group>/<version> for its kinds.
      "discover ipam.cluster.x-k8s.io": 2,
      "list ippools.ipam.metal3.io": 2,
      "list ippools.ipam.metal3.io everywhere": 2, // would they meet? A warning only.
      "list ipaddresses.ipam.metal3.io": 2,
      "list ipaddresses.ipam.cluster.x-k8s.io": 2,
      "get namespaces": 2, // is it there? A new pool's check warns.
      "create ippools.ipam.metal3.io": 1,
      "create ipaddresses.ipam.cluster.x-k8s.io": 1_000,
      "create ipaddresses.ipam.metal3.io": 1_000,
      "get ippools.ipam.metal3.io": 2, // once before the locks, once after them for the PATCH's resourceVersion
      "patch ippools.ipam.metal3.io": 1,
      // Which claims live, and what do the unserved ones ask for? Once more at the end: has one been served meanwhile?
      "list ipclaims.ipam.metal3.io": 3,
    });

    assert.deepEqual((await stack.preview(program)).steps, ["same net", "same rack"]);
    assert.deepEqual(front.counted(), {
      "list ippools.ipam.metal3.io": 1,
      "list ippools.ipam.metal3.io everywhere": 1,
      "list ipaddresses.ipam.metal3.io": 2, // pages of 500
      "list ipaddresses.ipam.cluster.x-k8s.io": 2,
      "list ipclaims.ipam.metal3.io": 1,
    });
  });

  it("300 single reservations are listed by a preview as one, whichever kinds stand beside them", async () => {
    const stack = stackIn(store, await cluster().namespace());
    const singles = names(300).map((name) => host(name));
    await stack.up([wide(), claim("v")]);
    await createAll(stack, singles);
    front.counted();

    const { steps } = await stack.preview([wide(), claim("v"), ...singles]);
    assert.deepEqual([...new Set(steps.map((step) => step.split(" ")[0]))], ["same"]);
    assert.deepEqual(front.counted(), {
      "list ippools.ipam.metal3.io": 1,
      "list ippools.ipam.metal3.io everywhere": 1,
      "list ipaddresses.ipam.metal3.io": 1,
      "list ipaddresses.ipam.cluster.x-k8s.io": 1,
      "list ipclaims.ipam.metal3.io": 1, // one list, however many there are
    });
  });
});
