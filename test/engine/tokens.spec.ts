import assert from "node:assert/strict";
import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import * as declare from "../resources/declare";
import { expectFailed, expectSucceeded, type Stack, useEngine } from "../testbed/engine";
import { type Backend, holdings, type OpenBackend, openFolder } from "./backends";
import { type Door, dynamicDoor, onEachDoor } from "./doors";
import { host, hosts, pool, program } from "./programs";

describe("tokens on a real engine", function () {
  const engine = useEngine(this);
  const all = [
    declare.pool({ preAllocations: { own: "10.0.0.19" } }),
    declare.host("a"),
    declare.hosts(["r-1", "r-2"]),
    declare.claim("vip"),
  ];
  const component = `
    class Rack extends pulumi.ComponentResource {
      constructor(name: string, type = "test:Rack") { super(type, name); }
    }
    const rackA = new Rack("rack-a");`;

  /** Members by logical name, with more options for each. Always the same hosts, claims and pool. */
  const members = (options: (as: string) => string, prefix = "") => `
    const set = { pool: pool.name, namespace: pool.namespace };
    export const a = new PreAllocation("${prefix}a", { ...set, host: "a" }, ${options("a")}).address;
    export const rack = new PreAllocationSet("${prefix}rack", { ...set, hosts: ["r-1", "r-2"] }, ${options("rack")}).addresses;
    export const vip = new IPClaim("${prefix}vip", { ...set, name: "vip" }, ${options("vip")}).address;`;

  async function settled(name: string, door: Door, open: OpenBackend, source = door.program(...all)) {
    const backend = await open();
    const stack = await engine().project({ name, ...door.project, program: source, ...backend.project });
    const { outputs } = expectSucceeded(await stack.up());
    const before = await holdings(backend);
    const expectKept = async (other = stack) => {
      assert.deepEqual(await holdings(backend), before);
      assert.deepEqual(await other.outputs(), outputs);
    };
    return { backend, stack, expectKept };
  }

  async function expectNothingLeft(stack: Stack, backend: Backend): Promise<void> {
    expectSucceeded(await stack.destroy());
    assert.deepEqual(await backend.contents(), {});
  }

  // Through the plugin, and in a cluster: plugin/options.spec.ts.
  describe("through dynamic resources", () => {
    const open = () => openFolder(engine());

    it("renaming and moving under a component, with and without aliases, keep every address", async () => {
      const first = program(
        pool(),
        members(() => "{}"),
      );
      const { backend, stack, expectKept } = await settled("moves", dynamicDoor, open, first);
      const steps: [what: string, source: string, changes: Record<string, number>][] = [
        ["renamed without an alias", members(() => "{}", "new-"), { same: 1, create: 3, delete: 3 }],
        ["renamed with an alias", members((as) => `{ aliases: [{ name: "new-${as}" }] }`), { same: 4 }],
        ["moved without an alias", component + members(() => "{ parent: rackA }"), { same: 1, create: 4, delete: 3 }],
        ["moved with an alias", component + members(() => "{ aliases: [{ parent: rackA }] }"), { same: 5 }],
      ];
      for (const [what, source, changes] of steps) {
        await stack.setProgram(program(pool(), source));
        assert.deepEqual(expectSucceeded(await stack.up()).changes, changes, what);
        await expectKept();
      }
      await expectNothingLeft(stack, backend);
    });

    it("a replacement of all resources that a user asks for keeps every address", async () => {
      const { backend, stack, expectKept } = await settled("replaced", dynamicDoor, open);
      const { deployment } = await stack.stackExport();
      const urns = (deployment.resources ?? []).flatMap(({ urn }) => (urn.includes("metal3-ipam:") ? [urn] : []));
      assert.equal(urns.length, 4);
      expectSucceeded(await stack.up(...urns.flatMap((urn) => ["--replace", urn])));
      await expectKept();
      assert.deepEqual(expectSucceeded(await stack.preview()).changes, { same: 4 });
      await expectNothingLeft(stack, backend);
    });
  });

  onEachDoor(engine, (door, open) => {
    it("a renamed stack, and a state in another backend, keep every address and can release it", async () => {
      const { backend, stack, expectKept } = await settled("carried", door, open);
      await stack.renameStack("prod");
      assert.deepEqual(expectSucceeded(await stack.up()).changes, { same: 4 });
      await expectKept();

      const other = await engine().project({
        name: "carried",
        stack: "prod",
        ...door.project,
        program: door.program(...all),
        backend: await mkdtemp(join(engine().root, "other-backend-")),
        ...backend.project,
      });
      expectSucceeded(await other.stackImport(await stack.stackExport()));
      assert.deepEqual(expectSucceeded(await other.up()).changes, { same: 4 });
      await expectKept(other);
      await expectNothingLeft(other, backend);
    });

    it("a second stack that declares a host gets an error in the preview that names the holder", async () => {
      const { backend, stack, expectKept } = await settled("first", door, open);
      const held = String((await stack.outputs()).a);
      const mine = door.program(declare.host("a", {}, "mine"));
      const second = await engine().project({ name: "second", ...door.project, program: mine, ...backend.project });
      expectFailed(
        await second.preview(),
        new RegExp(
          `resource 'mine' has a problem: a already holds ${held.replaceAll(".", "\\.")} of IPPool ${backend.namespace}/net ` +
            "\\(stack first/dev, resource a\\)\\. Remove it there first, or set `adopt: true` to take it over with its address\\.",
        ),
      );
      await expectKept();
    });
  });

  const doubled: [what: string, statements: string[], there: string, here: string][] = [
    ["two PreAllocations", [pool(), host("a"), host("a", "", "b")], "PreAllocation a", "PreAllocation b"],
    ["a PreAllocation and a set", [pool(), host("a"), hosts(["x", "a"])], "PreAllocation a", "PreAllocationSet rack"],
    [
      "a PreAllocation and the pool",
      [pool(`preAllocations: { "a-net": "10.0.0.11" }`), host("a")],
      "IPPool net",
      "PreAllocation a",
    ],
    [
      "the same name under two components",
      [
        pool(),
        component,
        `const rackB = new Rack("rack-b", "test:OtherRack"); // with one type, both would have one URN`,
        ...["rackA", "rackB"].map(
          (parent) => `new PreAllocation("a", { pool: pool.name, namespace, host: "a" }, { parent: ${parent} });`,
        ),
      ],
      "PreAllocation a",
      "PreAllocation a#2",
    ],
  ];
  for (const [what, statements, there, here] of doubled) {
    it(`one host declared twice, by ${what}, is refused by the preview, which names both`, async () => {
      const backend = await openFolder(engine());
      const stack = await engine().project({ name: "twice", program: program(...statements), ...backend.project });
      const refused = expectFailed(await stack.preview(), /has a problem/);
      // The engine checks siblings in any order.
      const said = (first: string, second: string) =>
        `a is declared twice for IPPool metal3/net in this program: by ${first} and by ${second}. Remove one of them.`;
      assert.ok(
        refused.all.includes(said(there, here)) || refused.all.includes(said(here, there)),
        `${refused.all} does not say: ${said(there, here)}`,
      );
      assert.deepEqual(await backend.contents(), {});
    });
  }
});
