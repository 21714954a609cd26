/** Errors for a user who lacks one right. An operation that is refused on its way leaves nothing half done. */
import assert from "node:assert/strict";
import { Unfinished } from "../../provider/resources/handler";
import type { KubernetesStore } from "../../provider/store/kubernetes/kubernetes-store";
import { claim, host, hosts, pool } from "../resources/declare";
import type { Declared, Stack } from "../resources/program";
import { useCluster } from "../testbed/cluster";
import { grant, rightsIn, rightText } from "./rights";
import { Site } from "./site";
import { stackIn, storeOf } from "./stack";

const SPARE = { pools: [{ start: "10.9.0.10", end: "10.9.0.19" }], gateway: "10.9.0.1" };
const base = [pool({ clusterName: "c" }), pool(SPARE, "spare"), host("a"), hosts(["b", "c"]), claim("v")];
const without = (name: string) => base.filter(({ as }) => as !== name);
const grown = [...base, host("new")];

interface Row {
  /** As `rightText` writes it. */
  readonly right: string;
  /** The update that is refused. */
  readonly what: string;
  readonly to: readonly Declared[];
  /** The beginning of the message. */
  readonly said: RegExp;
  /** A list. Without it the preview also fails. */
  readonly inPreview?: true;
  /** Resources whose state is lost. The update takes over what they hold. */
  readonly lost?: readonly string[];
}

const IPAM = ".ipam.metal3.io";
const CAPI = ".ipam.cluster.x-k8s.io";
const rows: readonly Row[] = [
  {
    right: `list ippools${IPAM}`,
    what: "anything",
    to: grown,
    said: /^Cannot list IPPool objects in namespace NS on /,
    inPreview: true,
  },
  {
    right: `list ipaddresses${IPAM}`,
    what: "anything",
    to: grown,
    said: /^Cannot list IPAddress objects in namespace NS on /,
    inPreview: true,
  },
  {
    right: `list ipaddresses${CAPI}`,
    what: "anything",
    to: grown,
    said: /^Cannot list IPAddress objects in namespace NS on /,
    inPreview: true,
  },
  {
    right: `list ipclaims${IPAM}`,
    what: "an IPClaim that changes", // an unchanged one is kept as state has it
    to: [...without("v"), claim("v", { labels: { a: "b" } })],
    said: /^Cannot list IPClaim objects in namespace NS on /,
    inPreview: true,
  },
  { right: `get ippools${IPAM}`, what: "a new host", to: grown, said: /^Cannot get IPPool NS\/net on / },
  { right: "get clusters.cluster.x-k8s.io", what: "a new host", to: grown, said: /^Cannot get Cluster NS\/c on / },
  { right: `create ipaddresses${CAPI}`, what: "a new host", to: grown, said: /^Cannot create IPAddress NS\/net-10-/ },
  { right: `create ipaddresses${IPAM}`, what: "a new host", to: grown, said: /^Cannot create IPAddress NS\/net-10-/ },
  { right: `patch ippools${IPAM}`, what: "a new host", to: grown, said: /^Cannot patch IPPool NS\/net on / },
  {
    right: `patch ippools${IPAM}`,
    what: "hosts that change places",
    to: [...without("rack"), hosts(["b", "c"], { pins: { b: "10.0.0.18", c: "10.0.0.19" } })],
    said: /^Cannot patch IPPool NS\/net on /,
  },
  {
    right: `patch ippools${IPAM}`,
    what: "another gateway",
    to: [pool({ clusterName: "c", gateway: "10.0.0.2" }), ...without("net")],
    said: /^Cannot patch IPPool NS\/net on /,
  },
  {
    right: `create ippools${IPAM}`,
    what: "a new pool",
    to: [...base, pool({ pools: [{ start: "10.8.0.10", end: "10.8.0.19" }], gateway: "10.8.0.1" }, "other")],
    said: /^Cannot create IPPool NS\/other on /,
  },
  {
    right: `delete ippools${IPAM}`,
    what: "a pool that goes",
    to: without("spare"),
    said: /^Cannot remove IPPool NS\/spare on /,
  },
  {
    right: `get ipaddresses${IPAM}`,
    what: "a host that goes",
    to: without("a"),
    said: /^Cannot get IPAddress NS\/net-10-/,
  },
  {
    right: `get ipaddresses${CAPI}`,
    what: "a host that goes",
    to: without("a"),
    said: /^Cannot get IPAddress NS\/net-10-/,
  },
  {
    right: `delete ipaddresses${IPAM}`,
    what: "a host that goes",
    to: without("a"),
    said: /^Cannot remove IPAddress NS\/net-/,
  },
  {
    right: `patch ipaddresses${IPAM}`,
    what: "a lock of ours",
    to: base,
    lost: ["a"],
    said: /^Cannot patch IPAddress NS\/net-/,
  },
  {
    right: `patch ipaddresses${CAPI}`,
    what: "a lock of ours",
    to: base,
    lost: ["a"],
    said: /^Cannot patch IPAddress NS\/net-/,
  },
  {
    right: `get ipclaims${IPAM}`,
    what: "a new IPClaim",
    to: [...base, claim("w")],
    said: /^Cannot get IPClaim NS\/w on /,
  },
  {
    right: `create ipclaims${IPAM}`,
    what: "a new IPClaim",
    to: [...base, claim("w")],
    said: /^Cannot create IPClaim NS\/w on /,
  },
  {
    right: `patch ipclaims${IPAM}`,
    what: "another label",
    to: [...without("v"), claim("v", { labels: { a: "b" } })],
    said: /^Cannot patch IPClaim NS\/v on /,
  },
  {
    right: `delete ipclaims${IPAM}`,
    what: "an IPClaim that goes",
    to: without("v"),
    said: /^Cannot remove IPClaim NS\/v on /,
  },
];

describe("a user without the right to", function () {
  const cluster = useCluster(this, { controllers: false });
  let admin: KubernetesStore;
  let theirs: KubernetesStore;
  before(async () => {
    admin = await storeOf(cluster());
    theirs = await storeOf(cluster(), { user: await cluster().user("walter", ["metal3-ipam-writers"]) });
  });
  after(() => Promise.all([admin?.close(), theirs?.close()]));

  /** A stack that the admin has created, and the same one with the credentials of the user who lacks the right. */
  async function settled(right: string, lost: readonly string[] = []) {
    const namespace = await cluster().namespace();
    const given = rightsIn("writer");
    const left = given.filter((each) => rightText(each) !== right);
    assert.equal(left.length, given.length - 1, `no such right: ${right}`);
    await grant(cluster(), namespace, "writer", left);
    const all = stackIn(admin, namespace);
    await all.up(base);
    const stack: Stack = stackIn(theirs, namespace, undefined, { controllerWaitMs: 30_000 });
    stack.state = new Map([...all.state].filter(([as]) => !lost.includes(as)));
    const site = new Site(cluster(), admin, namespace);
    return { stack, site, before: await site.objects(), grantAll: () => grant(cluster(), namespace, "writer", given) };
  }

  for (const { right, what, to, said, inPreview, lost } of rows) {
    it(`${right} gets an error at ${what}, ${inPreview ? "in the preview" : "in the update"}, and nothing changes`, async () => {
      const { stack, site, before, grantAll } = await settled(right, lost);
      const expectTold = (error: Error) => isTold(error, right, said, site.namespace);
      if (inPreview) await assert.rejects(stack.preview(to), expectTold);
      else await stack.preview(to);
      await assert.rejects(stack.up(to), expectTold);
      assert.deepEqual(await site.objects().then(written), written(before));
      await grantAll();
      await stack.up(to);
      assert.doesNotMatch(String((await stack.preview(to)).steps), /create|update|replace/);
    });
  }

  it("watch ipclaims.ipam.metal3.io gets an error at a new IPClaim that waits, and state keeps the claim", async () => {
    const right = `watch ipclaims${IPAM}`;
    const { stack, site, before, grantAll } = await settled(right);
    const waiting = claim("w", { waitForController: true });
    let made: Unfinished | undefined;
    await assert.rejects(stack.up([...base, waiting]), (error: Error) => {
      assert.ok(error instanceof Unfinished);
      made = error;
      return isTold(error, right, /^Cannot watch IPClaim objects in namespace NS on /, site.namespace);
    });
    assert.ok(made);
    const { id, outputs } = made;
    assert.equal(id, `${site.namespace}/w`);
    stack.state.set("w", { kind: "ipClaim", id, inputs: outputs, outputs }); // as the engine does for a door
    await grantAll();
    assert.deepEqual((await stack.up(base)).at(-1), "delete w");
    assert.deepEqual(await site.objects().then(written), written(before));
  });
});

/** The failed request (verb, kind, key), its server, the reason, and the remedy. */
function isTold(error: Error, right: string, said: RegExp, namespace: string): true {
  const [verb = "", resource = ""] = right.split(" ");
  const [plural = "", ...group] = resource.split(".");
  const message = error.message.replaceAll(namespace, "NS");
  assert.match(message, said);
  const who = `User "walter" cannot ${verb} resource "${plural}" in API group "${group.join(".")}" in the namespace "NS"`;
  const remedy =
    /\. Ask for the role metal3-ipam-writer in cluster testbed \(https:\/\/127\.0\.0\.1:\d+\) \(deploy\/rbac\)\. If the credentials are refused, log in again, or choose another user with `metal3-ipam:context`\.$/;
  assert.ok(message.includes(` is forbidden: ${who}. `), message);
  assert.match(message, remedy);
  return true;
}

/** Without the fields that change with each write, because undone objects were written twice. */
function written(objects: Awaited<ReturnType<Site["objects"]>>): object[] {
  return objects.map(({ metadata, ...content }) => {
    const { name, labels, annotations, ownerReferences, finalizers, deletionTimestamp } = metadata;
    return { ...content, metadata: { name, labels, annotations, ownerReferences, finalizers, deletionTimestamp } };
  });
}
