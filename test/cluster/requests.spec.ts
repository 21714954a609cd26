/** The requests of a stack, counted by a proxy in front of the API server. `without-capi.spec.ts` has single locks. */
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

  it("a set of 1,000 costs two objects for each host and one PATCH, and its preview costs seven lists", async () => {
    const stack = stackIn(store, await cluster().namespace());
    const program = [wide(), hosts(names(1_000))];
    await stack.up(program);
    assert.deepEqual(front.counted(), {
      // Preview and update are one process each here. A store asks once in its life what is served: /apis/<group>
      // for its versions, /apis/<group>/<version> for its kinds.
      "discover ipam.cluster.x-k8s.io": 2,
      "list ippools.ipam.metal3.io": 2,
      "list ippools.ipam.metal3.io everywhere": 2, // do they overlap? Only a warning.
      "list ipaddresses.ipam.metal3.io": 2,
      "list ipaddresses.ipam.cluster.x-k8s.io": 2,
      "get namespaces": 2, // does it exist? The check of a new pool warns.
      "create ippools.ipam.metal3.io": 1,
      "create ipaddresses.ipam.cluster.x-k8s.io": 1_000,
      "create ipaddresses.ipam.metal3.io": 1_000,
      "get ippools.ipam.metal3.io": 1, // before the locks
      "patch ippools.ipam.metal3.io": 1,
      // Which claims are live, and what do the unserved ones ask for? And at the end: was one served meanwhile?
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

  it("300 single reservations cost a preview the same lists as one, with other kinds in the program, too", async () => {
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
      "list ipclaims.ipam.metal3.io": 1, // one list for any number
    });
  });
});
