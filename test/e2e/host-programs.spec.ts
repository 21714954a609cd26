import assert from "node:assert/strict";
import { parse, stringify } from "yaml";
import { useCluster } from "../testbed/cluster";
import { expectSucceeded, useEngine } from "../testbed/engine";
import { HostStack, outputsOf, reserved, text } from "./host-stack";

/** The program of the page. */
async function documented(): Promise<string> {
  const page = await text("docs/networks.md");
  return page.match(/```ts\n([^`]*HostNetworks[^`]*)```/)?.[1] ?? "";
}

describe("BareMetalHosts in one program with their addresses", function () {
  const cluster = useCluster(this, { capm3: true, inCluster: true });
  const engine = useEngine(this);

  it("examples/bare-metal-hosts-yaml comes up whole, changes nothing in a second update, and leaves nothing", async () => {
    const name = "bare-metal-hosts-yaml";
    const project = parse(await text("examples", name, "Pulumi.yaml"));
    const { name: _name, runtime: _runtime, plugins: _plugins, ...program } = project;
    const { config } = parse(await text("examples", name, "Pulumi.dev.yaml"));
    const spec = { name, runtime: "yaml", program: stringify(program), config } as const;
    const made = await HostStack.open(engine(), cluster(), spec);
    const { "worker-1": _worker, ...two } = reserved;
    assert.deepEqual(expectSucceeded(await made.stack.preview()).outputs, { hosts: outputsOf(two) });
    const { outputs, changes } = expectSucceeded(await made.stack.up());
    assert.deepEqual(outputs, { hosts: outputsOf(two) });
    for (const [host, addresses] of Object.entries(two)) {
      await made.expectConfigured(host, addresses);
      const { spec } = await made.json<{ spec: { networkData: object } }>("baremetalhost", host);
      assert.deepEqual(spec.networkData, { name: `${host}-network-data`, namespace: made.namespace });
    }
    assert.deepEqual(expectSucceeded(await made.stack.up()).changes, { same: changes.create });
    expectSucceeded(await made.stack.destroy());
    await made.expectNothingLeft();
  });

  it("keeps a BareMetalHost that the program created without HostNetworks", async () => {
    const own = `
import { CustomResource } from "@pulumi/kubernetes/apiextensions";
new CustomResource("cp-0", {
  apiVersion: "metal3.io/v1alpha1",
  kind: "BareMetalHost",
  metadata: { name: "cp-0" },
  spec: { online: true, bootMACAddress: "52:54:00:aa:bb:03" },
});`;
    const made = await HostStack.open(engine(), cluster(), { name: "own", program: own });
    expectSucceeded(await made.stack.up());
    const { uid } = (await made.host("cp-0")).metadata;
    await made.stack.setProgram(await documented());
    const { changes } = expectSucceeded(await made.stack.up());
    assert.deepEqual(changes, { create: 8, update: 1 }); // a create and a delete would end the host
    assert.equal((await made.host("cp-0")).metadata.uid, uid);
    expectSucceeded(await made.stack.destroy());
  });

  it("docs/networks.md shows what its program does", async () => {
    const [page, program] = [await text("docs/networks.md"), await documented()];
    const [created = [], removed = []] = [...page.matchAll(/^\$ pulumi preview\n([^`]*)```/gm)].map(([, block = ""]) =>
      block.split("\n").filter((line) => line !== "" && line !== "..."),
    );
    const { stack, namespace } = await HostStack.open(engine(), cluster(), { name: "lab", program });
    const missing = (shown: string, expected: readonly string[]): string[] => {
      const lines = shown.replaceAll(namespace, "metal3").split("\n");
      return expected.filter((line) => !lines.some((one) => one.trimEnd() === line));
    };
    assert.deepEqual(missing(expectSucceeded(await stack.upAfterPreview()).stdout, created), []);
    const without = program
      .replace(/ {4}"worker-0": \{[\s\S]*?\n {4}\},\n/, "")
      .replace('networkConfig("worker-0")', 'networkConfig("cp-0")');
    await stack.setProgram(without);
    assert.ok(removed.length > 0);
    assert.deepEqual(missing(expectSucceeded(await stack.preview()).stdout, removed), []);
    expectSucceeded(await stack.destroy());
  });
});
