/** What the plugin's process loads, and when. Each engine command starts several of these processes. */
import assert from "node:assert/strict";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { bundledPackages, licenses } from "../../provider/plugin/bundle/licenses";
import { structOf } from "../../provider/plugin/message";
import { Empty } from "../../provider/pulumi/grpc";
import type { WireProperties } from "../../provider/pulumi/wire";
import { repository } from "../testbed/cache";
import { BundledPlugin, bundledPackage, Contents, packagesOf } from "./bundled-plugin";
import { urnOf } from "./verbs";

describe("the bundle of the plugin", () => {
  let made: Awaited<ReturnType<typeof bundledPackage>>;
  let contents: Contents;
  let plugin: BundledPlugin | undefined;
  before(async () => {
    made = await bundledPackage();
    contents = new Contents(made.metafile);
  });
  after(() => made.remove());
  afterEach(async () => {
    await plugin?.stop();
    plugin = undefined;
  });

  const started = async () => {
    plugin = await BundledPlugin.start(made.root);
    return plugin;
  };
  const configured = async (args: WireProperties) => {
    const process = await started();
    const request = new proto.ConfigureRequest();
    request.setArgs(structOf(args));
    await process.ask<proto.ConfigureResponse>((done) => process.client.configure(request, done));
    return process;
  };
  const loadedSources = async (process: BundledPlugin) => contents.sourcesOf(await process.loaded());
  const from = (folder: string) => (source: string) => source.startsWith(folder);

  it("loads only gRPC and no file of a floor before the port", () => {
    const sources = contents.loadedWith("main.js");
    assert.deepEqual(packagesOf(sources), ["", "@grpc/grpc-js", "@js-sdsl/ordered-map", "google-protobuf"]);
    assert.deepEqual(sources.filter(from("provider/")).sort(), [
      "provider/plugin/bundle/grpc.ts",
      "provider/plugin/main.ts",
      "provider/plugin/message-limits.ts",
    ]);
    const client = sources.filter((source) =>
      /grpc-js\/.*\/(index|client|make-client|resolver-dns|channel)\.js$/.test(source),
    );
    assert.deepEqual(client, []);
  });

  it("answers without any package beside it, and has loaded no argument schemas, no store and no client then", async () => {
    const process = await started();
    const info = await process.ask<PluginInfo>((done) => process.client.getPluginInfo(new Empty(), done));
    const { version } = JSON.parse(await readFile(join(repository, "package.json"), "utf8"));
    assert.equal(info.getVersion(), version);
    const sources = await loadedSources(process);
    assert.deepEqual(packagesOf(sources), [
      "",
      "@grpc/grpc-js",
      "@js-sdsl/ordered-map",
      "@pulumi/pulumi",
      "google-protobuf",
    ]);
    assert.deepEqual(sources.filter(from("provider/store/")), []);
  });

  it("loads no HTTP client for a folder, and reports what it waits for to the engine", async () => {
    const directory = join(made.root, "manifests");
    await mkdir(directory);
    const process = await configured({ directory });
    const request = new proto.CreateRequest();
    request.setUrn(urnOf("preAllocation", "cp-0"));
    request.setProperties(structOf({ namespace: "metal3", pool: "net", host: "cp-0" }));
    process.client.create(request, () => undefined);
    while (process.logged.length === 0) await process.loaded();
    assert.deepEqual(process.logged, [
      {
        severity: "info",
        message: "waiting for IPPool metal3/net to be there",
        urn: request.getUrn(),
        ephemeral: true,
      },
    ]);
    const sources = await loadedSources(process);
    assert.ok(sources.some(from("provider/store/file/")));
    assert.deepEqual(sources.filter(from("provider/store/kubernetes/")), []);
    assert.ok(packagesOf(sources).includes("yaml"));
    assert.ok(!packagesOf(sources).includes("undici"));
  });

  it("loads no file store for a cluster", async () => {
    const process = await configured({ kubeconfig: JSON.stringify(kubeconfig) });
    const request = new proto.InvokeRequest();
    request.setTok("metal3-ipam:index:getIPPool");
    request.setArgs(structOf({ namespace: "metal3", name: "net" }));
    process.client.invoke(request, () => undefined);
    let sources: string[] = [];
    while (!packagesOf(sources).includes("undici")) sources = await loadedSources(process);
    assert.deepEqual(sources.filter(from("provider/store/file/file-store")), []);
  });

  it("has one copy of each package, and its license", () => {
    const folders = bundledPackages(made.metafile);
    assert.deepEqual(
      folders.map((folder) => packagesOf([`${folder}/`])[0]),
      [
        "@grpc/grpc-js",
        "@js-sdsl/ordered-map",
        "@pulumi/pulumi",
        "google-protobuf",
        "ip-address",
        "undici",
        "yaml",
        "zod",
      ],
    );
    const text = licenses(repository, made.metafile);
    const sections = text.split("\n=== ").slice(1);
    assert.equal(sections.length, folders.length);
    for (const [index, section] of sections.entries()) {
      const name = packagesOf([`${folders[index]}/`])[0]!;
      assert.ok(section.startsWith(`${name} `), section.slice(0, 60));
      assert.match(section, /Permission|permi(t|ss)|Redistribution/);
    }
  });
});

/** Nothing listens on this port. */
const kubeconfig = {
  apiVersion: "v1",
  kind: "Config",
  clusters: [{ name: "none", cluster: { server: "http://127.0.0.1:1" } }],
  users: [{ name: "nobody", user: {} }],
  contexts: [{ name: "none", context: { cluster: "none", user: "nobody" } }],
  "current-context": "none",
};
