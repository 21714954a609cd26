/** IPAddressClaims of InClusterIPPools, under Cluster API's in-cluster provider. */
import assert from "node:assert/strict";
import { claimedAddresses, type Pools } from "../cluster/claimed-addresses";
import { grant, rightsIn } from "../cluster/rights";
import { type Site, useSite } from "../cluster/site";
import { stackIn, storeOf } from "../cluster/stack";
import { addressClaim } from "../resources/declare";
import { eventually } from "../testbed/cluster";

const LAB = { apiGroup: "ipam.cluster.x-k8s.io", kind: "InClusterIPPool", name: "net" };
const asked = (args: object = {}) => addressClaim("v", { poolRef: LAB, ...args });

const IN_CLUSTER: Pools = {
  ...LAB,
  create: (site, name, last) => createPool(site, name, { addresses: [`10.0.0.10-10.0.0.${last}`] }),
  full: /IPAddressClaim \S+\/w has no address of InClusterIPPool net yet \(waited 2 s\), and no condition says why\. /,
  waits: true,
};

async function createPool(site: Site, name: string, spec: object): Promise<void> {
  await site.create("inClusterPool", name, { spec: { prefix: 24, gateway: "10.0.0.1", ...spec } });
}

describe("IPAddressClaims of an InClusterIPPool", function () {
  const site = useSite(this, { capm3: true, inCluster: true });
  claimedAddresses(IN_CLUSTER, site);

  it("are gone after a destroy, also if the pool holds freed addresses back", async () => {
    const here = await site();
    await createPool(here, "net", { addresses: ["10.0.0.10-10.0.0.19"], addressReuseGracePeriodSeconds: 3 });
    const stack = here.stack();
    await stack.up([asked()]);
    const impatient = here.stack(undefined, { controllerWaitMs: 500 });
    impatient.state = new Map(stack.state);
    await assert.rejects(impatient.destroy(), {
      kind: "unfinished",
      message:
        /^IPAddressClaim \S+\/v is still being deleted, because of its finalizers: .*`addressReuseGracePeriodSeconds`\./,
    });
    const [line] = (await stack.preview([asked()])).drift;
    assert.match(String(line), /^IPAddressClaim \S+\/v is being deleted \(since 20/);
    await stack.destroy();
    assert.deepEqual([await here.list("capiClaim"), await here.list("capiAddress")], [[], []]);
  });

  it("of a Machine that ends go with it, and a user with the rights of deploy/rbac is told so", async () => {
    const here = await site();
    await createPool(here, "net", { addresses: ["10.0.0.10-10.0.0.19"] });
    await grant(here.cluster, here.namespace, "writer", rightsIn("writer"));
    const store = await storeOf(here.cluster, { user: await here.cluster.user("wendy", ["metal3-ipam-writers"]) });
    try {
      const stack = stackIn(store, here.namespace);
      const { uid } = (await here.create("machine", "cp-0", MACHINE)).metadata;
      const owner = { apiVersion: "cluster.x-k8s.io/v1beta2", kind: "Machine", name: "cp-0", uid };
      await stack.up([asked({ ownerReferences: [owner] })]);
      await here.delete("machine", "cp-0");
      await eventually("the claim is gone", async () => (await here.list("capiAddress")).length === 0);
      await assert.rejects(stack.preview([asked({ ownerReferences: [owner] })]), {
        message:
          `v: ownerReferences[0]: Machine cp-0 (uid ${uid}) is gone. Kubernetes deletes a claim when its last owner is gone. ` +
          "Remove the claim, or name another owner.",
      });
      await stack.up([asked()]);
      await stack.destroy();
    } finally {
      await store.close();
    }
  });
});

const MACHINE = {
  spec: {
    clusterName: "c",
    bootstrap: { dataSecretName: "none" },
    infrastructureRef: { apiGroup: "example.org", kind: "Example", name: "cp-0" },
  },
};
