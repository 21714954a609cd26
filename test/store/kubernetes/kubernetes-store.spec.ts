import assert from "node:assert/strict";
import { CAPI_IP_ADDRESS, CLUSTER } from "../../../provider/api/capi/kinds";
import { NAMESPACE } from "../../../provider/api/kinds";
import { IP_ADDRESS, IP_CLAIM, IP_POOL } from "../../../provider/api/metal3/kinds";
import { type KubernetesStore, openKubernetesStore } from "../../../provider/store/kubernetes/kubernetes-store";
import type { Store } from "../../../provider/store/store";
import { eventually, objectPath, useCluster } from "../../testbed/cluster";
import { describeStoreContract, rejects } from "../contract";
import { addressManifest, poolManifest } from "../manifests";
import { openConnection } from "./connected";
import { empty, openOn } from "./opened";

describe("kubernetes store", function () {
  const cluster = useCluster(this, { controllers: false });
  let opened: KubernetesStore | undefined;
  afterEach(() => opened?.close());

  const open = async (): Promise<KubernetesStore> => {
    opened = await openOn(cluster());
    return opened;
  };

  before(async () => {
    const { api } = cluster();
    if ((await api.find(objectPath("v1", "namespaces", undefined, "other"))) === undefined)
      await api.create(objectPath("v1", "namespaces"), { metadata: { name: "other" } });
  });

  describeStoreContract("kubernetes store", async () => {
    for (const namespace of ["default", "other"]) await empty(cluster(), namespace);
    const store = await openOn(cluster());
    return { store, close: () => store.close() };
  });

  it("lists 1,201 objects to the end, each once, sorted", async () => {
    const store = await open();
    const namespace = await cluster().namespace();
    const names = Array.from({ length: 1201 }, (_, index) => `a-${String(index).padStart(4, "0")}`);
    await Promise.all(names.map((name) => store.create(IP_ADDRESS, addressManifest(name, namespace))));
    const listed = await store.list(IP_ADDRESS, namespace);
    assert.deepEqual(
      listed.map(({ metadata }) => metadata.name),
      names,
    );
    assert.deepEqual(listed[600], await store.get(IP_ADDRESS, { namespace, name: names[600]! }));
  });

  it("names the missing namespace, and says how to create it", async () => {
    const store = await open();
    await assert.rejects(store.create(IP_POOL, poolManifest("pool1", "nowhere")), {
      reason: "NotFound",
      message:
        /namespace nowhere does not exist\. Create it first, with `kubectl create namespace nowhere` or in the program\./,
    });
    assert.equal(await store.get(IP_POOL, { namespace: "nowhere", name: "pool1" }), undefined);
    assert.deepEqual(await store.list(IP_POOL, "nowhere"), []);
  });

  it("reads cluster-scoped kinds", async () => {
    const store = await open();
    const { metadata, apiVersion, kind } = (await store.get(NAMESPACE, { name: "default" }))!;
    assert.deepEqual([apiVersion, kind, metadata.name], ["v1", "Namespace", "default"]);
    const all = await store.list(NAMESPACE);
    assert.ok(all.every((each) => each.apiVersion === "v1" && each.kind === "Namespace"));
  });

  it("quotes the server if a user lacks a right", async () => {
    const path = await cluster().kubeconfig({ user: "alice" });
    opened = openKubernetesStore(await openConnection({ path, env: {} }));
    await assert.rejects(opened.create(IP_POOL, poolManifest("pool1")), {
      reason: "Forbidden",
      message:
        /^Cannot create IPPool default\/pool1 on 127\.0\.0\.1:\d+: .*User "alice" cannot create resource "ippools" in API group "ipam\.metal3\.io" in the namespace "default"\.$/,
    });
  });

  it("authenticates by a client certificate", async () => {
    const path = await cluster().kubeconfig({ user: "erin" });
    opened = openKubernetesStore(await openConnection({ path, env: {} }));
    await assert.rejects(opened.list(IP_POOL, "default"), /User "erin" cannot list resource/);
  });

  it("keeps an object that has finalizers until they are gone", async () => {
    const store = await open();
    const namespace = await cluster().namespace();
    const key = { namespace, name: "pool1" };
    const pool = poolManifest("pool1", namespace);
    await store.create(IP_POOL, { ...pool, metadata: { ...pool.metadata, finalizers: ["test/held"] } });
    await store.remove(IP_POOL, key);
    await store.remove(IP_POOL, key); // a second time, as kubectl may
    assert.ok((await store.get(IP_POOL, key))?.metadata.deletionTimestamp);
    await store.patch(IP_POOL, key, { metadata: { finalizers: null } });
    assert.equal(await store.get(IP_POOL, key), undefined);
  });

  it("drops fields that the CRD does not know, and keeps ownerReferences", async () => {
    const store = await open();
    const namespace = await cluster().namespace();
    const owner = { apiVersion: "v1", kind: "ConfigMap", name: "c", uid: "u" };
    const pool = poolManifest("pool1", namespace);
    const metadata = { ...pool.metadata, ownerReferences: [owner] };
    const created = await store.create(IP_POOL, { ...pool, metadata, extra: 1 });
    assert.deepEqual([created.extra, created.metadata.ownerReferences], [undefined, [owner]]);
  });

  it("is the same target for each user and each address", async () => {
    const targets = await Promise.all(
      [{}, { user: "alice" }, { server: cluster().server.replace("127.0.0.1", "localhost") }].map(async (spec) => {
        const { target } = await openConnection({ path: await cluster().kubeconfig(spec), env: {} });
        return target;
      }),
    );
    assert.equal(new Set(targets.map(({ id }) => id)).size, 1);
    assert.match(targets[2]!.description, /^cluster testbed \(https:\/\/localhost:\d+\)$/);
  });

  it("knows which kinds are served", async () => {
    const { apiServer } = await open();
    assert.deepEqual(await apiServer.served(CAPI_IP_ADDRESS), CAPI_IP_ADDRESS);
    assert.deepEqual(await apiServer.served({ ...CLUSTER, version: "v9" }), { ...CLUSTER, version: "v1beta2" });
    assert.equal(await apiServer.served({ ...CLUSTER, plural: "clutters" }), undefined);
  });

  it("finds kinds by their names", async () => {
    const { apiServer } = await open();
    assert.deepEqual(await apiServer.named(CLUSTER.group, "Cluster"), CLUSTER);
    assert.deepEqual(await apiServer.named("", "Namespace"), NAMESPACE);
    assert.equal(await apiServer.named(CLUSTER.group, "Clutter"), undefined);
    assert.equal(await apiServer.named("example.org", "Cluster"), undefined);
  });

  it("watches", async () => {
    const store = await open();
    const namespace = await cluster().namespace();
    const key = { namespace, name: "pool1" };
    await store.create(IP_POOL, poolManifest("before", namespace));
    const told: string[] = [];
    const watch = store.apiServer.watch(IP_POOL, namespace, {
      seen: ({ metadata }) => told.push(`seen ${metadata.name} ${metadata.annotations?.note ?? ""}`),
      gone: ({ name }) => told.push(`gone ${name}`),
      failed: (error) => told.push(error.message),
    });
    await eventually("the first is seen", () => told.length === 1);
    await store.create(IP_POOL, poolManifest("pool1", namespace));
    await store.patch(IP_POOL, key, { metadata: { annotations: { note: "new" } } });
    await store.remove(IP_POOL, key);
    await eventually("all is told", () => told.length === 4);
    assert.deepEqual(told, ["seen before ", "seen pool1 ", "seen pool1 new", "gone pool1"]);
    watch.close();
    await cluster().api.delete(objectPath("ipam.metal3.io/v1alpha1", "ippools", namespace, "before"));
    await store.list(IP_POOL, namespace);
    assert.equal(told.length, 4);
  });
});

describe("kubernetes store: Metal3's webhooks", function () {
  const cluster = useCluster(this);

  it("refuse an invalid object: the message is theirs, and not about rights", async () => {
    const store = await openOn(cluster());
    const namespace = await cluster().namespace();
    const pool = poolManifest("pool1", namespace);
    const backwards = { ...pool, spec: { namePrefix: "p", pools: [{ start: "10.0.0.30", end: "10.0.0.10" }] } };
    await assert.rejects(store.create(IP_POOL, backwards), {
      reason: "Invalid",
      message:
        /^Cannot create IPPool \S+ on 127\.0\.0\.1:\d+: admission webhook "\S+" denied the request: .*spec\.pools/,
    });
    await store.create(IP_POOL, pool);
    const renamed = store.patch(IP_POOL, { namespace, name: "pool1" }, { spec: { namePrefix: "other" } });
    await assert.rejects(renamed, { reason: "Invalid", message: /namePrefix/ });
    await store.remove(IP_POOL, { namespace, name: "pool1" });
    await store.close();
  });
});

describe("kubernetes store: without Metal3", function () {
  const cluster = useCluster(this, { crds: false });

  it("names the missing CRDs for every verb", async () => {
    const store = await openOn(cluster());
    const key = { namespace: "default", name: "pool1" };
    const verbs: ((store: Store) => Promise<unknown>)[] = [
      (store) => store.get(IP_POOL, key),
      (store) => store.list(IP_POOL),
      (store) => store.create(IP_POOL, poolManifest("pool1")),
      (store) => store.patch(IP_POOL, key, { spec: {} }),
      (store) => store.remove(IP_POOL, key),
      (store) => store.remove(IP_POOL, key, { uid: "u" }),
    ];
    for (const verb of verbs) {
      await assert.rejects(verb(store), {
        reason: "NotInstalled",
        message: /the API server does not know IPPool \(ipam\.metal3\.io\/v1alpha1\)\. Install Metal3 IPAM's CRDs\.$/,
      });
    }
    await rejects("NotInstalled", store.get(CAPI_IP_ADDRESS, key));
    assert.equal(await store.apiServer.served(IP_CLAIM), undefined);
    const failed = await new Promise((resolve) => {
      store.apiServer.watch(IP_CLAIM, "default", { seen: () => undefined, gone: () => undefined, failed: resolve });
    });
    assert.match(String(failed), /the API server does not know IPClaim /);
    await store.close();
  });
});
