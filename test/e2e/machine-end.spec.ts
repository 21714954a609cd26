/** The garbage collector of a real cluster deletes the claims that a Machine owns, when the Machine ends. */
import { eventually, type KubeObject, objectPath, useCluster } from "../testbed/cluster";
import { Machines } from "./machines";
import { CLUSTER } from "./reservations";

const METAL3 = "ipam.metal3.io/v1alpha1";
const CAPI = "ipam.cluster.x-k8s.io/v1beta2";

interface Address extends KubeObject {
  readonly spec: { readonly address: string };
}

/** A kind of claim: its pool's kind, and where its address is. */
interface Row {
  readonly title: string;
  readonly pool: readonly [apiVersion: string, resource: string, kind: string, spec: object];
  readonly claim: readonly [apiVersion: string, resource: string, kind: string, spec: object];
}

const range = { namePrefix: "net", pools: [{ start: "10.0.0.10", end: "10.0.0.10" }] };
const inClusterRange = { addresses: ["10.0.0.10"], prefix: 24, gateway: "10.0.0.1" };
const poolRef = (apiGroup: string, kind: string) => ({ poolRef: { apiGroup, kind, name: "net" } });

const rows: readonly Row[] = [
  {
    title: "an IPClaim of Metal3",
    pool: [METAL3, "ippools", "IPPool", range],
    claim: [METAL3, "ipclaims", "IPClaim", { pool: { name: "net" } }],
  },
  {
    title: "an IPAddressClaim of a Metal3 pool",
    pool: [METAL3, "ippools", "IPPool", range],
    claim: [CAPI, "ipaddressclaims", "IPAddressClaim", poolRef("ipam.metal3.io", "IPPool")],
  },
  {
    title: "an IPAddressClaim of an in-cluster pool",
    pool: ["ipam.cluster.x-k8s.io/v1alpha2", "inclusterippools", "InClusterIPPool", inClusterRange],
    claim: [CAPI, "ipaddressclaims", "IPAddressClaim", poolRef("ipam.cluster.x-k8s.io", "InClusterIPPool")],
  },
];

describe("the end of a Machine", function () {
  const cluster = useCluster(this, { capm3: true, inCluster: true });

  for (const { title, pool, claim } of rows) {
    it(`frees the address of ${title}`, async () => {
      const { api } = cluster();
      const namespace = await cluster().namespace("end");
      const machines = new Machines(cluster(), namespace, CLUSTER);
      await machines.createCluster();
      const create = ([apiVersion, resource, kind, spec]: Row["pool"], name: string, ownerReferences: object[] = []) =>
        api.create(objectPath(apiVersion, resource, namespace), {
          ...{ apiVersion, kind, metadata: { name, ownerReferences }, spec },
        });
      const addresses = () => api.list<Address>(objectPath(claim[0], "ipaddresses", namespace));
      const isServed = () =>
        eventually("the claim has the address", async () => (await addresses())[0]?.spec.address === "10.0.0.10");
      await create(pool, "net");
      const machine = await machines.createMachine("gone");
      const { uid } = machine.metadata;
      await create(claim, "old", [{ apiVersion: "cluster.x-k8s.io/v1beta2", kind: "Machine", name: "gone", uid }]);
      await isServed();

      await api.delete(machines.path("machine", "gone"));
      const claims = objectPath(claim[0], claim[1], namespace);
      await eventually("claim and address are gone", async () =>
        [await api.list(claims), await addresses()].every((left) => left.length === 0),
      );
      await create(claim, "new");
      await isServed();
    });
  }
});
