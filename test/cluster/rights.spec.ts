/** `deploy/rbac`: enough for what the provider does, and no more. */
import assert from "node:assert/strict";
import type { KubernetesStore } from "../../provider/store/kubernetes/kubernetes-store";
import { claim, host, hosts, pool } from "../resources/declare";
import type { Declared, Stack } from "../resources/program";
import {
  type Cluster,
  eventually,
  type KubeconfigSpec,
  type KubeObject,
  objectPath,
  useCluster,
} from "../testbed/cluster";
import { type Address, holders } from "./claimants";
import { openFront } from "./front";
import { allowedOf, grant, type Right, rightsFolder, rightsIn, rightText } from "./rights";
import { Site } from "./site";
import { stackIn, storeOf } from "./stack";

const writers = ["metal3-ipam-writers"];
const readers = ["metal3-ipam-readers"];

/** All kinds of resources, in a pool whose Cluster may be paused. */
const program = [
  pool({ clusterName: "c" }),
  host("a"),
  hosts(["b", "c"]),
  claim("v", { labels: { of: "first" }, waitForController: true }),
];
/** A changed pool, another pin, a host for another one, and another label. */
const changed = [
  pool({ clusterName: "c", gateway: "10.0.0.2" }),
  host("a", { address: "10.0.0.19" }),
  hosts(["b", "d"]),
  claim("v", { labels: { of: "second" }, waitForController: true }),
];
const same = ["same net", "same a", "same rack", "same v"];

/** Everything that the provider does, in this order. */
const life: readonly { readonly to: readonly Declared[]; readonly isStateLost?: boolean }[] = [
  { to: program },
  { to: changed },
  { to: changed, isStateLost: true }, // what is there is taken over
  { to: [] },
];

const resources = [
  { group: "ipam.metal3.io", resource: "ippools" },
  { group: "ipam.metal3.io", resource: "ipclaims" },
  { group: "ipam.metal3.io", resource: "ipaddresses" },
  { group: "ipam.cluster.x-k8s.io", resource: "ipaddresses" },
  { group: "ipam.cluster.x-k8s.io", resource: "ipaddressclaims" },
  { group: "cluster.x-k8s.io", resource: "clusters" },
  { group: "", resource: "namespaces" },
  { group: "", resource: "secrets" },
];
const verbs = ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"];
const all: readonly Right[] = resources.flatMap((of) => verbs.map((verb) => ({ ...of, verb })));

/** `<verbs> <resource>`, one after the other. */
const listed = (...rows: [verbs: string, resource: string][]): string[] =>
  rows.flatMap(([verbs, resource]) => verbs.split(" ").map((verb) => `${verb} ${resource}`));

const forReaders = listed(
  ["get list", "ippools.ipam.metal3.io"],
  ["get list", "ipclaims.ipam.metal3.io"],
  ["get list", "ipaddresses.ipam.metal3.io"],
  ["get list", "ipaddresses.ipam.cluster.x-k8s.io"],
  ["get", "clusters.cluster.x-k8s.io"],
  ["get", "namespaces"],
);
const forWriters = listed(
  ["get list create patch delete", "ippools.ipam.metal3.io"],
  ["get list watch create patch delete", "ipclaims.ipam.metal3.io"],
  ["get list create patch delete", "ipaddresses.ipam.metal3.io"],
  ["get list create patch delete", "ipaddresses.ipam.cluster.x-k8s.io"],
  ["get", "clusters.cluster.x-k8s.io"],
  ["get", "namespaces"],
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

  /** With the Cluster that the pool belongs to. */
  async function newNamespace(): Promise<string> {
    const namespace = await cluster().namespace();
    const reference = { apiGroup: "example.org", kind: "Example", name: "c" };
    const spec = { controlPlaneRef: reference, infrastructureRef: reference };
    const [apiVersion, kind] = ["cluster.x-k8s.io/v1beta2", "Cluster"];
    const path = objectPath(apiVersion, "clusters", namespace);
    await cluster().api.create(path, { apiVersion, kind, metadata: { name: "c" }, spec });
    return namespace;
  }

  /** All of it, as a user would apply it. */
  async function applied(): Promise<string> {
    const namespace = await newNamespace();
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

  it("are of one namespace, and of nothing else in it", async () => {
    const namespace = await applied();
    assert.deepEqual((await allowedOf(cluster(), await reader(), namespace, all)).sort(), forReaders.toSorted());
    assert.deepEqual((await allowedOf(cluster(), await writer(), namespace, all)).sort(), forWriters.toSorted());
    const other = await cluster().namespace();
    for (const user of [await reader(), await writer()]) {
      assert.deepEqual(await allowedOf(cluster(), user, other, all), []);
      assert.deepEqual(await allowedOf(cluster(), user, undefined, all), []);
    }
  });

  it("are each used by the provider, and no other is", async () => {
    const namespace = await applied();
    // By a token, for the front does not pass certificates on.
    const bind = ["create", "rolebinding", "updates", "-n", namespace, "--role=metal3-ipam-writer", "--user=alice"];
    await cluster().kubectl(bind);
    const front = await openFront(cluster());
    try {
      const alice = { server: front.server, ca: front.ca, user: "alice" };
      let stack = await stackOf(alice, namespace);
      const { first } = await whileAsleep(cluster(), async () => {
        const first = stack.up(program);
        const isWatched = () => front.seen.some(({ verb }) => verb === "watch");
        await Promise.race([first, eventually("somebody waits for the claim", isWatched)]);
        return { first };
      });
      await first;
      for (const { to, isStateLost } of life) {
        if (isStateLost) stack = await stackOf(alice, namespace);
        await stack.up(to);
      }
      const isOfOverlaps = (row: string) => row === "list ippools.ipam.metal3.io everywhere";
      const used = Object.keys(front.counted()).filter((row) => !row.startsWith("discover ") && !isOfOverlaps(row));
      assert.deepEqual(used.sort(), rightsIn("writer").map(rightText).sort());
    } finally {
      await front.close();
    }
  });

  it("let readers preview all, of a stack that writers have made and of a new one, and write nothing", async () => {
    const namespace = await applied();
    const theirs = await stackOf({ user: await writer() }, namespace);
    const mine = await stackOf({ user: await reader() }, namespace);
    const shown = await mine.preview(program);
    const refused = /create IPPool .*User "rita" cannot create resource "ippools" in API group "ipam.metal3.io" in/;
    await assert.rejects(mine.up(program), refused);

    await theirs.up(program);
    for (const as of ["a", "v"]) assert.equal(theirs.outputs(as).address, shown.inputs.get(as)?.address);
    assert.deepEqual(theirs.outputs("rack").addresses, shown.inputs.get("rack")?.addresses);

    mine.state = new Map(theirs.state);
    const { steps, drift, warnings } = await mine.preview(program);
    assert.deepEqual({ steps, drift, warnings }, { steps: same, drift: [], warnings: [] });
    const before = await new Site(cluster(), mine.store as KubernetesStore, namespace).left();
    for (const to of [changed, []]) {
      await assert.rejects(mine.up(to), /User "rita" cannot (create|patch|delete) resource "[a-z]+" in API group/);
    }
    assert.deepEqual(await new Site(cluster(), mine.store as KubernetesStore, namespace).left(), before);
    assert.deepEqual((await theirs.preview(program)).steps, same);
    await theirs.destroy();
  });

  describe("without one of them", () => {
    for (const missing of rightsIn("writer")) {
      const { verb, resource, group } = missing;
      const isTolerated = resource === "namespaces"; // a warning is not given
      const outcome = isTolerated ? "nothing fails" : "an update says so, and the next one does what was left";
      it(`${rightText(missing)}: ${outcome}`, async () => {
        const namespace = await newNamespace();
        const given = rightsIn("writer");
        const left = given.filter((right) => rightText(right) !== rightText(missing));
        await grant(cluster(), namespace, "writer", left);
        const who = { user: await writer() };
        let stack = await stackOf(who, namespace);
        const site = new Site(cluster(), stack.store as KubernetesStore, namespace);

        let failed = 0;
        for (const { to, isStateLost } of life) {
          if (isStateLost) stack = await stackOf(who, namespace);
          const update = () => stack.up(to);
          // A claim that is served at once needs no watch.
          const isSlow = verb === "watch" && failed === 0;
          const error = await (isSlow ? whileAsleep(cluster(), update) : update()).catch((error: Error) => error);
          if (!(error instanceof Error)) continue;
          failed += 1;
          const place = `in API group "${group}" in the namespace "${namespace}"`;
          const said = `User "wendy" cannot ${verb} resource "${resource}" ${place}`;
          assert.ok(error.message.includes(said), error.message);
          if (to.length > 0) await expectWhole(site);
          await grant(cluster(), namespace, "writer", given);
          await stack.up(to);
          if (to.length > 0) assert.deepEqual((await stack.preview(to)).steps, same);
        }
        assert.equal(failed, isTolerated ? 0 : 1);
        assert.deepEqual(await site.left(), []);
      });
    }
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

/** Metal3's controller does nothing meanwhile: no claim is served. */
async function whileAsleep<T>({ controller }: Cluster, work: () => Promise<T>): Promise<T> {
  controller.pause();
  try {
    return await work();
  } finally {
    controller.resume();
  }
}

/** Each address has one holder, each lock both its halves, and each an entry or an IPClaim that it is for. */
async function expectWhole(site: Site): Promise<void> {
  const pool = await site.find<{ spec: { preAllocations?: Record<string, string> } }>("pool", "net");
  if (pool === undefined) return assert.deepEqual(await site.left(), []);
  for (const [address, claims] of Object.entries(await holders(site))) assert.equal(claims.length, 1, address);
  const locks = await site.list<Address>("address");
  const names = (of: readonly KubeObject[]) => of.map(({ metadata }) => metadata.name).sort();
  assert.deepEqual(names(locks), names(await site.list("capiAddress")));
  const promised = [...Object.keys(pool.spec.preAllocations ?? {}), ...names(await site.list("claim"))];
  assert.deepEqual(locks.map(({ spec }) => spec.claim.name).sort(), promised.sort());
}
