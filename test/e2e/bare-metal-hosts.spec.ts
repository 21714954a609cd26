import assert from "node:assert/strict";
import { join } from "node:path";
import { parse } from "yaml";
import { eventually, type KubeObject, useCluster } from "../testbed/cluster";
import { expectFailed, expectSucceeded, type Stack, useEngine } from "../testbed/engine";
import { installedPackage } from "../testbed/installed-package";
import { run } from "../testbed/run";
import { HostStack, networks, outputsOf, reserved, text } from "./host-stack";

describe("examples/bare-metal-hosts", function () {
  const cluster = useCluster(this, { capm3: true, inCluster: true });
  const engine = useEngine(this);
  const name = "bare-metal-hosts";
  let program: string;
  let made: HostStack;
  let stack: Stack;
  const without = (host: string): string => {
    const changed = program.replace(new RegExp(`^ *\\{ name: "${host}".*\n`, "m"), "");
    assert.notEqual(changed, program);
    return changed;
  };

  before(async () => {
    const own = ["index.ts", "package.json", "tsconfig.json"];
    const files = Object.fromEntries(
      await Promise.all(own.map(async (file) => [file, await text("examples", name, file)])),
    );
    program = files["index.ts"];
    const { config } = parse(await text("examples", name, "Pulumi.dev.yaml"));
    made = await HostStack.open(engine(), cluster(), { name, files, config });
    ({ stack } = made);
  });

  it("has types", async () => {
    const compiler = join(await installedPackage(), "node_modules/typescript/bin/tsc");
    const { code, all } = await run(process.execPath, [compiler, "--noEmit"], { cwd: stack.folder, env: {} });
    assert.deepEqual({ code, all }, { code: 0, all: "" });
  });

  it("comes up whole, with the addresses of the preview", async () => {
    const shown = expectSucceeded(await stack.preview());
    assert.deepEqual(shown.outputs, { hosts: outputsOf(reserved) });
    const secrets = shown.rows.filter(({ type }) => type === "kubernetes:core/v1:Secret");
    assert.equal(secrets.length, 4);
    for (const { outputs } of secrets) assert.ok(outputs.data, "the content is known in the preview");
    const { outputs, changes } = expectSucceeded(await stack.up());
    assert.deepEqual({ outputs, changes }, { outputs: shown.outputs, changes: { create: 17 } });

    const { spec, metadata } = await made.json<KubeObject & { spec: object }>("baremetalhost", "worker-0");
    assert.deepEqual(metadata.labels, { role: "worker" });
    assert.deepEqual(spec, {
      automatedCleaningMode: "metadata", // the server's default
      online: true,
      bootMACAddress: "00:16:3e:21:00:20",
      bmc: {
        address: "redfish-virtualmedia://172.21.0.20/redfish/v1/Systems/1",
        credentialsName: "bmc-credentials",
      },
      networkData: { name: "worker-0-network-data" },
      preprovisioningNetworkDataName: "worker-0-network-data",
    });
    for (const [host, addresses] of Object.entries(reserved)) {
      await made.expectConfigured(host, addresses);
    }
  });

  it("keeps the hosts waiting for all addresses, and no network data in the component or in plain text", async () => {
    const { deployment } = await stack.stackExport();
    const found = (deployment.resources ?? []) as { urn: string; outputs?: object; dependencies?: string[] }[];
    const named = (end: string) => found.find(({ urn }) => urn.endsWith(end));
    const sets = networks.map((network) => named(`PreAllocationSet::rack-${network}`)?.urn);
    for (const host of Object.keys(reserved)) {
      const waits = named(`BareMetalHost::${host}`)?.dependencies ?? [];
      const secret = named(`Secret::${host}-network-data`);
      assert.deepEqual(
        [...sets, secret?.urn].filter((urn) => !waits.includes(`${urn}`)),
        [],
      );
      assert.deepEqual(
        sets.filter((urn) => !secret?.dependencies?.includes(`${urn}`)),
        [],
      );
    }
    assert.deepEqual(named("HostNetworks::rack")?.outputs, { addresses: outputsOf(reserved) });
    assert.doesNotMatch(JSON.stringify(deployment), /ethernet_mac_address|the-password/);
  });

  it("does nothing in a second update, also after a refresh", async () => {
    const before = await made.versions();
    assert.deepEqual(expectSucceeded(await stack.up("--refresh")).changes, { same: 17 });
    assert.deepEqual(await made.versions(), before);
  });

  it("shows the drift of a host with --refresh, and takes it back", async () => {
    await made.patch("baremetalhost", "worker-0", { spec: { online: false } });
    await made.patch("secret", "worker-0-network-data", { data: { networkData: "e30=" } });
    const others = await made.versions("worker-0");
    const { rows } = expectSucceeded(await stack.up("--refresh"));
    const changed = new Set(
      rows.filter(({ op }) => op !== "same" && op !== "refresh").map(({ type, name }) => `${type} ${name}`),
    );
    assert.deepEqual([...changed].sort(), [
      "kubernetes:core/v1:Secret worker-0-network-data",
      "kubernetes:metal3.io/v1alpha1:BareMetalHost worker-0",
    ]);
    assert.equal((await made.json<{ spec: { online: boolean } }>("baremetalhost", "worker-0")).spec.online, true);
    await made.expectConfigured("worker-0", reserved["worker-0"]);
    assert.deepEqual(await made.versions("worker-0"), others);
  });

  it("writes another layout into the Secrets, and touches no host", async () => {
    const hosts = await made.get("baremetalhosts", "-o", "json");
    await stack.setProgram(program.replace("mtu: 9000, options", "mtu: 9100, options"));
    const { changes } = expectSucceeded(await stack.up());
    assert.deepEqual([changes.replace, changes.same], [3, 14]);
    assert.equal(await made.get("baremetalhosts", "-o", "json"), hosts);
    await stack.setProgram(program);
    expectSucceeded(await stack.up());
  });

  it("creates nothing of a host whose address is taken", async () => {
    const before = await made.versions();
    const taken = `  { name: "worker-2", bmc: "172.21.0.22", eno1: "00:16:3e:21:00:22", eno2: "00:16:3e:21:01:22", ceph: "10.100.0.79" },\n];`;
    await stack.setProgram(program.replace("\n];", `\n${taken}`));
    expectFailed(await stack.up(), /10\.100\.0\.79 .*cp-0/);
    assert.deepEqual(await made.versions(), before);
  });

  it("reports the faults of the inventory and of the layout in the preview", async () => {
    const twice = program.replace('"00:16:3e:21:01:21"', '"0016.3e21.0120"').replace("storage: ceph }", "ceph }");
    await stack.setProgram(twice);
    const inventory = expectFailed(await stack.preview(), /HostNetworks rack:/).all;
    assert.match(inventory, /hosts\.worker-0\.pins\.ceph: There is no such network\./);
    assert.match(inventory, /hosts\.worker-1: It has the MAC address 00:16:3e:21:01:20 of host worker-0\./);
    await stack.setProgram(program.replace('"bond0.100" }', '"bond0.101" }'));
    expectFailed(
      await stack.preview(),
      /cp-0, worker-0, worker-1: networks\.storage\.link: "bond0\.101" is not a device\./,
    );
  });

  it("frees the addresses of a removed host only after its BareMetalHost is gone", async () => {
    const finalizer = "baremetalhost.metal3.io"; // the operator's
    await made.patch("baremetalhost", "worker-1", { metadata: { finalizers: [finalizer] } });
    const others = await made.versions("worker-1");
    const held = await made.preAllocations();
    await stack.setProgram(without("worker-1"));
    const update = stack.start("up", "--yes", "--skip-preview");
    await eventually("the host is being deleted", async () => {
      const { metadata } = await made.host("worker-1");
      return metadata.deletionTimestamp;
    });
    assert.deepEqual(await made.preAllocations(), held); // the sets are updated by now
    await made.patch("baremetalhost", "worker-1", { metadata: { finalizers: null } });
    const { changes } = expectSucceeded(await update.done);
    assert.deepEqual(changes, { same: 11, update: 4, delete: 2 });
    const left = Object.keys(held).filter((claim) => /^(cp|worker)-0-/.test(claim));
    await eventually(
      "the addresses are free",
      async () => Object.keys(await made.preAllocations()).length === left.length,
    );
    assert.deepEqual(Object.keys(await made.preAllocations()), left);
    assert.deepEqual(await made.versions(), others);
    const locks = await made.get("ipaddresses.ipam.metal3.io,ipaddresses.ipam.cluster.x-k8s.io", "-o", "name");
    assert.doesNotMatch(locks, /172-22-0-102|172-21-0-21|10-100-0-21/);
  });

  it("gives the addresses of a renamed host to the new name if they are pinned", async () => {
    const before = await made.versions("worker-0", "worker-7");
    const [v4, v6, storage] = reserved["worker-0"];
    const renamed = without("worker-1")
      .replace('"worker-0"', '"worker-7"')
      .replace(
        "storage: ceph",
        `storage: ceph, ...(ceph && { "provisioning-v4": "${v4}", "provisioning-v6": "${v6}" })`,
      );
    await stack.setProgram(renamed);
    const { outputs } = expectSucceeded(await stack.up());
    const hosts = { "cp-0": reserved["cp-0"], "worker-7": [`${v4}`, `${v6}`, `${storage}`] };
    assert.deepEqual(outputs, { hosts: outputsOf(hosts) });
    await made.expectConfigured("worker-7", reserved["worker-0"]);
    assert.deepEqual(await made.versions("worker-7"), before);
    assert.deepEqual(expectSucceeded(await stack.up()).changes, { same: 15 });
  });

  it("leaves nothing", async () => {
    expectSucceeded(await stack.destroy());
    await made.expectNothingLeft();
  });
});
