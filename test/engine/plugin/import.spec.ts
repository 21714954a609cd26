import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { eventually } from "../../testbed/cluster";
import { expectFailed, expectSucceeded, type Stack, useEngine } from "../../testbed/engine";
import type { PulumiResult } from "../../testbed/result";
import { itLong } from "../../trust/scale";
import { type Backend, holdings, onEachBackend } from "../backends";
import { ownDiagnostics } from "../neighbours";

const IPPOOL = "metal3-ipam:index:IPPool";

/** A pool that a user has applied, with an entry and with a claim that the controller has served. */
async function makeByHand(backend: Backend): Promise<void> {
  const { namespace } = backend;
  const spec = {
    namePrefix: "hand",
    pools: [
      { start: "10.0.0.10", end: "10.0.0.14" },
      { start: "10.0.0.16", end: "10.0.0.29", prefix: 25, gateway: "10.0.0.126" },
    ],
    ...{ prefix: 24, gateway: "10.0.0.1", dnsServers: ["10.0.0.2", "10.0.0.3"] },
    preAllocations: { "cp-0-net": "10.0.0.20", "w-1-net": "10.0.0.18", "w-0-net": "10.0.0.17", odd: "10.0.0.13" },
  };
  const metadata = { labels: { site: "a" }, annotations: { "example.com/owner": "net team" } };
  await backend.create("ippools/net", { metadata, spec });
  await backend.create("ippools/other", {
    spec: { namePrefix: "other", pools: [{ start: "10.9.0.1", end: "10.9.0.9" }] },
  });
  const claim = { pool: { name: "net", namespace } };
  await backend.create("ipclaims/vip", { metadata: { labels: { app: "api" } }, spec: claim });
  const address = "ipaddresses/hand-10-0-0-10";
  if (backend.project.directory !== null) {
    // A folder has no controller. The controller would create this.
    const { prefix, gateway, dnsServers } = spec;
    const names = { claim: { name: "vip", namespace }, pool: { name: "net", namespace } };
    await backend.create(address, { spec: { address: "10.0.0.10", ...names, prefix, gateway, dnsServers } });
  }
  await eventually("the claim is served", async () => (await backend.contents())[address] !== undefined);
}

/** `pulumi import` of several resources, and the code that it writes. */
async function importAll(stack: Stack, resources: readonly (readonly [type: string, name: string, id: string])[]) {
  const [list, code] = [join(stack.folder, "import.json"), join(stack.folder, "imported.yaml")];
  const listed = resources.map(([type, name, id]) => ({ type: `metal3-ipam:index:${type}`, name, id }));
  await writeFile(list, JSON.stringify({ resources: listed }));
  const result = await stack.start("import", "--yes", "--protect=false", "--file", list, "--out", code).done;
  return { result, code: result.code === 0 ? await readFile(code, "utf8") : "" };
}

/** No change and no message. */
function assertSame(result: PulumiResult, count: number): void {
  assert.deepEqual(expectSucceeded(result).changes, { same: count });
  assert.deepEqual(ownDiagnostics(result), [], result.all);
  assert.doesNotMatch(result.all, /diff:/);
}

describe("import through the plugin, on a real engine", function () {
  const engine = useEngine(this);

  onEachBackend(engine, (open, where) => {
    it("of objects made by hand: the code describes them, and then the stack changes, repairs and frees them", async () => {
      const backend = await open();
      const { namespace } = backend;
      await makeByHand(backend);
      const before = await backend.contents();
      const stack = await engine().project({
        name: "by-hand",
        runtime: "yaml",
        plugin: "attached",
        program: "resources: {}",
        ...backend.project,
      });
      const { result, code } = await importAll(stack, [
        ["IPPool", "net", `${namespace}/net`],
        ["PreAllocation", "cp", `${namespace}/net/cp-0-net`],
        ["PreAllocationSet", "workers", `${namespace}/net?w-0,w-1`],
        ["PreAllocation", "odd", `${namespace}/net/odd`],
        ["IPClaim", "vip", `${namespace}/vip`],
      ]);
      assert.deepEqual(expectSucceeded(result).changes, { import: 5 });
      assert.deepEqual(ownDiagnostics(result), []);
      const inPool = { namespace, pool: "$" + "{net.name}" }; // so Pulumi knows the resource of this name
      const resource = (type: string, properties: object) => ({ type: `metal3-ipam:${type}`, properties });
      const pools = [
        { start: "10.0.0.10", end: "10.0.0.14" },
        { start: "10.0.0.16", end: "10.0.0.29", prefix: 25, gateway: "10.0.0.126" },
      ];
      const network = { prefix: 24, gateway: "10.0.0.1", dnsServers: ["10.0.0.2", "10.0.0.3"] };
      const meta = { labels: { site: "a" }, annotations: { "example.com/owner": "net team" } };
      assert.deepEqual(parse(code).resources, {
        net: resource("IPPool", { name: "net", namespace, namePrefix: "hand", pools, ...network, ...meta }),
        cp: resource("PreAllocation", { ...inPool, host: "cp-0", address: "10.0.0.20" }),
        workers: resource("PreAllocationSet", { ...inPool, hosts: ["w-0", "w-1"] }),
        odd: resource("PreAllocation", { ...inPool, claimName: "odd", address: "10.0.0.13" }),
        vip: resource("IPClaim", { ...inPool, name: "vip", labels: { app: "api" }, address: "10.0.0.10" }),
      });
      await stack.setProgram(code);
      for (const result of [await stack.preview(), await stack.up(), await stack.refresh()]) assertSame(result, 5);
      assert.deepEqual(await backend.contents(), before);

      await backend.edit("ippools/net", { spec: { preAllocations: { "w-0-net": "10.0.0.29" }, gateway: "10.0.0.9" } });
      const drifted = expectSucceeded(await stack.preview());
      assert.deepEqual(drifted.changes, { update: 2, same: 3 });
      assert.match(
        drifted.all,
        /w-0: found 10\.0\.0\.29 in IPPool \S+, expected 10\.0\.0\.17 \(changed by (hand|somebody) at /,
      );
      expectSucceeded(await stack.up());
      assert.deepEqual((await holdings(backend))["ippools/net"], before["ippools/net"]?.spec);
      assertSame(await stack.preview(), 5);

      await stack.setProgram(
        code.replace("- w-1", "- w-2").replace("10.0.0.20", "10.0.0.21").replace("site: a", "site: b"),
      );
      assert.deepEqual(expectSucceeded(await stack.up()).changes, { update: 3, same: 2 });
      assertSame(await stack.preview(), 5);
      assert.deepEqual(expectSucceeded(await stack.destroy()).changes, { delete: 5 });
      await eventually("only the other pool is left", async () => {
        return JSON.stringify(Object.keys(await backend.contents())) === '["ippools/other"]';
      });
    });

    it("of this stack's own objects after its state was lost: gives the same resources again", async () => {
      const backend = await open();
      const { namespace } = backend;
      const program = `
resources:
  net: { type: "metal3-ipam:IPPool", properties: { pools: [{ start: 10.0.0.1, end: 10.0.0.30 }], prefix: 24, excludes: [10.0.0.8] } }
  a: { type: "metal3-ipam:PreAllocation", properties: { pool: "\${net.name}", host: a } }
  rack: { type: "metal3-ipam:PreAllocationSet", properties: { pool: "\${net.name}", hosts: [r-1, r-2] } }
  vip: { type: "metal3-ipam:IPClaim", properties: { pool: "\${net.name}", labels: { app: api } } }
outputs: { a: "\${a.address}", rack: "\${rack.addresses}", vip: "\${vip.address}" }`;
      const stack = await engine().project({
        name: "lost",
        runtime: "yaml",
        plugin: "attached",
        program,
        ...backend.project,
      });
      const { outputs } = expectSucceeded(await stack.up());
      const before = await backend.contents();
      const other = await stack.sibling("other", { ...backend.project.config });
      const refused = await importAll(other, [["PreAllocation", "a", `${namespace}/net/a-net`]]);
      expectFailed(
        refused.result,
        /a of IPPool \S+ is held by stack lost\/dev, resource a, and only one stack may hold it\. Declare it with `adopt: true`, /,
      );

      expectSucceeded(await stack.pulumi("stack", "rm", "dev", "--yes", "--force", "--preserve-config"));
      expectSucceeded(await stack.pulumi("stack", "init", "dev"));
      const { result, code } = await importAll(stack, [
        ["IPPool", "net", `${namespace}/net`],
        ["PreAllocation", "a", `${namespace}/net/a`],
        ["PreAllocationSet", "rack", `${namespace}/net?r-1,r-2`],
        ["IPClaim", "vip", `${namespace}/vip`],
      ]);
      expectSucceeded(result);
      await stack.setProgram(code);
      assertSame(await stack.preview(), 4);
      await stack.setProgram(program); // the code splits the excluded ranges, with the same meaning
      const again = expectSucceeded(await stack.up());
      assert.deepEqual(again.outputs, outputs);
      assert.deepEqual(
        await holdings(backend),
        Object.fromEntries(Object.entries(before).map(([key, { spec }]) => [key, spec])),
      );
      expectSucceeded(await stack.destroy());
      await eventually("nothing is left", async () => Object.keys(await backend.contents()).length === 0);
    });

    // The quick form uses one backend. `pulumi import` above runs on both, with the same handlers.
    (where === "cluster" ? it : itLong)(
      "`import:` in a program takes the existing object, and other values of the program are an update of the same run",
      async () => {
        const backend = await open();
        const { namespace } = backend;
        await makeByHand(backend);
        const program = (address: string, gateway = "10.0.0.1") => `
import { IPClaim, IPPool, PreAllocation, PreAllocationSet } from "pulumi-metal3-ipam";
const namespace = ${JSON.stringify(namespace)};
const take = (id: string) => ({ import: namespace + "/" + id });
const net = new IPPool("net", {
  namespace, namePrefix: "hand", labels: { site: "a" }, annotations: { "example.com/owner": "net team" },
  pools: [{ start: "10.0.0.10", end: "10.0.0.14" }, { start: "10.0.0.16", end: "10.0.0.29", prefix: 25, gateway: "10.0.0.126" }],
  prefix: 24, gateway: "${gateway}", dnsServers: ["10.0.0.2", "10.0.0.3"],
}, take("net"));
const pool = net.name;
export const cp = new PreAllocation("cp", { pool, namespace, host: "cp-0", address: "${address}" }, take("net/cp-0-net")).address;
export const rack = new PreAllocationSet("rack", { pool, namespace, hosts: ["w-0", "w-1"] }, take("net?w-0,w-1")).addresses;
export const vip = new IPClaim("vip", { pool, namespace, labels: { app: "api" } }, take("vip")).address;`;
        const project = {
          name: "option",
          plugin: "attached",
          program: program("10.0.0.20"),
          ...backend.project,
        } as const;
        const stack = await engine().project(project);
        const shown = expectSucceeded(await stack.preview());
        assert.deepEqual(shown.changes, { import: 4 });
        const before = await holdings(backend);
        const up = expectSucceeded(await stack.up());
        assert.deepEqual(up.changes, { import: 4 });
        assert.deepEqual(up.outputs, shown.outputs);
        assert.deepEqual(up.outputs, {
          cp: "10.0.0.20",
          rack: { "w-0": "10.0.0.17", "w-1": "10.0.0.18" },
          vip: "10.0.0.10",
        });
        assert.deepEqual(await holdings(backend), before);
        assert.deepEqual(expectSucceeded(await stack.up()).changes, { same: 4 });

        const lost = await engine().project({
          ...project,
          name: "differing",
          program: program("10.0.0.22", "10.0.0.9"),
        });
        // The gateway is the claim's, too.
        const taken = expectSucceeded(await lost.up());
        assert.deepEqual([taken.changes, taken.outputs.cp], [{ import: 4, update: 3 }, "10.0.0.22"]);
        const { spec } = (await backend.contents())["ippools/net"]!;
        assert.equal((spec.preAllocations as Record<string, string>)["cp-0-net"], "10.0.0.22");
        assert.equal(spec.gateway, "10.0.0.9");
        assert.deepEqual(expectSucceeded(await lost.up()).changes, { same: 4 });
      },
    );
  });

  it("says what is wrong with an id, and what does not exist", async () => {
    const stack = await engine().project({
      name: "wrong",
      runtime: "yaml",
      plugin: "attached",
      program: "resources: {}",
    });
    const run = (type: string, id: string) => stack.start("import", "--yes", `metal3-ipam:index:${type}`, "x", id).done;
    expectFailed(await run("IPPool", "net"), /"net" is not the id of an IPPool\. Write <namespace>\/<name>\./);
    expectFailed(
      await run("PreAllocation", "m/net"),
      /"m\/net" is not the id of a PreAllocation\. Write <namespace>\/<pool>\/<host or claim>\./,
    );
    const failed = expectFailed(await run("IPPool", "metal3/net"), /resource 'metal3\/net' does not exist/);
    assert.doesNotMatch(failed.all, /^\s+at /m);
    const { deployment } = await stack.stackExport();
    assert.deepEqual(
      (deployment.resources ?? []).filter(({ urn }) => urn.includes(IPPOOL)),
      [],
    );
  });
});
