/** An IPAddressClaim of a pool whose provider chooses the address. */
import assert from "node:assert/strict";
import { CAPI_IP_ADDRESS, CLUSTER, IP_ADDRESS_CLAIM } from "../../provider/api/capi/kinds";
import type { Manifest } from "../../provider/api/meta";
import { openMemoryStore } from "../../provider/store/memory-store";
import { openProvider, type Provider } from "./capi-provider";
import { addressClaim, LAB } from "./declare";
import { Stack } from "./program";

const key = { namespace: "metal3", name: "api" };
const asked = (args: object = {}, as = "api") => addressClaim(as, args);

/** A claim that others have made. */
const foreign = (name: string, metadata: object = {}, poolRef: object = LAB): Manifest => ({
  apiVersion: "ipam.cluster.x-k8s.io/v1beta2",
  kind: "IPAddressClaim",
  metadata: { name, namespace: "metal3", ...metadata },
  spec: { poolRef },
});

describe("an IPAddressClaim", () => {
  let provider: Provider;
  let stack: Stack;
  beforeEach(() => {
    provider = openProvider();
    stack = new Stack(provider.store);
  });
  const stored = () => provider.store.get(IP_ADDRESS_CLAIM, key);

  it("is made, and its address is known from then on", async () => {
    const program = [asked({ labels: { a: "1" } })];
    assert.equal((await stack.preview(program)).inputs.get("api")?.address, undefined);
    assert.deepEqual(await stack.up(program), ["create api"]);
    const { address, prefix, gateway, poolRef, namespace } = stack.outputs("api");
    assert.deepEqual({ address, prefix, gateway }, { address: "10.3.0.10", prefix: 24, gateway: "10.3.0.1" });
    assert.deepEqual({ poolRef, namespace }, { poolRef: LAB, namespace: "metal3" });
    const { metadata, spec } = (await stored())!;
    assert.deepEqual(spec, { poolRef: LAB });
    assert.deepEqual(metadata.labels, { a: "1" });
    const {
      token,
      stack: of,
      resource,
    } = Object.fromEntries(
      Object.entries(metadata.annotations ?? {}).map(([name, text]) => [name.replace("pulumi-metal3-ipam/", ""), text]),
    );
    assert.deepEqual([token, of, resource], [stack.outputs("api").token, "metal/dev", "api"]);
    const { steps, inputs, warnings } = await stack.preview(program);
    assert.deepEqual({ steps, warnings }, { steps: ["same api"], warnings: [] });
    assert.equal(inputs.get("api")?.address, "10.3.0.10");
    await stack.destroy();
    assert.deepEqual(await provider.store.list(IP_ADDRESS_CLAIM), []);
  });

  it("gets changed metadata in place, and keeps what others have added", async () => {
    await stack.up([asked({ labels: { a: "1", b: "2" }, annotations: { c: "3" } })]);
    await provider.store.patch(IP_ADDRESS_CLAIM, key, {
      metadata: { labels: { theirs: "x" }, annotations: { t: "y" } },
    });
    const owner = { apiVersion: "v1", kind: "ConfigMap", name: "m", uid: "u" };
    assert.deepEqual(await stack.up([asked({ labels: { a: "9" }, ownerReferences: [owner] })]), ["update api"]);
    const { metadata } = (await stored())!;
    assert.deepEqual(metadata.labels, { a: "9", theirs: "x" });
    assert.equal(metadata.annotations?.c, undefined);
    assert.equal(metadata.annotations?.t, "y");
    assert.deepEqual(metadata.ownerReferences, [owner]);
    assert.equal(stack.outputs("api").address, "10.3.0.10");
  });

  for (const [what, change, isFirst] of [
    ["poolRef", { poolRef: { ...LAB, name: "other" } }, true],
    ["clusterName", { clusterName: "c" }, true],
    ["name", { name: "web" }, false],
    ["namespace", { namespace: "elsewhere" }, false],
  ] as const) {
    it(`is replaced if its ${what} changes${isFirst ? ", and deleted first" : ""}`, async () => {
      await stack.up([asked()]);
      const { inputs, steps } = await stack.preview([asked(change)]);
      assert.deepEqual(steps, ["replace api"]);
      assert.equal(inputs.get("api")?.address, undefined);
      const { id, outputs: olds } = stack.state.get("api")!;
      const request = { owner: { resource: "api" }, id, olds, news: inputs.get("api")! };
      const { replaces, deleteBeforeReplace } = await stack.handlers().ipAddressClaim.diff(request);
      assert.deepEqual({ replaces, deleteBeforeReplace }, { replaces: [what], deleteBeforeReplace: isFirst });
      await stack.up([asked(change)]);
      const [only, ...others] = await provider.store.list(IP_ADDRESS_CLAIM);
      assert.deepEqual(others, []);
      assert.equal(only?.metadata.annotations?.["pulumi-metal3-ipam/token"], stack.outputs("api").token);
    });
  }

  it("of another owner is refused with its name, and an import takes it over", async () => {
    await new Stack(provider.store, "other/prod").up([asked()]);
    const reason = (who: string) =>
      `api: name: IPAddressClaim metal3/api already exists (${who}). Choose another name, or delete it first.`;
    await assert.rejects(stack.preview([asked()]), { message: reason("stack other/prod, resource api") });
    await provider.store.remove(IP_ADDRESS_CLAIM, key);
    await provider.store.create(IP_ADDRESS_CLAIM, foreign("api", { labels: { a: "1" } }));
    await assert.rejects(stack.preview([asked()]), { message: reason("not made by this provider") });

    const owner = { stack: stack.name, resource: "api" };
    const found = await stack.handlers().ipAddressClaim.read({ owner, id: "metal3/api", state: {} });
    const { target: _target, ...inputs } = found.inputs!;
    const given = { address: "10.3.0.10", prefix: 24, gateway: "10.3.0.1" };
    assert.deepEqual(inputs, { ...key, poolRef: LAB, labels: { a: "1" }, ...given, pinned: false });
    stack.state.set("api", { kind: "ipAddressClaim", id: found.id, inputs: found.inputs!, outputs: found.outputs });
    assert.deepEqual((await stack.preview([asked({ labels: { a: "1" } })])).steps, ["same api"]);
    assert.deepEqual(await stack.up([asked({ labels: { a: "2" } })]), ["update api"]);
    assert.equal((await stored())?.metadata.annotations?.["pulumi-metal3-ipam/stack"], "metal/dev");
    await stack.destroy();
    assert.equal(await stored(), undefined);
  });

  it("that was imported can be replaced at once", async () => {
    await provider.store.create(IP_ADDRESS_CLAIM, foreign("api"));
    const owner = { stack: stack.name, resource: "api" };
    const {
      id,
      inputs = {},
      outputs,
    } = await stack.handlers().ipAddressClaim.read({ owner, id: "metal3/api", state: {} });
    stack.state.set("api", { kind: "ipAddressClaim", id, inputs, outputs });
    assert.deepEqual(await stack.up([asked({ poolRef: { ...LAB, name: "other" } })]), ["replace api"]);
    assert.deepEqual((await stored())?.spec, { poolRef: { ...LAB, name: "other" } });
  });

  it("of another stack is not imported", async () => {
    await new Stack(provider.store, "other/prod").up([asked()]);
    const owner = { stack: stack.name, resource: "api" };
    await assert.rejects(stack.handlers().ipAddressClaim.read({ owner, id: "metal3/api", state: {} }), {
      message:
        "IPAddressClaim metal3/api is held by stack other/prod, resource api, and only one stack may hold it. Delete it there " +
        "first, or import it into a stack other/prod if that one has lost its state.",
    });
  });

  it("is listed, by pool", async () => {
    await stack.up([asked(), asked({ poolRef: { ...LAB, name: "other" } }, "web")]);
    const { list } = stack.handlers() as unknown as {
      list: (kind: string, query: object) => Promise<{ items: object[] }>;
    };
    assert.deepEqual((await list("ipAddressClaim", {})).items.length, 2);
    assert.deepEqual((await list("ipAddressClaim", { pool: "other" })).items, [{ id: "metal3/web", name: "web" }]);
  });

  it("is declared once", async () => {
    await assert.rejects(stack.preview([asked(), { ...asked(), as: "again" }]), {
      message:
        "again: : IPAddressClaim metal3/api is declared twice in this program: by api and by again. Remove one of them.",
    });
  });

  it("is left alone by a delete if another owner has it", async () => {
    await stack.up([asked()]);
    await provider.store.patch(IP_ADDRESS_CLAIM, key, {
      metadata: { annotations: { "pulumi-metal3-ipam/token": "t" } },
    });
    await stack.destroy();
    assert.equal((await stored())?.metadata.annotations?.["pulumi-metal3-ipam/token"], "t");
  });

  it("taken over by another owner is refused in the update", async () => {
    await stack.up([asked()]);
    const marks = { "pulumi-metal3-ipam/token": "t", "pulumi-metal3-ipam/stack": "other/prod" };
    await provider.store.patch(IP_ADDRESS_CLAIM, key, { metadata: { annotations: marks } });
    assert.deepEqual((await stack.preview([asked()])).steps, ["update api"]);
    await assert.rejects(stack.up([asked()]), { kind: "exists" });
  });

  it("stays in deletion until its provider has freed the address", async () => {
    await stack.up([asked()]);
    provider.finalizers = ["ipam.cluster.x-k8s.io/ReleaseAddress"];
    await assert.rejects(stack.destroy(), {
      kind: "unfinished",
      message:
        "IPAddressClaim metal3/api is still being deleted, because of its finalizers: ipam.cluster.x-k8s.io/ReleaseAddress. " +
        "The pool's provider removes its own when it has freed the address, which may take the pool's " +
        "`addressReuseGracePeriodSeconds`. Check that it runs and that neither pool nor Cluster is paused, then run " +
        "`pulumi up` again.",
    });
    const { drift, steps } = await stack.preview([asked()]);
    assert.deepEqual(drift, ["IPAddressClaim metal3/api is being deleted (since 2026-11-30T16:47:10Z)"]);
    assert.deepEqual(steps, ["update api"]);
  });

  describe("changed by others", () => {
    beforeEach(() => stack.up([asked({ labels: { a: "1" } })]));
    const program = [asked({ labels: { a: "1" } })];

    it("shows a deleted claim, and makes it again", async () => {
      await stack.up(program);
      await provider.store.remove(IP_ADDRESS_CLAIM, key);
      provider.free = ["10.3.0.99"];
      const { drift, steps, inputs } = await stack.preview(program);
      assert.deepEqual({ drift, steps }, { drift: ["IPAddressClaim metal3/api was deleted"], steps: ["update api"] });
      assert.equal(inputs.get("api")?.address, undefined);
      await stack.up(program);
      assert.equal(stack.outputs("api").address, "10.3.0.99");
    });

    it("shows a changed address, and accepts it", async () => {
      // State's inputs have the address from the second update on, the outputs from the first.
      await stack.up(program);
      await provider.store.patch(CAPI_IP_ADDRESS, key, { spec: { address: "10.3.0.77" } });
      const { drift, steps } = await stack.preview(program);
      assert.deepEqual(drift, ["IPAddress metal3/api spec.address: found 10.3.0.77, expected 10.3.0.10"]);
      assert.deepEqual(steps, ["update api"]);
      await stack.up(program);
      assert.equal(stack.outputs("api").address, "10.3.0.77");
    });

    it("shows a changed address in the first preview too", async () => {
      await provider.store.patch(CAPI_IP_ADDRESS, key, { spec: { address: "10.3.0.77" } });
      assert.deepEqual((await stack.preview(program)).steps, ["update api"]);
      const { id, inputs, outputs: state } = stack.state.get("api")!;
      const owner = { stack: stack.name, resource: "api" };
      const read = await stack.handlers().ipAddressClaim.read({ owner, id, inputs, state });
      assert.deepEqual(
        read.drift?.map(({ line }) => line),
        ["IPAddress metal3/api spec.address: found 10.3.0.77, expected 10.3.0.10"],
      );
      assert.equal(read.outputs.address, "10.3.0.77");
    });

    it("shows a changed label, and restores it", async () => {
      await provider.store.patch(IP_ADDRESS_CLAIM, key, { metadata: { labels: { a: "2" } } });
      const { drift } = await stack.preview(program);
      assert.deepEqual(drift, ["IPAddressClaim metal3/api metadata.labels.a: found 2, expected 1"]);
      await stack.up(program);
      assert.deepEqual((await stored())?.metadata.labels, { a: "1" });
    });

    it("shows another pool, and makes the claim again", async () => {
      await provider.store.patch(IP_ADDRESS_CLAIM, key, { spec: { poolRef: { name: "other" } } });
      const { drift } = await stack.preview(program);
      assert.deepEqual(drift, ["IPAddressClaim metal3/api spec.poolRef.name: found other, expected lab"]);
      await stack.up(program);
      assert.deepEqual((await stored())?.spec, { poolRef: LAB });
    });
  });

  it("waits while its Cluster is paused, and fails if the pause lasts", async () => {
    const cluster = {
      apiVersion: "cluster.x-k8s.io/v1beta2",
      kind: "Cluster",
      metadata: { name: "c", namespace: "metal3" },
      spec: { paused: true },
    };
    await provider.store.create(CLUSTER, cluster);
    await assert.rejects(stack.up([asked({ clusterName: "c" })]), {
      kind: "paused",
      message:
        /^Cluster metal3\/c is paused \(spec\.paused\) \(waited 1 s\)\. Nothing is written while the pause lasts\./,
    });
    assert.equal(await stored(), undefined);
  });

  it("needs a cluster", async () => {
    await assert.rejects(new Stack(openMemoryStore()).preview([asked()]), {
      message:
        "api: : An IPAddressClaim needs a cluster, because the provider of its pool chooses the address. A folder of manifests " +
        "has none. Use an IPClaim, or set `metal3-ipam:kubeconfig` instead of `metal3-ipam:directory`.",
    });
  });

  it("refuses another kind of Metal3's group, which the controller would serve as an IPPool", async () => {
    await assert.rejects(
      stack.preview([asked({ poolRef: { apiGroup: "ipam.metal3.io", kind: "ippools", name: "net" } })]),
      {
        message: 'api: poolRef.kind: "ippools" is not a pool of ipam.metal3.io. Write IPPool.',
      },
    );
  });

  it("names all faults of its pool at once", async () => {
    const faulty = { apiGroup: "ipam.metal3.io/v1alpha1", kind: "In Cluster", name: "LAB" };
    await assert.rejects(stack.preview([asked({ poolRef: faulty })]), {
      message: [
        'api: poolRef.apiGroup: "ipam.metal3.io/v1alpha1" has a version. Write ipam.metal3.io.',
        'api: poolRef.kind: "In Cluster" is not a kind, such as InClusterIPPool.',
        'api: poolRef.name: "LAB" must consist of lower-case letters, digits, - and ., and must start and end with a letter or digit (RFC 1123).',
      ].join("\n"),
    });
  });
});
