/** What only the engine knows: replacements that a user asks for, moves, Pulumi's own options, several providers. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { claim, host, hosts, pool } from "../../resources/declare";
import type { Declared } from "../../resources/program";
import { expectFailed, expectSucceeded, type Stack, useEngine } from "../../testbed/engine";
import { type Backend, holdings, onEachBackend, openFolder } from "../backends";
import { pluginDoor, type Written } from "../doors";
import { manifests } from "../folder";

const yaml = pluginDoor.program;
const all = [pool({ preAllocations: { own: "10.0.0.19" } }), host("a"), hosts(["r-1", "r-2"]), claim("vip")];
const urnOf = (project: string, kind: string, name: string, parent = "") =>
  `urn:pulumi:dev::${project}::${parent}metal3-ipam:index:${kind}::${name}`;

/** A declared resource with options of Pulumi's. */
const with_ = (one: Declared, options: Written["options"]): Written => ({ ...one, ...(options && { options }) });

describe("the engine's own features, through the plugin", function () {
  const engine = useEngine(this);

  async function started(name: string, program: string, backend: Backend) {
    const runtime = program.startsWith("{") ? "yaml" : "ts-node";
    const stack = await engine().project({ name, runtime, plugin: "attached", program, ...backend.project });
    const { outputs } = expectSucceeded(await stack.up());
    const before = await holdings(backend);
    const expectKept = async (): Promise<void> => {
      assert.deepEqual(await holdings(backend), before);
      assert.deepEqual(await stack.outputs(), outputs);
    };
    return { stack, outputs, expectKept };
  }

  async function expectNothingLeft(stack: Stack, backend: Backend): Promise<void> {
    expectSucceeded(await stack.destroy());
    assert.deepEqual(await backend.contents(), {});
  }

  onEachBackend(engine, (open) => {
    it("a replacement that a user asks for keeps every address, for each kind and for all at once", async () => {
      const backend = await open();
      const { stack, expectKept } = await started("replaced", yaml(...all), backend);
      const kinds = { IPPool: "net", PreAllocation: "a", PreAllocationSet: "rack", IPClaim: "vip" };
      const urns = Object.entries(kinds).map(([kind, name]) => urnOf("replaced", kind, name));
      for (const urn of urns) {
        assert.equal(expectSucceeded(await stack.up("--replace", urn)).changes.replace, 1, urn);
        await expectKept();
      }
      expectSucceeded(await stack.up(...urns.flatMap((urn) => ["--replace", urn])));
      await expectKept();
      assert.deepEqual(expectSucceeded(await stack.preview()).changes, { same: 4 });
      await expectNothingLeft(stack, backend);
    });
  });

  it("renaming and moving under a component, with and without aliases, keep every address", async () => {
    const members = (options: (as: string) => string, prefix = "", parent = "") => `
      import * as pulumi from "@pulumi/pulumi";
      import { IPClaim, IPPool, PreAllocation, PreAllocationSet } from "pulumi-metal3-ipam";
      const { name } = new IPPool("net", { pools: [{ start: "10.0.0.10", end: "10.0.0.19" }] });
      ${parent}
      export const a = new PreAllocation("${prefix}a", { pool: name, host: "a" }, ${options("a")}).address;
      export const rack = new PreAllocationSet("${prefix}rack", { pool: name, hosts: ["r"] }, ${options("rack")}).addresses;
      export const vip = new IPClaim("${prefix}vip", { pool: name, name: "vip" }, ${options("vip")}).address;`;
    const component = `const rackA = new pulumi.ComponentResource("test:Rack", "rack-a");`;
    const backend = await openFolder(engine());
    const { stack, expectKept } = await started(
      "moves",
      members(() => "{}"),
      backend,
    );
    const steps: [what: string, source: string, changes: Record<string, number>][] = [
      ["renamed without an alias", members(() => "{}", "new-"), { same: 1, create: 3, delete: 3 }],
      ["renamed with an alias", members((as) => `{ aliases: [{ name: "new-${as}" }] }`), { same: 4 }],
      ["moved without an alias", members(() => "{ parent: rackA }", "", component), { same: 1, create: 4, delete: 3 }],
      ["moved with an alias", members(() => "{ aliases: [{ parent: rackA }] }", "", component), { same: 5 }],
    ];
    for (const [what, source, changes] of steps) {
      await stack.setProgram(source);
      assert.deepEqual(expectSucceeded(await stack.up()).changes, changes, what);
      await expectKept();
    }
    await expectNothingLeft(stack, backend);
  });

  it("options: a retained resource stays, a protected one is not deleted, an ignored change moves nothing", async () => {
    const backend = await openFolder(engine());
    const customTimeouts = { create: "30s", update: "30s", delete: "30s" };
    const entries = async () => (await holdings(backend))["ippools/net"] as { preAllocations: object };
    const first = [
      pool(),
      with_(host("a", { address: "10.0.0.11" }), { retainOnDelete: true }),
      with_(host("b", { address: "10.0.0.12" }), { protect: true }),
      with_(host("c", { address: "10.0.0.13" }), { ignoreChanges: ["address"], customTimeouts }),
      with_(host("d", { address: "10.0.0.14" }), { deleteBeforeReplace: true }),
    ];
    const { stack } = await started("options", yaml(...first), backend);
    await stack.setProgram(
      yaml(
        pool(),
        first[2]!,
        with_(host("c", { address: "10.0.0.17" }), { ignoreChanges: ["address"], customTimeouts }),
        with_(host("other", { address: "10.0.0.15" }, "d"), { deleteBeforeReplace: true }),
      ),
    );
    const changed = expectSucceeded(await stack.up());
    const ops = changed.rows.filter(({ op }) => op !== "refresh").map(({ op, name }) => `${op} ${name}`);
    assert.deepEqual(
      ops.filter((one) => one.endsWith(" c")),
      ["same c"],
    );
    const kept = { "a-net": "10.0.0.11", "b-net": "10.0.0.12", "c-net": "10.0.0.13", "other-net": "10.0.0.15" };
    assert.deepEqual((await entries()).preAllocations, kept);

    expectFailed(await stack.destroy(), /PreAllocation::b" cannot be deleted\s+because it is protected/);
    assert.equal(((await entries()).preAllocations as Record<string, string>)["b-net"], "10.0.0.12");

    // A retained object still belongs to this stack, which can take it up again and release it.
    await stack.setProgram(yaml(pool(), host("a"), host("b")));
    const { outputs } = expectSucceeded(await stack.up());
    assert.deepEqual(outputs, { a: "10.0.0.11", b: "10.0.0.12" });
    await expectNothingLeft(stack, backend);
  });

  it("a targeted update creates only its target, with its address of the whole program", async () => {
    const backend = await openFolder(engine());
    const { stack } = await started("targeted", yaml(pool()), backend);
    await stack.setProgram(yaml(pool(), host("a"), host("b"), hosts(["r-1"])));
    const shown = expectSucceeded(await stack.preview());
    // A pattern, because the engine looks for whole URNs in state before it refreshes, and a new one is not there.
    const one = await stack.up("--target", "**:PreAllocation::b");
    assert.deepEqual(expectSucceeded(one).changes, { same: 3, create: 1 });
    assert.deepEqual(((await holdings(backend))["ippools/net"] as { preAllocations: object }).preAllocations, {
      "b-net": shown.outputs.b,
    });
    assert.deepEqual(expectSucceeded(await stack.up()).outputs, shown.outputs);
    await expectNothingLeft(stack, backend);
  });

  it("a pool without reservations is renamed, and does not overlap itself", async () => {
    const backend = await openFolder(engine());
    const { stack } = await started("renamed", yaml(pool()), backend);
    await stack.setProgram(yaml(pool({ name: "other" })));
    assert.equal(expectSucceeded(await stack.preview()).changes.replace, 1);
    assert.equal(expectSucceeded(await stack.up()).changes.replace, 1);
    assert.deepEqual(Object.keys(await backend.contents()), ["ippools/other"]);
    await expectNothingLeft(stack, backend);
  });

  it("deletedWith a pool: the pool still names the holders of its addresses, and is deleted when they are freed", async () => {
    const backend = await openFolder(engine());
    const { stack } = await started(
      "with",
      yaml(
        with_(pool(), { customTimeouts: { delete: "1s" } }),
        with_(host("a", { address: "10.0.0.11" }), { deletedWith: `\${${"net"}}` }),
      ),
      backend,
    );
    expectFailed(
      await stack.destroy(),
      /IPPool metal3\/net is not deleted: after \d+ s it still holds 10\.0\.0\.11 \(a\)/,
    );
    assert.deepEqual(Object.keys(await backend.contents()), ["ipaddresses/net-10-0-0-11", "ippools/net"]);
    // The engine has dropped the host without a call of its delete. The stack still holds it.
    await stack.setProgram(yaml(pool(), host("a")));
    assert.deepEqual(expectSucceeded(await stack.up()).outputs, { a: "10.0.0.11" });
    await expectNothingLeft(stack, backend);
  });

  it("an explicit provider has its own folder, and a second one in the same program, too", async () => {
    const backend = await openFolder(engine());
    const folders = ["one", "two"].map((name) => join(engine().root, `explicit-${name}`));
    const site = (name: string, directory: string) => `
  ${name}: { type: "pulumi:providers:metal3-ipam", properties: { directory: "${directory}", namespace: ${name} } }
  net-${name}:
    type: metal3-ipam:IPPool
    properties: { name: net, pools: [{ start: 10.0.0.10, end: 10.0.0.19 }] }
    options: { provider: "\${${name}}" }
  a-${name}:
    type: metal3-ipam:PreAllocation
    properties: { pool: "\${net-${name}.name}", host: a }
    options: { provider: "\${${name}}" }`;
    const program = `
resources:${["one", "two"].map((name, index) => site(name, folders[index]!)).join("")}
outputs: { one: "\${a-one.address}", two: "\${a-two.address}" }`;
    const stack = await engine().project({ name: "sites", runtime: "yaml", program, ...backend.project });
    const shown = expectSucceeded(await stack.preview());
    const up = expectSucceeded(await stack.up());
    assert.deepEqual(up.changes, { create: 4 });
    assert.deepEqual([up.outputs, up.outputs.one], [shown.outputs, up.outputs.two]);
    for (const [index, namespace] of ["one", "two"].entries()) {
      const stored = Object.keys(await manifests(folders[index]));
      const lock = `net-${String(up.outputs.one).replaceAll(".", "-")}`;
      assert.deepEqual(stored, [`${namespace}/ipaddresses/${lock}.yaml`, `${namespace}/ippools/net.yaml`]);
    }
    assert.deepEqual(await backend.contents(), {});
    assert.deepEqual(expectSucceeded(await stack.up()).changes, { same: 4 });
    expectSucceeded(await stack.destroy());
    for (const folder of folders) assert.deepEqual(await manifests(folder), {});
  });
});
