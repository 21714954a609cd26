/** `deploy/rbac` has the rights that the provider needs, and no more. */
import assert from "node:assert/strict";
import type { KubernetesStore } from "../../provider/store/kubernetes/kubernetes-store";
import type { Stack } from "../resources/program";
import { eventually, type KubeconfigSpec, objectPath, useCluster } from "../testbed/cluster";
import { openFront } from "./front";
import { allowedOf, isOptional, type Right, refusal, rightsFolder, rightsIn, rightText } from "./rights";
import { Site } from "./site";
import { stackIn, storeOf } from "./stack";
import { changed, life, namespaceWithCluster, program, same, whileAsleep } from "./whole-life";

const writers = ["metal3-ipam-writers"];
const readers = ["metal3-ipam-readers"];

const resources = [
  { group: "ipam.metal3.io", resource: "ippools" },
  { group: "ipam.metal3.io", resource: "ipclaims" },
  { group: "ipam.metal3.io", resource: "ipaddresses" },
  { group: "ipam.cluster.x-k8s.io", resource: "ipaddresses" },
  { group: "ipam.cluster.x-k8s.io", resource: "ipaddressclaims" },
  { group: "cluster.x-k8s.io", resource: "clusters" },
  { group: "cluster.x-k8s.io", resource: "machines" },
  { group: "metal3.io", resource: "baremetalhosts" },
  { group: "", resource: "namespaces" },
  { group: "", resource: "secrets" },
];
const verbs = ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"];
const all: readonly Right[] = resources.flatMap((of) => verbs.map((verb) => ({ ...of, verb })));

/** Each `<verb> <resource>`. */
const listed = (...rows: [verbs: string, resource: string][]): string[] =>
  rows.flatMap(([verbs, resource]) => verbs.split(" ").map((verb) => `${verb} ${resource}`));

const forReaders = listed(
  ["get list", "ippools.ipam.metal3.io"],
  ["get list", "ipclaims.ipam.metal3.io"],
  ["get list", "ipaddresses.ipam.metal3.io"],
  ["get list", "ipaddresses.ipam.cluster.x-k8s.io"],
  ["get list", "ipaddressclaims.ipam.cluster.x-k8s.io"],
  ["get", "clusters.cluster.x-k8s.io"],
  ["get", "machines.cluster.x-k8s.io"],
);
const forWriters = listed(
  ["get list create patch delete", "ippools.ipam.metal3.io"],
  ["get list watch create patch delete", "ipclaims.ipam.metal3.io"],
  ["get list create patch delete", "ipaddresses.ipam.metal3.io"],
  ["get list create patch delete", "ipaddresses.ipam.cluster.x-k8s.io"],
  ["get list watch create patch delete", "ipaddressclaims.ipam.cluster.x-k8s.io"],
  ["get", "clusters.cluster.x-k8s.io"],
  ["get", "machines.cluster.x-k8s.io"],
  ["get", "baremetalhosts.metal3.io"],
);

describe("the rights in deploy/rbac", function () {
  const cluster = useCluster(this);
  let stores: KubernetesStore[];
  beforeEach(() => {
    stores = [];
  });
  afterEach(() => Promise.all(stores.map((store) => store.close())));

  async function stackOf(who: KubeconfigSpec, namespace: string): Promise<Stack> {
    const store = await storeOf(cluster(), who);
    stores.push(store);
    return stackIn(store, namespace);
  }

  /** All files, as a user would apply them. */
  async function applied(): Promise<string> {
    const namespace = await namespaceWithCluster(cluster());
    await cluster().kubectl(["apply", "-n", namespace, "-k", rightsFolder]);
    for (const [groups, wanted] of [
      [readers, forReaders],
      [writers, forWriters],
    ] as const) {
      await eventually(`the rights of ${groups}`, async () => {
        const allowed = await allowedOf(cluster(), { name: "anybody", groups }, namespace, all);
        return allowed.length >= wanted.length;
      });
    }
    return namespace;
  }

  const reader = () => cluster().user("rita", readers);
  const writer = () => cluster().user("wendy", writers);

  it("are for one namespace, and for nothing else in it", async () => {
    const namespace = await applied();
    assert.deepEqual((await allowedOf(cluster(), await reader(), namespace, all)).sort(), forReaders.toSorted());
    assert.deepEqual((await allowedOf(cluster(), await writer(), namespace, all)).sort(), forWriters.toSorted());
    const other = await cluster().namespace();
    for (const user of [await reader(), await writer()]) {
      assert.deepEqual(await allowedOf(cluster(), user, other, all), []);
      assert.deepEqual(await allowedOf(cluster(), user, undefined, all), []);
    }
  });

  it("are all used by the provider, and it uses no other", async () => {
    const namespace = await applied();
    // The front does not forward certificates, so the user has a token.
    const bind = ["create", "rolebinding", "updates", "-n", namespace, "--role=metal3-ipam-writer", "--user=alice"];
    await cluster().kubectl(bind);
    const front = await openFront(cluster());
    try {
      const alice = { server: front.server, ca: front.ca, user: "alice" };
      let stack = await stackOf(alice, namespace);
      // Each kind of claim has a watch of its own.
      for (const [waiting, kind] of [
        [program.filter(({ as }) => as !== "w"), "ipclaims.ipam.metal3.io"],
        [program, "ipaddressclaims.ipam.cluster.x-k8s.io"],
      ] as const) {
        const { first } = await whileAsleep(cluster(), async () => {
          const first = stack.up(waiting);
          const isWatched = () => front.seen.some(({ verb, resource }) => verb === "watch" && resource === kind);
          await Promise.race([first, eventually("a client waits for the claim", isWatched)]);
          return { first };
        });
        await first;
      }
      for (const { to, isStateLost } of life) {
        if (isStateLost) stack = await stackOf(alice, namespace);
        await stack.up(to);
      }
      const asked = Object.keys(front.counted()).filter((row) => !row.startsWith("discover "));
      // For one warning each, about other namespaces and about a missing one. A user without the right gets no warning.
      const looks = ["list ippools.ipam.metal3.io everywhere", "get namespaces"];
      const used = rightsIn("writer").filter((right) => !isOptional(right));
      assert.deepEqual(asked.sort(), [...used.map(rightText), ...looks].sort());
    } finally {
      await front.close();
    }
  });

  it("let readers preview everything, for a stack of writers and for a new one, and write nothing", async () => {
    const namespace = await applied();
    const theirs = await stackOf({ user: await writer() }, namespace);
    const mine = await stackOf({ user: await reader() }, namespace);
    const shown = await mine.preview(program);
    assert.deepEqual(shown.warnings, []);
    const createPool = { verb: "create", resource: "ippools", group: "ipam.metal3.io" };
    await assert.rejects(mine.up(program), refusal("rita", namespace, createPool));

    await theirs.up(program);
    for (const as of ["a", "v"]) assert.equal(theirs.outputs(as).address, shown.inputs.get(as)?.address);
    assert.deepEqual(theirs.outputs("rack").addresses, shown.inputs.get("rack")?.addresses);

    mine.state = new Map(theirs.state);
    const { steps, drift, warnings } = await mine.preview(program);
    assert.deepEqual({ steps, drift, warnings }, { steps: same, drift: [], warnings: [] });
    const before = await new Site(cluster(), mine.store as KubernetesStore, namespace).left();
    for (const to of [changed, []]) {
      await assert.rejects(mine.up(to), refusal("rita", namespace));
    }
    assert.deepEqual(await new Site(cluster(), mine.store as KubernetesStore, namespace).left(), before);
    assert.deepEqual((await theirs.preview(program)).steps, same);
    await theirs.destroy();
  });

  it("of the optional file are for a warning about pools of other namespaces", async () => {
    const [namespace, other] = [await applied(), await cluster().namespace()];
    const spec = { namePrefix: "net", pools: [{ start: "10.0.0.15", end: "10.0.0.30" }] };
    const body = { apiVersion: "ipam.metal3.io/v1alpha1", kind: "IPPool", metadata: { name: "theirs" }, spec };
    await cluster().api.create(objectPath(body.apiVersion, "ippools", other), body);
    const stack = await stackOf({ user: await reader() }, namespace);
    assert.deepEqual((await stack.preview(program)).warnings, []);
    const optional = ["-f", `${rightsFolder}/other-namespaces.yaml`];
    await cluster().kubectl(["apply", ...optional]);
    try {
      const wanted = rightsIn("other-namespaces");
      assert.deepEqual(wanted.map(rightText), ["list ippools.ipam.metal3.io"]);
      await eventually("the pools of all namespaces can be listed", async () => {
        return (await allowedOf(cluster(), await reader(), undefined, wanted)).length === 1;
      });
      const { warnings } = await stack.preview(program); // other tests have pools, too
      const meets = `IPPool ${namespace}/net and IPPool ${other}/theirs both have 10.0.0.15-10.0.0.19`;
      assert.ok(
        warnings.some((warning) => warning.startsWith(meets)),
        warnings.join("\n"),
      );
    } finally {
      await cluster().kubectl(["delete", ...optional]);
      await cluster().api.delete(objectPath(body.apiVersion, "ippools", other, "theirs"));
    }
  });
});
