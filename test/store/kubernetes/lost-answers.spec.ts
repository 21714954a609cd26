import assert from "node:assert/strict";
import { IP_POOL } from "../../../provider/api/metal3/kinds";
import { API_CALL } from "../../../provider/store/kubernetes/call";
import { type KubernetesStore, openKubernetesStore } from "../../../provider/store/kubernetes/kubernetes-store";
import { systemTiming, type Timing } from "../../../provider/store/kubernetes/timing";
import { isStoreError } from "../../../provider/store/store";
import { eventually, objectPath, startCluster, useCluster } from "../../testbed/cluster";
import { annotate, rejects } from "../contract";
import { poolManifest } from "../manifests";
import { openConnection } from "./connected";
import { CuttingRelay } from "./cutting-relay";
import { openOn } from "./opened";

const UNIQUE = "test/token";

describe("kubernetes store: answers that the network loses", function () {
  const cluster = useCluster(this, { controllers: false });
  let relay: CuttingRelay;
  let store: KubernetesStore;
  let namespace: string;

  const key = (name = "pool1") => ({ namespace, name });
  const marked = (name = "pool1", token = "mine") => poolManifest(name, namespace, { [UNIQUE]: token });
  const live = (name = "pool1") =>
    cluster().api.find(objectPath("ipam.metal3.io/v1alpha1", "ippools", namespace, name));

  beforeEach(async () => {
    namespace = await cluster().namespace();
    relay = await CuttingRelay.before(cluster().server);
    const path = await cluster().kubeconfig({ server: relay.url });
    store = openKubernetesStore(await openConnection({ path, env: {} }), { uniqueAnnotation: UNIQUE });
    // One connection is there, and no other on its way: what is lost is no handshake.
    await store.get(IP_POOL, key());
    // undici takes a connection for busy until the next turn.
    await new Promise((turn) => setImmediate(turn));
  });
  afterEach(async () => {
    await store.close();
    await relay.close();
  });

  it("create: the object is ours by its unique value", async () => {
    relay.loseNextAnswer();
    const created = await store.create(IP_POOL, marked());
    assert.equal(relay.cuts, 1);
    assert.equal((await live())?.metadata.uid, created.metadata.uid);
    assert.equal((await live())?.metadata.generation, 1);
  });

  it("create: it may be another writer's if it has no unique value", async () => {
    relay.loseNextAnswer();
    await rejects("AlreadyExists", store.create(IP_POOL, poolManifest("pool1", namespace)));
    assert.notEqual(await live(), undefined);
  });

  it("create: a request that never reached the server is sent again", async () => {
    relay.loseNextRequest();
    const created = await store.create(IP_POOL, marked());
    assert.equal(relay.cuts, 1);
    assert.equal((await live())?.metadata.uid, created.metadata.uid);
  });

  it("patch: it was done, once", async () => {
    const { metadata } = await store.create(IP_POOL, marked());
    relay.loseNextAnswer();
    const change = { spec: { preAllocations: { "host-0-pool1": "10.0.0.11" } } };
    const patched = await store.patch(IP_POOL, key(), change, { resourceVersion: metadata.resourceVersion });
    assert.equal(relay.cuts, 1);
    assert.equal(patched.metadata.resourceVersion, (await live())?.metadata.resourceVersion);
    assert.equal((await live())?.metadata.generation, 2);
  });

  it("patch: another writer's change is a conflict", async () => {
    const { metadata } = await store.create(IP_POOL, marked());
    await store.patch(IP_POOL, key(), annotate("other", "1"));
    relay.loseNextAnswer();
    await rejects("Conflict", store.patch(IP_POOL, key(), annotate("mine", "1"), metadata));
    assert.equal(relay.cuts, 1);
  });

  it("remove: it was done", async () => {
    const { metadata } = await store.create(IP_POOL, marked());
    relay.loseNextAnswer();
    await store.remove(IP_POOL, key(), { uid: metadata.uid, resourceVersion: metadata.resourceVersion });
    assert.deepEqual([relay.cuts, await live()], [1, undefined]);
  });

  it("remove: an object that finalizers keep counts as removed", async () => {
    const held = marked();
    const { metadata } = await store.create(IP_POOL, {
      ...held,
      metadata: { ...held.metadata, finalizers: ["test/held"] },
    });
    relay.loseNextAnswer();
    await store.remove(IP_POOL, key(), { uid: metadata.uid });
    assert.ok((await live())?.metadata.deletionTimestamp);
    await store.patch(IP_POOL, key(), { metadata: { finalizers: null } });
    assert.equal(await live(), undefined);
  });

  it("in a storm: each create and each change counts once", async () => {
    let piece = 0;
    relay.losesAnswer = () => ++piece % 7 === 0;
    relay.losesRequest = () => ++piece % 11 === 0;
    const names = Array.from({ length: 40 }, (_, index) => `pool-${index}`);
    const created = await Promise.all(names.map((name) => store.create(IP_POOL, marked(name, `token-${name}`))));
    const uids = await Promise.all(names.map(async (name) => (await live(name))?.metadata.uid));
    assert.deepEqual(
      created.map(({ metadata }) => metadata.uid),
      uids,
    );

    const counts = await Promise.all(["a", "b", "c", "d"].map((writer) => countUp(writer, 8)));
    const annotations = (await live("pool-0"))?.metadata.annotations ?? {};
    assert.deepEqual(
      ["a", "b", "c", "d"].map((writer) => Number(annotations[writer])),
      counts,
    );

    await Promise.all(created.map(({ metadata: { name, uid } }) => store.remove(IP_POOL, key(name), { uid })));
    assert.deepEqual(await store.list(IP_POOL, namespace), []);
    assert.ok(relay.cuts > 20, `${relay.cuts} cuts`);
  });

  /** One more, `times` times, each by compare-and-swap; how often it succeeded. */
  async function countUp(writer: string, times: number): Promise<number> {
    let successes = 0;
    while (successes < times) {
      const pool = await store.get(IP_POOL, key("pool-0"));
      const { annotations, resourceVersion } = pool!.metadata;
      assert.equal(Number(annotations?.[writer] ?? 0), successes);
      try {
        await store.patch(IP_POOL, key("pool-0"), annotate(writer, String(successes + 1)), { resourceVersion });
        successes += 1;
      } catch (error) {
        if (!isStoreError(error, "Conflict")) throw error;
      }
    }
    return successes;
  }
});

describe("kubernetes store: a server that fails", () => {
  it("is killed and started again, or freezes, during writes: nothing is lost or done twice", async function () {
    this.timeout(30 * 60_000); // a cold machine builds the tools first
    const cluster = await startCluster({ controllers: false });
    let pauses = 0;
    // A server that starts asks for 5 s of patience, more than the test has.
    const sleep: Timing["sleep"] = (delayMs, signal) => {
      pauses += 1;
      return systemTiming.sleep(Math.min(delayMs, 250), signal);
    };
    const policy = { ...API_CALL, attemptMs: 500, leastMs: 500, deadlineMs: 60_000 };
    const store = await openOn(cluster, { uniqueAnnotation: UNIQUE, policy, timing: { ...systemTiming, sleep } });
    try {
      const namespace = await cluster.namespace();
      const create = (name: string) => store.create(IP_POOL, poolManifest(name, namespace, { [UNIQUE]: name }));
      const range = (from: number) => Array.from({ length: 60 }, (_, index) => `pool-${from + index}`);

      const whenKilled = range(100).map(create);
      await Promise.race(whenKilled);
      await cluster.apiServer.kill();
      await cluster.apiServer.start();
      const first = await Promise.all(whenKilled);

      cluster.apiServer.pause();
      const whenFrozen = range(200).map(create);
      const before = pauses;
      await eventually("requests have been given up", () => pauses > before + 60);
      cluster.apiServer.resume();
      const second = await Promise.all(whenFrozen);

      const there = new Map(
        (await store.list(IP_POOL, namespace)).map(({ metadata }) => [metadata.name, metadata.uid]),
      );
      assert.equal(there.size, 120);
      for (const { metadata } of [...first, ...second]) assert.equal(there.get(metadata.name), metadata.uid);
    } finally {
      await store.close();
      await cluster.dispose();
    }
  });
});
