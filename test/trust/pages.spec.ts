/**
 * Lists in pages, which the server forgets in the middle, while
 * others create and delete: all objects, each once, or an error.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { IP_ADDRESS } from "../../provider/api/metal3/kinds";
import { inParallel } from "../../provider/ipam/in-parallel";
import { type KubernetesStore, openKubernetesStore } from "../../provider/store/kubernetes/kubernetes-store";
import { isStoreError, type Stored } from "../../provider/store/store";
import { type Front, type Meddling, openFront, type Seen } from "../cluster/front";
import { openConnection } from "../store/kubernetes/connected";
import { type Cluster, eventually, type KubeObject, objectPath, useCluster } from "../testbed/cluster";
import { record } from "./figures";
import { count, itLong, randomFrom, seed } from "./scale";

const OBJECTS = count(1_101, 5_001);
const PAGES = Math.ceil(OBJECTS / 500);
const apiVersion = "ipam.metal3.io/v1alpha1";
const addressNamed = (name: string, index: number) => ({
  apiVersion,
  kind: "IPAddress",
  metadata: { name },
  spec: { address: `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`, claim: { name }, pool: { name: "net" } },
});
const continues = ({ verb, path }: Seen) => verb === "list" && path.includes("continue=");
const gone: Meddling = ({ answer }) =>
  answer
    .writeHead(410, { "content-type": "application/json" })
    .end(JSON.stringify({ kind: "Status", status: "Failure", code: 410, reason: "Expired", message: "too old" }));

describe(`lists in pages (seed ${seed})`, function () {
  const cluster = useCluster(this, { controllers: false });
  const random = randomFrom(seed);
  const began = performance.now();
  const counts = { lists: 0, missing: 0, doubled: 0, differing: 0, forgotten: 0 };
  let namespace: string;
  let front: Front;
  let store: KubernetesStore;
  let standing: KubeObject[];
  const path = (name?: string) => objectPath(apiVersion, "ipaddresses", namespace, name);

  before("objects", async () => {
    namespace = await cluster().namespace();
    const indexes = Array.from({ length: OBJECTS }, (_, index) => index);
    await inParallel(indexes, (index) => cluster().api.create(path(), addressNamed(`a-${index}`, index)));
    standing = await cluster().api.list(path());
    front = await openFront(cluster());
    store = openKubernetesStore(await openConnection({ path: await cluster().kubeconfig(front), env: {} }));
  });
  after(async () => {
    await store?.close();
    await front?.close();
    await cluster().api.delete(path());
    const { lists, missing, doubled, differing, forgotten } = counts;
    record({
      claim: 9,
      what: `lists of ${OBJECTS} objects in ${PAGES} pages, with 410 at any of them, and creates and deletes meanwhile`,
      outcome: `${missing} missing, ${doubled} twice, ${differing} not as in one list, in ${lists} lists (${forgotten} times 410)`,
      seconds: (performance.now() - began) / 1_000,
    });
  });
  beforeEach(() => {
    front.seen.length = 0;
    front.meddle = () => undefined;
  });

  /** The objects that a list lacks, has twice, or has with other content than one list of all. */
  async function examine(listed: readonly Stored[]): Promise<void> {
    const { missing, doubled, differing } = compare(standing, listed);
    counts.lists += 1;
    counts.missing += missing.length;
    counts.doubled += doubled.length;
    counts.differing += differing.length;
    assert.deepEqual({ missing, doubled, differing }, { missing: [], doubled: [], differing: [] });
  }

  /** 410 at these continued requests, counted from 1 over all tries. */
  function forget(at: readonly number[]): void {
    let asked = 0;
    front.meddle = (seen) => {
      if (!continues(seen) || !at.includes(++asked)) return undefined;
      counts.forgotten += 1;
      return gone;
    };
  }
  const requests = () => front.seen.filter(({ verb }) => verb === "list").length;
  const last = PAGES - 1;

  const rows: [what: string, forgottenAt: number[], requests: number][] = [
    ["never forgotten", [], PAGES],
    ["forgotten at the second page", [1], 2 + PAGES],
    ["forgotten at the second page, twice", [1, 2], 4 + PAGES],
    ["forgotten at the last page", [last], PAGES + PAGES],
    ["forgotten at the last page, and again at the last page", [last, 2 * last], 3 * PAGES],
    ["forgotten three times", [1, last + 1, last + 2], 2 + PAGES + 2 + PAGES],
  ];
  for (const [what, forgottenAt, expected] of rows) {
    it(`equal one list: ${what}`, async () => {
      forget(forgottenAt);
      const listed = await store.list(IP_ADDRESS, namespace);
      await examine(listed);
      assert.equal(listed.length, OBJECTS);
      assert.equal(requests(), expected);
    });
  }

  it("equal one list: forgotten at random", async () => {
    for (let round = 0; round < count(3, 20); round++) {
      const forgottenAt = new Set(Array.from({ length: 3 }, () => 1 + Math.floor(random() * 3 * last)));
      forget([...forgottenAt]);
      await examine(await store.list(IP_ADDRESS, namespace));
    }
  });

  it("are an error, and not a part, if the server forgets again and again", async () => {
    forget([1, 2, 3, 4]);
    await assert.rejects(store.list(IP_ADDRESS, namespace), (error) => isStoreError(error, "Unavailable"));
    assert.equal(requests(), 8);
  });

  it("have each permanent object once, while others come and go", async () => {
    let fresh = 0;
    const alive: string[] = [];
    const changes: Promise<unknown>[] = [];
    /** Names that sort before, among and after the permanent ones. */
    const change = () => {
      const name = `${["0", "a", "z"][fresh % 3]}-churn-${fresh}`;
      changes.push(
        cluster()
          .api.create(path(), addressNamed(name, 100_000 + fresh++))
          .then(() => alive.push(name)),
      );
      const old = random() < 0.5 ? alive.shift() : undefined;
      if (old !== undefined) changes.push(cluster().api.delete(path(old)));
    };
    for (let round = 0; round < count(3, 20); round++) {
      const forgottenAt = 1 + Math.floor(random() * last);
      let asked = 0;
      front.meddle = (seen) => {
        if (!continues(seen)) return undefined;
        for (let times = 0; times < 8; times++) change();
        if (++asked !== forgottenAt) return undefined;
        counts.forgotten += 1;
        return gone;
      };
      const listed = await store.list(IP_ADDRESS, namespace);
      await Promise.all(changes.splice(0));
      await examine(listed.filter(({ metadata }) => !metadata.name.includes("churn")));
      assert.equal(new Set(listed.map(({ metadata }) => metadata.name)).size, listed.length);
    }
    front.meddle = () => undefined;
    await inParallel(alive, (name) => cluster().api.delete(path(name)));
    await examine(await store.list(IP_ADDRESS, namespace));
  });

  // The server may still have the page in memory, and then gives no
  // 410 although etcd has forgotten it. Too unsure for each run.
  itLong("equal one list if etcd has compacted their revision, and the server answers 410", async () => {
    let answered410 = 0;
    let asked = 0;
    front.meddle = (seen) => {
      if (!continues(seen)) return undefined;
      return async ({ answer, pass }) => {
        if (++asked === 1) await compact(cluster(), namespace, seen.path);
        pass(undefined, (response) => {
          if (response.statusCode === 410) answered410 += 1;
          answer.writeHead(response.statusCode ?? 502, response.headers);
          response.pipe(answer);
        });
      };
    };
    await examine(await store.list(IP_ADDRESS, namespace));
    counts.forgotten += answered410;
    assert.deepEqual([answered410, requests()], [1, 2 + PAGES]);
  });

  it("would be found by this test if they were wrong, in each way", () => {
    const listed = standing as unknown as Stored[];
    const [first, second] = [listed[0]!, listed[1]!];
    const changed = { ...first, metadata: { ...first.metadata, resourceVersion: "0" } };
    assert.deepEqual(compare(standing, listed.slice(1)).missing, [first.metadata.name]);
    assert.deepEqual(compare(standing, [...listed, second]).doubled, [second.metadata.name]);
    assert.deepEqual(compare(standing, [changed, ...listed.slice(1)]).differing, [first.metadata.name]);
  });
});

function compare(expected: readonly KubeObject[], listed: readonly Stored[]) {
  const seen = new Map<string, number>();
  for (const { metadata } of listed) seen.set(metadata.name, (seen.get(metadata.name) ?? 0) + 1);
  const names = expected.map(({ metadata }) => metadata.name);
  const text = ({ metadata, spec }: KubeObject | Stored) =>
    JSON.stringify([metadata.name, metadata.uid, metadata.resourceVersion, spec]);
  const whole = new Set(expected.map(text));
  return {
    missing: names.filter((name) => !seen.has(name)),
    doubled: [...seen].filter(([, times]) => times > 1).map(([name]) => name),
    differing: listed.filter((object) => !whole.has(text(object))).map(({ metadata }) => metadata.name),
  };
}

/**
 * Makes etcd forget all old revisions, as an API server does every five minutes, and waits until the server does not
 * know the page any more.
 */
async function compact({ api, root }: Cluster, namespace: string, page: string): Promise<void> {
  const path = objectPath("v1", "configmaps", namespace);
  const { metadata } = await api.create(path, { metadata: { name: `now-${Date.now()}` } });
  const log = readFileSync(join(root, "etcd.log"), "utf8");
  const [, port] = /serving client traffic insecurely[^}]*127\.0\.0\.1:(\d+)"/.exec(log) ?? [];
  const ask = async (verb: string, body: object) => {
    const answer = await fetch(`http://127.0.0.1:${port}/v3/kv/${verb}`, {
      method: "POST",
      body: JSON.stringify(body),
    });
    assert.equal(answer.status, 200, await answer.text());
  };
  const base64 = (text: string) => Buffer.from(text).toString("base64");
  await ask("compaction", { revision: metadata.resourceVersion, physical: true });
  // API servers tell each other of it, and then drop older revisions from memory, too.
  await ask("put", { key: base64("compact_rev_key"), value: base64(String(metadata.resourceVersion)) });
  await eventually("the server has forgotten the page", async () => (await api.request("GET", page)).status === 410);
}
