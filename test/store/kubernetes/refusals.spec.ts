import assert from "node:assert/strict";
import { CAPI_IP_ADDRESS } from "../../../provider/api/capi/kinds";
import { NAMESPACE } from "../../../provider/api/kinds";
import { type Store, StoreError, type StoreErrorReason } from "../../../provider/store/store";
import { poolManifest } from "../manifests";
import { answer, refuse, type Step } from "./scripted-server";
import { poolKey as key, poolKind as kind, useScripted } from "./scripted-store";

const get = (store: Store) => store.get(kind, key);
const list = (store: Store) => store.list(kind, "default");
const create = (store: Store) => store.create(kind, poolManifest("pool1"));
const patch = (store: Store) => store.patch(kind, key, { spec: {} });
const remove = (store: Store) => store.remove(kind, key, { uid: "u" });

const webhook = 'admission webhook "validation.ippool.ipam.metal3.io" denied the request: ';
const noPath = answer(404, "404 page not found\n", { "content-type": "text/plain" });

interface Row {
  readonly it: string;
  readonly verb: (store: Store) => Promise<unknown>;
  readonly steps: readonly Step[];
  readonly reason: StoreErrorReason;
  /** The text after `Cannot <verb> IPPool default/pool1 on <host>: `. */
  readonly why: string;
}

/** Answers as a 1.36 API server and Metal3's webhooks give them. */
const rows: Row[] = [
  {
    it: "missing rights: the message names right and user",
    verb: create,
    steps: [
      refuse(
        403,
        "Forbidden",
        'ippools.ipam.metal3.io is forbidden: User "bob" cannot create resource "ippools" in API group "ipam.metal3.io" in the namespace "default"',
      ),
    ],
    reason: "Forbidden",
    why: 'ippools.ipam.metal3.io is forbidden: User "bob" cannot create resource "ippools" in API group "ipam.metal3.io" in the namespace "default".',
  },
  {
    it: "refused credentials",
    verb: list,
    steps: [refuse(401, "Unauthorized", "Unauthorized")],
    reason: "Forbidden",
    why: "the API server does not accept the credentials of the kubeconfig (401).",
  },
  ...([403, 400, 422, 500] as const).map((code) => ({
    it: `a webhook's refusal with ${code}, in its own words`,
    verb: create,
    steps: [refuse(code, "Whatever", `${webhook}IPPool "pool1" is invalid: spec.gateway: Invalid value`)],
    reason: "Invalid" as const,
    why: `${webhook}IPPool "pool1" is invalid: spec.gateway: Invalid value.`,
  })),
  {
    it: "a schema's refusal, on one line",
    verb: create,
    steps: [refuse(422, "Invalid", "IPPool is invalid:\n* spec.pools: Required\n* spec.namePrefix: Required")],
    reason: "Invalid",
    why: "IPPool is invalid: * spec.pools: Required * spec.namePrefix: Required.",
  },
  {
    it: "an object that is too large for etcd",
    verb: create,
    steps: [refuse(500, "", "etcdserver: request is too large")],
    reason: "Invalid",
    why: "etcdserver: request is too large.",
  },
  {
    it: "an object that is too large for the server",
    verb: create,
    steps: [refuse(413, "RequestEntityTooLarge", "limit is 3145728")],
    reason: "Invalid",
    why: "limit is 3145728.",
  },
  {
    it: "a name that is taken",
    verb: create,
    steps: [refuse(409, "AlreadyExists", 'ippools.ipam.metal3.io "pool1" already exists')],
    reason: "AlreadyExists",
    why: "it already exists.",
  },
  {
    it: "an outdated version",
    verb: remove,
    steps: [refuse(409, "Conflict", "the ResourceVersion in the precondition (1) does not match")],
    reason: "Conflict",
    why: "the ResourceVersion in the precondition (1) does not match.",
  },
  {
    it: "the uid of an earlier object in a patch",
    verb: (store) => store.patch(kind, key, { spec: {} }, { uid: "u" }),
    steps: [refuse(422, "Invalid", "metadata.uid: field is immutable", { causes: [{ field: "metadata.uid" }] })],
    reason: "Conflict",
    why: "its uid is another one.",
  },
  {
    it: "a uid that a patch would change",
    verb: (store) => store.patch(kind, key, { metadata: { uid: "u" } }),
    steps: [refuse(422, "Invalid", "metadata.uid: field is immutable", { causes: [{ field: "metadata.uid" }] })],
    reason: "Invalid",
    why: "metadata.uid: field is immutable.",
  },
  {
    it: "a missing object",
    verb: patch,
    steps: [refuse(404, "NotFound", 'ippools "pool1" not found', { name: "pool1", kind: "ippools" })],
    reason: "NotFound",
    why: "the object does not exist.",
  },
  {
    it: "a missing namespace, and how to create it",
    verb: create,
    steps: [refuse(404, "NotFound", 'namespaces "default" not found', { name: "default", kind: "namespaces" })],
    reason: "NotFound",
    why: "namespace default does not exist. Create it first, with `kubectl create namespace default` or in the program.",
  },
  {
    it: "a kind that is not installed, and what to install",
    verb: get,
    steps: [noPath, noPath],
    reason: "NotInstalled",
    why: "the API server does not know IPPool (ipam.metal3.io/v1alpha1). Install Metal3 IPAM's CRDs.",
  },
];

describe("kubernetes store: refusals", () => {
  const scripted = useScripted();

  for (const { it: name, verb, steps, reason, why } of rows) {
    it(name, async () => {
      const { store, server, timing } = await scripted([...steps], { token: "secret-token" });
      await assert.rejects(verb(store), (error) => {
        assert.ok(error instanceof StoreError, String(error));
        const subject = verb === list ? "IPPool objects in namespace default" : "IPPool default/pool1";
        const [, said, text] = /^Cannot \w+ (.+?) on 127\.0\.0\.1:\d+: (.+)$/.exec(error.message) ?? [];
        assert.deepEqual([error.reason, said, text], [reason, subject, why]);
        return true;
      });
      assert.deepEqual([server.seen.length, timing.slept.length], [steps.length, 0]);
    });
  }

  it("of a server that quotes the whole object keep its beginning and its end", async () => {
    const { store } = await scripted([refuse(422, "Invalid", `metadata is ${"x".repeat(5000)}: cannot be read`)]);
    await assert.rejects(create(store), ({ message }: Error) => {
      assert.match(message, /metadata is x+ \.\.\. x+: cannot be read\.$/);
      return message.length < 800;
    });
  });

  it("of namespaces are about objects", async () => {
    const gone = refuse(404, "NotFound", 'namespaces "x" not found', { name: "x", kind: "namespaces" });
    const { store } = await scripted([gone, gone]);
    assert.equal(await store.get(NAMESPACE, { name: "x" }), undefined);
    await assert.rejects(store.remove(NAMESPACE, { name: "x" }, { uid: "u" }), /the object does not exist\./);
  });
});

describe("kubernetes store: versions", () => {
  const scripted = useScripted();
  const group = (...versions: string[]) =>
    answer(200, { versions: versions.map((version) => ({ version })), preferredVersion: { version: versions[0] } });
  const resources = (...names: string[]) => answer(200, { resources: names.map((name) => ({ name })) });
  const capi = "/apis/ipam.cluster.x-k8s.io";
  const address = (version: string) =>
    answer(200, {
      apiVersion: `ipam.cluster.x-k8s.io/${version}`,
      kind: "IPAddress",
      metadata: { name: "a", namespace: "default", uid: "u", resourceVersion: "1" },
    });
  const of = { namespace: "default", name: "a" };

  it("are looked up only if the wanted one is not served, once", async () => {
    const older = [noPath, group("v1beta1"), resources("ipaddresses"), address("v1beta1"), address("v1beta1")];
    const { store, server } = await scripted(older);
    assert.equal((await store.get(CAPI_IP_ADDRESS, of))?.apiVersion, "ipam.cluster.x-k8s.io/v1beta1");
    await store.patch(CAPI_IP_ADDRESS, of, { apiVersion: "ipam.cluster.x-k8s.io/v1beta2", spec: {} });
    assert.deepEqual(server.lines(), [
      `GET ${capi}/v1beta2/namespaces/default/ipaddresses/a`,
      `GET ${capi}`,
      `GET ${capi}/v1beta1`,
      `GET ${capi}/v1beta1/namespaces/default/ipaddresses/a`,
      `PATCH ${capi}/v1beta1/namespaces/default/ipaddresses/a`,
    ]);
    assert.deepEqual(JSON.parse(server.seen[4]?.body ?? ""), { metadata: {}, spec: {} });
  });

  it("are written as they are served", async () => {
    const { store, server } = await scripted([noPath, group("v1beta1"), resources("ipaddresses"), address("v1beta1")]);
    const object = { apiVersion: "ipam.cluster.x-k8s.io/v1beta2", kind: "IPAddress", metadata: of };
    await store.create(CAPI_IP_ADDRESS, object);
    assert.equal(JSON.parse(server.seen.at(-1)?.body ?? "").apiVersion, "ipam.cluster.x-k8s.io/v1beta1");
  });

  it("served: the requested version before the server's preferred one, looked up once", async () => {
    const { store, server } = await scripted([group("v1", "v1beta2"), resources("ipaddresses")]);
    const [first, second] = [store.apiServer.served(CAPI_IP_ADDRESS), store.apiServer.served(CAPI_IP_ADDRESS)];
    assert.deepEqual([await first, await second], [CAPI_IP_ADDRESS, CAPI_IP_ADDRESS]);
    assert.equal(server.seen.length, 2);
  });

  it("served: a version of the group that has the kind", async () => {
    const { store } = await scripted([group("v1", "v1beta1"), resources("other"), resources("x", "ipaddresses")]);
    assert.deepEqual(await store.apiServer.served(CAPI_IP_ADDRESS), { ...CAPI_IP_ADDRESS, version: "v1beta1" });
  });

  it("served: none if the group or the kind is missing", async () => {
    const { store } = await scripted([noPath]);
    assert.equal(await store.apiServer.served(CAPI_IP_ADDRESS), undefined);
    const other = await scripted([group("v1beta2"), answer(200, { resources: null })]);
    assert.equal(await other.store.apiServer.served(CAPI_IP_ADDRESS), undefined);
  });

  it("named: the kind in a preferred version of its group, without sub-resources, looked up once", async () => {
    const kinds = [
      { name: "machines/status", kind: "Machine", namespaced: true },
      { name: "machines", kind: "Machine", namespaced: true },
    ];
    const { store, server } = await scripted([
      group("v1", "v1beta2"),
      resources("other"),
      answer(200, { resources: kinds }),
    ]);
    const wanted = {
      group: "cluster.x-k8s.io",
      version: "v1beta2",
      kind: "Machine",
      plural: "machines",
      namespaced: true,
    };
    const named = () => store.apiServer.named("cluster.x-k8s.io", "Machine");
    assert.deepEqual([await named(), await named()], [wanted, wanted]);
    assert.equal(server.seen.length, 3);
  });

  it("named: none if the group or the kind is missing", async () => {
    const { store } = await scripted([noPath]);
    assert.equal(await store.apiServer.named("cluster.x-k8s.io", "Machine"), undefined);
    const other = await scripted([group("v1beta2"), answer(200, { resources: null })]);
    assert.equal(await other.store.apiServer.named("cluster.x-k8s.io", "Machine"), undefined);
  });

  it("mark in the error's hints that a namespace is being deleted", async () => {
    const message =
      "ippools is forbidden: unable to create new content in namespace default because it is being terminated";
    const causes = [
      { reason: "NamespaceTerminating", message: "namespace default is being terminated", field: "metadata.namespace" },
    ];
    const { store } = await scripted([
      refuse(403, "Forbidden", message, { causes }),
      refuse(403, "Forbidden", message),
    ]);
    await assert.rejects(create(store), { reason: "Forbidden", hints: { isNamespaceEnding: true } });
    await assert.rejects(create(store), { reason: "Forbidden", hints: {} });
  });

  it("served: a failure is not kept", async () => {
    const denied = refuse(403, "Forbidden", "no discovery for you");
    const { store } = await scripted([denied, group("v1beta2"), resources("ipaddresses")]);
    await assert.rejects(store.apiServer.served(CAPI_IP_ADDRESS), { reason: "Forbidden" });
    assert.deepEqual(await store.apiServer.served(CAPI_IP_ADDRESS), CAPI_IP_ADDRESS);
  });

  it("are looked up again after a kind was missing: a CRD may have been installed since", async () => {
    const { store } = await scripted([noPath, noPath, address("v1beta2")]);
    await assert.rejects(store.get(CAPI_IP_ADDRESS, of), { reason: "NotInstalled", message: /Cluster API's CRDs/ });
    assert.equal((await store.get(CAPI_IP_ADDRESS, of))?.metadata.uid, "u");
  });
});
