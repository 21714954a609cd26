/** A new resource is one folder and one row: `dummy/` has no mention outside of it and of this file. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { handlersOver } from "../../provider/compose";
import { dynamicProvider } from "../../provider/dynamic/provider";
import { structOf } from "../../provider/plugin/message";
import { schemaText } from "../../provider/plugin/schema/package-schema";
import { unopenedHandlers } from "../../provider/plugin/unopened";
import { registry, resources } from "../../provider/resources/registry";
import { openMemoryStore } from "../../provider/store/memory-store";
import { type Store, StoreError } from "../../provider/store/store";
import { configure } from "../plugin/backend";
import { ProviderProcess } from "../plugin/provider-process";
import { Resource } from "../plugin/verbs";
import { repository } from "../testbed/cache";
import { dummy } from "./dummy/dummy-resource";
import { testEnvironment } from "./program";

const withDummy = { ...registry, resources: { ...resources, dummy } };
const owner = { stack: "metal/dev", resource: "one" };
const token = "metal3-ipam:index:Dummy";

describe("a new row of the registry", () => {
  it("is in the schema, which is otherwise as it was", () => {
    const manifest = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));
    const { [token]: added, ...others } = JSON.parse(schemaText(manifest, withDummy)).resources;
    assert.deepEqual(others, JSON.parse(schemaText(manifest)).resources);
    const named = { type: "string", description: "Name of the ConfigMap." };
    const namespace = { type: "string", description: "Namespace of the ConfigMap." };
    assert.deepEqual(added, {
      description:
        "A word in a ConfigMap.\n\nA preview of drift shows an input `drift`, which the provider adds. It says what was found, what was " +
        "expected, and who made the change if that is known.",
      inputProperties: {
        name: { ...named, description: "Name of the ConfigMap. Default: the resource's logical name." },
        namespace,
        word: { type: "string", description: "What it holds. Default: nothing." },
      },
      requiredInputs: [],
      properties: {
        name: named,
        namespace,
        word: { type: "string", description: "What it holds." },
        length: { type: "integer", description: "Length of the word." },
      },
      required: ["name", "namespace", "length"],
      listInputs: {
        type: "object",
        properties: {
          namespace: {
            type: "string",
            description:
              "Namespace of the objects. Default: `metal3-ipam:namespace`, or else the namespace of the kubeconfig's context, or else `default`.",
          },
        },
        required: [],
      },
      aliases: [{ type: "pulumi-nodejs:dynamic/metal3-ipam:Dummy" }],
    });
  });

  describe("in the plugin", () => {
    let provider: ProviderProcess;
    let one: Resource;
    beforeEach(async () => {
      const store = openMemoryStore();
      const handlers = handlersOver(store, testEnvironment(), "metal3", withDummy);
      provider = await ProviderProcess.start(async () => ({ handlers, warnings: [] }), { registry: withDummy });
      await configure(provider);
      one = new Resource(provider, dummy, "one");
    });
    afterEach(() => provider.stop());

    it("has its logical name for a name, its default namespace, and the backend's mark in state", async () => {
      const { __target, ...inputs } = await one.checked({ word: "hello" });
      assert.deepEqual(inputs, { name: "one", namespace: "metal3", word: "hello", length: 5 });
      assert.equal((__target as { description: string }).description, "memory of this process");
    });

    it("goes through all verbs of its life", async () => {
      const made = await one.made({ word: "hello" });
      assert.equal(made.id, "metal3/one");
      const news = await one.checked({ word: "bye" }, made.inputs);
      assert.deepEqual((await one.diff(made, news)).detailed, { length: "update", word: "update" });
      const updated = await one.update(made, news);
      assert.equal((await one.read(updated)).outputs.word, "bye");
      await one.delete(updated);
      assert.equal((await one.read({ id: "metal3/one" })).id, "");
    });

    it("is listed, and imported by the ids of the list", async () => {
      await one.made({ word: "hello" });
      const request = new proto.ListRequest();
      request.setToken(token);
      request.setQuery(structOf({}));
      const ids = await listed(provider, request);
      assert.deepEqual(ids, ["metal3/one"]);
      assert.equal((await one.read({ id: ids[0]! })).outputs.length, 5);
    });

    it("says the form of its ids where one is malformed", async () => {
      const details = '"metal3" is not the id of a Dummy. Write <namespace>/<name>.';
      await assert.rejects(one.read({ id: "metal3" }), { details });
    });

    it("is among the resources and the lists that there are", async () => {
      const details = /^metal3-ipam has no resource metal3-ipam:index:No\. There are .*, metal3-ipam:index:Dummy\.$/;
      await assert.rejects(new Resource(provider, { kind: "No" }, "one").check({}), { details });
      const request = new proto.ListRequest();
      request.setToken("metal3-ipam:index:No");
      await assert.rejects(listed(provider, request), {
        details: /has no list of \S+\. There are lists of .*, metal3-ipam:index:Dummy\.$/,
      });
    });
  });

  it("is kept in state while its cluster cannot be asked, with all that check has filled in", async () => {
    const down = { isDown: false };
    const { dummy: handler } = handlersOver(clusterOf(down), testEnvironment(), "metal3", withDummy);
    const { inputs } = await handler.check({ owner, olds: undefined, news: { name: "one", word: "hello" } });
    assert.deepEqual(Object.keys(inputs), ["name", "namespace", "word", "length", "target"]);
    down.isDown = true;
    const again = await handler.check({ owner, olds: inputs, news: { name: "one", word: "hello" } });
    assert.deepEqual(again.inputs, inputs);
    assert.match(
      again.warnings.join(),
      /^Could not read the cluster, so the last known state stands\. Cannot get ConfigMap: no answer\. Check that the /,
    );
    const read = await handler.read({ id: "metal3/one", state: inputs });
    assert.deepEqual([read.outputs, read.warnings], [inputs, again.warnings]);
    const anew = handler.check({ owner, olds: inputs, news: { name: "one", word: "bye" } });
    await assert.rejects(
      anew,
      /^StoreError: Cannot get ConfigMap: no answer\. Check that the API server of a cluster is up /,
    );
  });

  it("has a handler where its backend could not be opened", async () => {
    const handlers: object = unopenedHandlers(new Error("no kubeconfig"), withDummy);
    assert.deepEqual(Object.keys(handlers), [
      ...Object.keys(withDummy.resources),
      "getIPPool",
      "getIPAddress",
      "renderNetworkConfig",
      "planSubnet",
      "list",
      "endRun",
    ]);
  });

  it("can be served by the dynamic provider", async () => {
    const { dummy: handler } = handlersOver(openMemoryStore(), testEnvironment(), "metal3", withDummy);
    const surroundings = {
      configure: () => undefined,
      handler: async () => handler,
      warn: async () => undefined,
      note: async () => undefined,
    };
    const sealed = { __owner: owner, __provider: "text" };
    const { inputs } = await dynamicProvider(surroundings).check({}, { name: "one", ...sealed });
    const { __target, ...shown } = inputs as { readonly [property: string]: unknown };
    assert.deepEqual(shown, { name: "one", namespace: "metal3", length: 0, ...sealed });
  });
});

function listed(provider: ProviderProcess, request: proto.ListRequest): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const ids: string[] = [];
    const call = provider.client.list(request);
    call.on("data", (response: proto.ListResponse) => ids.push(response.getResult()?.getId() ?? "no result"));
    call.on("end", () => resolve(ids));
    call.on("error", reject);
  });
}

/** What a resource needs of a cluster, which `down` takes away. */
function clusterOf(down: { readonly isDown: boolean }): Store {
  const store = openMemoryStore();
  return {
    target: { id: "kubernetes:1", description: "a cluster" },
    apiServer: {
      served: async (kind) => kind,
      named: async () => undefined,
      watch: () => ({ close: () => undefined }),
    },
    get: async (kind, key) => {
      if (down.isDown) throw new StoreError("Unavailable", `Cannot get ${kind.kind}: no answer.`);
      return store.get(kind, key);
    },
    list: store.list.bind(store),
    create: store.create.bind(store),
    patch: store.patch.bind(store),
    remove: store.remove.bind(store),
  };
}
