import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PluginAttach, type PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import type { Empty as EmptyMessage } from "google-protobuf/google/protobuf/empty_pb";
import { composeForPulumi } from "../../provider/pulumi/compose";
import { Empty, grpc } from "../../provider/pulumi/grpc";
import { repository } from "../testbed/cache";
import { configure, useMemory } from "./backend";
import { ProviderProcess } from "./provider-process";
import { Resource } from "./verbs";

const { status } = grpc;
/** It offers its own gateway, which is a warning. */
const warned = { pools: [{ start: "10.0.0.1", end: "10.0.0.9" }], gateway: "10.0.0.1", prefix: 24 };

describe("a provider process", () => {
  const { compose } = useMemory();
  let provider: ProviderProcess;
  const start = async (isAttached = false) => {
    provider = await ProviderProcess.start(compose, { isAttached });
  };
  afterEach(() => provider.stop());

  it("reports its features in the handshake, and learns the engine's address", async () => {
    await start(true);
    const request = new proto.ProviderHandshakeRequest();
    request.setEngineAddress(provider.engineAddress);
    const response = await provider.ask<proto.ProviderHandshakeResponse>((c, done) => c.handshake(request, done));
    assert.deepEqual(response.toObject(), {
      acceptSecrets: true,
      acceptResources: false,
      acceptOutputs: false,
      supportsAutonamingConfiguration: false,
    });
    await configure(provider);
    await new Resource(provider, "ipPool", "net").checked(warned);
    assert.equal(provider.warnings().length, 1);
  });

  it("learns the address from Attach", async () => {
    await start(true);
    const request = new PluginAttach();
    request.setAddress(provider.engineAddress);
    await provider.ask<EmptyMessage>((client, done) => client.attach(request, done));
    await configure(provider);
    await new Resource(provider, "ipPool", "net").checked(warned);
    assert.equal(provider.warnings().length, 1);
  });

  it("also works without an engine", async () => {
    await start(true);
    await configure(provider);
    await new Resource(provider, "ipPool", "net").checked(warned);
    assert.deepEqual(provider.warnings(), []);
  });

  it("has the version of the package, and its schema.json", async () => {
    await start();
    const info = await provider.ask<PluginInfo>((client, done) => client.getPluginInfo(new Empty(), done));
    const { version } = JSON.parse(await readFile(join(repository, "package.json"), "utf8")) as { version: string };
    assert.equal(info.getVersion(), version);
    const request = new proto.GetSchemaRequest();
    const schema = await provider.ask<proto.GetSchemaResponse>((client, done) => client.getSchema(request, done));
    assert.equal(schema.getSchema(), await readFile(join(repository, "schema.json"), "utf8"));
  });

  it("has no mappings, because it is no converted provider", async () => {
    await start();
    const request = new proto.GetMappingRequest();
    request.setKey("terraform");
    const one = await provider.ask<proto.GetMappingResponse>((client, done) => client.getMapping(request, done));
    assert.deepEqual([one.getProvider(), one.getData_asU8().length], ["", 0]);
    const all = new proto.GetMappingsRequest();
    const many = await provider.ask<proto.GetMappingsResponse>((client, done) => client.getMappings(all, done));
    assert.deepEqual(many.getProvidersList(), []);
  });

  it("takes no parameters", async () => {
    await start();
    const asked = provider.ask((client, done) => client.parameterize(new proto.ParameterizeRequest(), done));
    await assert.rejects(asked, {
      code: status.UNIMPLEMENTED,
      details: "metal3-ipam is one package and takes no parameters. Remove them.",
    });
  });

  it("has no components and no methods", async () => {
    await start();
    const call = provider.ask((client, done) => client.call(new proto.CallRequest(), done));
    await assert.rejects(call, { code: status.UNIMPLEMENTED });
    const construct = provider.ask((client, done) => client.construct(new proto.ConstructRequest(), done));
    await assert.rejects(construct, { code: status.UNIMPLEMENTED });
  });

  it("lists the existing tokens for an unknown one", async () => {
    await start();
    await configure(provider);
    const request = new proto.CheckRequest();
    request.setUrn("urn:pulumi:dev::metal::metal3-ipam:index:IPPools::net");
    const tokens = ["IPPool", "IPClaim", "IPAddressClaim", "PreAllocation", "PreAllocationSet"].map(
      (name) => `metal3-ipam:index:${name}`,
    );
    await assert.rejects(
      provider.ask((client, done) => client.check(request, done)),
      {
        code: status.NOT_FOUND,
        details: `metal3-ipam has no resource metal3-ipam:index:IPPools. There are ${tokens.join(", ")}.`,
      },
    );
    const invoke = new proto.InvokeRequest();
    invoke.setTok("metal3-ipam:index:getPool");
    await assert.rejects(
      provider.ask((client, done) => client.invoke(invoke, done)),
      {
        code: status.NOT_FOUND,
        details:
          "metal3-ipam has no function metal3-ipam:index:getPool. There are metal3-ipam:index:getIPPool, metal3-ipam:index:getIPAddress, metal3-ipam:index:renderNetworkConfig, metal3-ipam:index:planSubnet.",
      },
    );
  });

  it("refuses calls before it is configured", async () => {
    await start();
    await assert.rejects(new Resource(provider, "ipPool", "net").check(warned), {
      code: status.FAILED_PRECONDITION,
      details: "metal3-ipam: used before it was configured",
    });
  });

  it("keeps a whole life in its configured folder", async () => {
    const directory = await mkdtemp(join(tmpdir(), "metal3-ipam-"));
    provider = await ProviderProcess.start(composeForPulumi);
    try {
      await configure(provider, { directory, namespace: "metal3" });
      const pool = await new Resource(provider, "ipPool", "net").made(warned);
      const host = new Resource(provider, "preAllocation", "cp-0");
      const kept = await host.made({ pool: "net", host: "cp-0" });
      assert.deepEqual(await host.read(kept), kept);
      const manifest = await readFile(join(directory, "metal3", "ippools", "net.yaml"), "utf8");
      assert.match(manifest, new RegExp(`cp-0-net: ${kept.outputs.address}\\n`));
      await host.delete(kept);
      await new Resource(provider, "ipPool", "net").delete(pool);
      assert.deepEqual(await readdir(join(directory, "metal3", "ippools")), []);
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it("accepts messages of tens of megabytes", async () => {
    await start();
    await configure(provider);
    // Larger than any object can be. The fault names it, and shows only its beginning.
    const labels = { site: "x".repeat(20 << 20) };
    await assert.rejects(new Resource(provider, "ipPool", "net").checked({ ...warned, labels }), {
      message: `labels.site: "${"x".repeat(48)}..." has 20971520 characters. The limit of a label is 63. Shorten it, or use an annotation.`,
    });
  });
});
