import assert from "node:assert/strict";
import path from "node:path";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { handlersOver } from "../../provider/compose";
import type { Config } from "../../provider/config";
import { bagOf, structOf } from "../../provider/plugin/message";
import type { Compose } from "../../provider/plugin/session";
import type { WireProperties } from "../../provider/pulumi/wire";
import { openMemoryStore } from "../../provider/store/memory-store";
import { testEnvironment } from "../resources/program";
import { configure } from "./backend";
import { ProviderProcess } from "./provider-process";
import { plainDiff, Resource, secret, UNKNOWN } from "./verbs";

const pools = [{ start: "10.0.0.10", end: "10.0.0.19", prefix: 24 }];
const NAMES = "directory, kubeconfig, context, allowExec, deleteUnreachable, namespace";
const EXCLUSIVE = "Pools are in a folder of manifests or in a cluster. Remove one setting.";

describe("the provider's configuration", () => {
  const opened: Config[] = [];
  const store = openMemoryStore();
  const compose: Compose = async (config, cancelled) => {
    opened.push(config);
    const handlers = handlersOver(store, testEnvironment({ cancelled }), config.namespace ?? "metal3");
    return { handlers, warnings: [`opened ${config.namespace ?? "metal3"}`] };
  };
  let provider: ProviderProcess;
  before(async () => {
    provider = await ProviderProcess.start(compose);
  });
  after(() => provider.stop());
  beforeEach(() => {
    opened.length = 0;
  });

  describe("CheckConfig", () => {
    async function check(news: WireProperties): Promise<{ inputs: WireProperties; faults: string[] }> {
      const request = new proto.CheckRequest();
      request.setUrn("urn:pulumi:dev::metal::pulumi:providers:metal3-ipam::default");
      request.setNews(structOf(news));
      const response = await provider.ask<proto.CheckResponse>((client, done) => client.checkConfig(request, done));
      const faults = response.getFailuresList().map((failure) => failure.getProperty() + failure.getReason());
      return { inputs: bagOf(response.getInputs()), faults };
    }

    const good: readonly (readonly [what: string, news: WireProperties])[] = [
      ["nothing", {}],
      ["a folder", { directory: "manifests" }],
      ["a context and a namespace", { context: "lab", namespace: "metal3" }],
      ["true as JSON text, as stack configuration has it", { allowExec: "true" }],
      ["true", { allowExec: true }],
      ["an unknown value", { directory: UNKNOWN }],
      ["a namespace that is not known yet", { namespace: UNKNOWN, directory: "manifests" }],
      ["the additions of engine and SDKs", { version: "0.1.0", pluginDownloadURL: "x", pluginChecksums: { a: "b" } }],
    ];
    for (const [what, news] of good) {
      it(`accepts ${what}, and leaves it unchanged`, async () =>
        assert.deepEqual(await check(news), { inputs: news, faults: [] }));
    }

    it("makes a kubeconfig secret, even if it was none", async () => {
      for (const kubeconfig of ["~/.kube/config", secret("~/.kube/config")])
        assert.deepEqual((await check({ kubeconfig })).inputs, { kubeconfig: secret("~/.kube/config") });
      assert.deepEqual((await check({ kubeconfig: secret(UNKNOWN) })).inputs, { kubeconfig: secret(UNKNOWN) });
    });

    const bad: readonly (readonly [what: string, news: WireProperties, faults: string[]])[] = [
      ["a misspelt name", { directry: "x" }, [`directry: is not a property. Choose one of ${NAMES}.`]],
      ["a hidden one", { __target: "x" }, [`target: is not a property. Choose one of ${NAMES}.`]],
      ["empty text", { directory: "" }, ["directory: is empty. Give it a value, or leave it out."]],
      [
        "two backends",
        { directory: "x", kubeconfig: "y" },
        [`directory: cannot be combined with kubeconfig. ${EXCLUSIVE}`],
      ],
      [
        "two backends, one of them not known yet",
        { directory: "x", context: UNKNOWN, allowExec: "false" },
        [`directory: cannot be combined with context, allowExec. ${EXCLUSIVE}`],
      ],
      ["other JSON", { allowExec: "yes" }, ['allowExec: "yes" is text, but must be true or false.']],
      [
        "all at once",
        { namespace: "No", context: 7, x: 1 },
        [
          `x: is not a property. Choose one of ${NAMES}.`,
          "context: 7 is a number, but must be text.",
          'namespace: "No" must consist of at most 63 lower-case letters, digits and -, and must start and end with a letter or digit (RFC 1123).',
        ],
      ],
    ];
    for (const [what, news, faults] of bad) {
      it(`refuses ${what}`, async () => assert.deepEqual((await check(news)).faults, faults));
    }
  });

  describe("DiffConfig", () => {
    async function diff(olds: WireProperties, news: WireProperties) {
      const request = new proto.DiffRequest();
      request.setOlds(structOf(olds));
      request.setOldInputs(structOf(olds));
      request.setNews(structOf(news));
      return plainDiff(await provider.ask<proto.DiffResponse>((client, done) => client.diffConfig(request, done)));
    }
    const none = { isChange: false, diffs: [], replaces: [], stables: [], detailed: {}, deleteBeforeReplace: false };
    const rows: readonly (readonly [what: string, olds: WireProperties, news: WireProperties, diffs: string[]])[] = [
      ["another kubeconfig", { kubeconfig: secret("a") }, { kubeconfig: secret("b") }, ["kubeconfig"]],
      ["one that is not known yet", { kubeconfig: secret("a") }, { kubeconfig: secret(UNKNOWN) }, ["kubeconfig"]],
      ["a folder instead of a cluster", { context: "a" }, { directory: "b" }, ["context", "directory"]],
      ["the same", { kubeconfig: secret("a"), context: "c" }, { kubeconfig: "a", context: "c" }, []],
    ];
    for (const [what, olds, news, diffs] of rows) {
      it(`of ${what} replaces nothing`, async () =>
        assert.deepEqual(await diff(olds, news), { ...none, isChange: diffs.length > 0, diffs }));
    }
  });

  describe("Configure", () => {
    const resource = () => new Resource(provider, "ipPool", "net");

    it("opens the backend at the first call, and only once", async () => {
      await configure(provider, { directory: "manifests", allowExec: "false", namespace: "a" });
      assert.deepEqual(opened, []);
      await Promise.all([resource().checked({ pools }), resource().checked({ pools })]);
      const directory = path.resolve("manifests");
      const unset = { kubeconfig: undefined, context: undefined, deleteUnreachable: undefined };
      assert.deepEqual(opened, [{ ...unset, directory, allowExec: false, namespace: "a" }]);
      assert.deepEqual(provider.warnings(), ["opened a"]);
    });

    it("accepts a secret, and a JSON `true`", async () => {
      await configure(provider, { kubeconfig: secret("apiVersion: v1"), allowExec: true });
      await resource().checked({ pools });
      assert.deepEqual([opened[0]?.kubeconfig, opened[0]?.allowExec], ["apiVersion: v1", true]);
    });

    it("applies from then on, each time", async () => {
      await configure(provider, { namespace: "a" });
      assert.equal((await resource().checked({ pools })).namespace, "a");
      await configure(provider, { namespace: "b" });
      assert.equal((await resource().checked({ pools })).namespace, "b");
      assert.equal(opened.length, 2);
    });

    it("with an unknown value fails the first call, and names the setting", async () => {
      await configure(provider, { directory: UNKNOWN });
      await assert.rejects(resource().check({ pools }), {
        code: 9,
        details: "metal3-ipam:directory is not known yet. Nothing can be asked before the update.",
      });
    });
  });
});
