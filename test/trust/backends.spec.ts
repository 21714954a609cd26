/**
 * Claim 8, two Pulumi backends with the same project and stack name: neither state knows of the other, and all names
 * are equal. The plugin distinguishes them. Dynamic resources cannot, and a test shows the consequence.
 */
import assert from "node:assert/strict";
import { type Backend, holdings, onEachBackend, openFolder } from "../engine/backends";
import { dynamicDoor, pluginDoor } from "../engine/doors";
import { claim, host, hosts, pool } from "../resources/declare";
import type { Declared } from "../resources/program";
import { expectFailed, expectSucceeded, type Stack, useEngine } from "../testbed/engine";
import { record } from "./figures";
import { isLong } from "./scale";

const RACK = hosts(["r-1", "r-2"], { start: "10.0.0.16" });
const ALL = [pool(), host("a", { address: "10.0.0.11" }), RACK, claim("vip", { address: "10.0.0.14" })];
const NAMESAKE = /stack same\/dev of another backend or of a lost state, resource \S+\)/;
const ADOPTED = [
  pool({ adopt: true }),
  host("a", { address: "10.0.0.11", adopt: true }),
  { ...RACK, args: { ...RACK.args, adopt: true } },
];

describe("two backends with the same project and stack name", function () {
  const engine = useEngine(this);
  const yaml = (...resources: readonly Declared[]) => pluginDoor.program(...resources);

  /** Stack `same/dev` of its own backend, over the same reservations. */
  const stackOf = (backend: Backend, program: string): Promise<Stack> =>
    engine().project({ name: "same", ...pluginDoor.project, program, ...backend.project });

  it("refuse the second and name the first, and change nothing of the first", async () => {
    const backend = await openFolder(engine());
    const first = await stackOf(backend, yaml(...ALL));
    expectSucceeded(await first.up());
    const before = await backend.contents();
    const second = await stackOf(backend, yaml(host("a", { pool: "net" })));
    expectFailed(await second.up(), NAMESAKE);
    assert.deepEqual(await backend.contents(), before);
    assert.deepEqual(expectSucceeded(await first.up()).changes, { same: 4 });
  });

  if (!isLong) return; // each test is a dozen runs of the engine

  onEachBackend(engine, (open) => {
    it("name the first in each refusal of the second, and change or free nothing of the first", async () => {
      const began = performance.now();
      const backend = await open();
      const first = await stackOf(backend, yaml(...ALL));
      const { outputs } = expectSucceeded(await first.up());
      const before = await backend.contents();
      const second = await stackOf(backend, yaml(...ALL));
      let refused = 0;
      const expectRefused = async (...program: readonly Declared[]): Promise<void> => {
        await second.setProgram(yaml(...program));
        expectFailed(await second.preview(), NAMESAKE);
        expectFailed(await second.up(), NAMESAKE);
        refused += 2;
      };
      await expectRefused(...ALL);
      // Each alone, in the existing pool. The claim has no `adopt` to suggest.
      const net = { pool: "net" };
      await expectRefused(host("a", { ...net, address: "10.0.0.11" }, "mine"));
      await expectRefused(hosts(["r-1"], net, "ours"));
      await expectRefused(claim("vip", net));
      await second.setProgram(yaml(host("other", { ...net, address: "10.0.0.11" })));
      expectFailed(await second.up(), /10\.0\.0\.11 of IPPool \S+ is held by a \(stack same\/dev, resource a\)/);
      expectSucceeded(await second.refresh());
      expectSucceeded(await second.destroy());
      assert.deepEqual(await backend.contents(), before);

      // It gets and gives back its own objects, in addition to the first's.
      await second.setProgram(yaml(host("b", net)));
      expectSucceeded(await second.up());
      expectSucceeded(await second.destroy());
      assert.deepEqual(await holdings(backend), specsOf(before));

      const unchanged = expectSucceeded(await first.up());
      assert.deepEqual([unchanged.changes, unchanged.outputs], [{ same: 4 }, outputs]);
      const changed = Object.keys(before).length - Object.keys(specsOf(await backend.contents())).length;
      record({
        claim: 8,
        what: `two backends, one project and stack name, ${backend.project.directory === null ? "API server" : "folder"}`,
        outcome: `${refused} of ${refused} attempts on another's refused by name, ${changed} objects freed`,
        seconds: (performance.now() - began) / 1_000,
      });
      expectSucceeded(await first.destroy());
      assert.deepEqual(await backend.contents(), {});
    });

    it("let `adopt: true` in the second take over for good: the first's update is refused, and its destroy frees nothing", async () => {
      const backend = await open();
      const first = await stackOf(backend, yaml(...ALL.slice(0, 3)));
      expectSucceeded(await first.up());
      const before = await holdings(backend);
      const second = await stackOf(backend, yaml(...ADOPTED));
      expectSucceeded(await second.up());
      expectFailed(await first.preview(), /already exists \(stack same\/dev of another backend or of a lost state/);
      expectSucceeded(await first.refresh());
      expectSucceeded(await first.destroy());
      assert.deepEqual(await holdings(backend), before);
      assert.deepEqual(expectSucceeded(await second.up()).changes, { same: 3 });
      expectSucceeded(await second.destroy());
      assert.deepEqual(await backend.contents(), {});
    });
  });

  it("keep objects in state under a new provider: another version of the package, or another name", async () => {
    const backend = await openFolder(engine());
    const { "metal3-ipam:namespace": namespace } = backend.project.config as Record<string, string>;
    const explicit = (name: string, as: string) =>
      JSON.stringify({
        resources: {
          [name]: {
            type: "pulumi:providers:metal3-ipam",
            properties: { directory: backend.project.directory, namespace },
          },
          net: {
            type: "metal3-ipam:IPPool",
            properties: { pools: [{ start: "10.0.0.10", end: "10.0.0.19" }] },
            options: { provider: `\${${name}}` },
          },
          [as]: {
            type: "metal3-ipam:PreAllocation",
            properties: { pool: `\${${"net"}.name}`, host: "a" },
            options: { provider: `\${${name}}` },
          },
        },
      });
    const stack = await stackOf(backend, explicit("one", "a"));
    expectSucceeded(await stack.up());
    const before = await holdings(backend);
    await stack.setProgram(explicit("two", "a"));
    expectSucceeded(await stack.up());
    assert.deepEqual(await holdings(backend), before);
    // From then on by its token only.
    await stack.setProgram(explicit("two", "renamed"));
    assert.deepEqual(expectSucceeded(await stack.up()).changes, { same: 1, create: 1, delete: 1 });
    const urn = "urn:pulumi:dev::same::metal3-ipam:index:PreAllocation::renamed";
    expectSucceeded(await stack.up("--replace", urn));
    assert.deepEqual(await holdings(backend), before);
    expectSucceeded(await stack.destroy());
    assert.deepEqual(await backend.contents(), {});
  });

  it("take up a lost state with an import, or with `adopt`", async () => {
    const backend = await openFolder(engine());
    const lost = await stackOf(backend, yaml(...ALL));
    expectSucceeded(await lost.up());
    const before = await holdings(backend);
    const again = await stackOf(backend, yaml(ADOPTED[0]!, ADOPTED[1]!, ADOPTED[2]!));
    expectSucceeded(
      await again.pulumi("import", "--yes", "--protect=false", "metal3-ipam:index:IPClaim", "vip", "metal3/vip"),
    );
    await again.setProgram(yaml(...ADOPTED, ALL[3]!));
    expectSucceeded(await again.up());
    assert.deepEqual(await holdings(backend), before);
    expectSucceeded(await again.destroy());
    assert.deepEqual(await backend.contents(), {});
  });

  it("are one stack for dynamic resources, which know only the name: the second takes over, and its destroy frees", async () => {
    const backend = await openFolder(engine());
    const program = dynamicDoor.program(pool(), host("a", { address: "10.0.0.11" }));
    const dynamicStack = () => engine().project({ name: "same", runtime: "ts-node", program, ...backend.project });
    const first = await dynamicStack();
    expectSucceeded(await first.up());
    const second = await dynamicStack();
    expectSucceeded(await second.up());
    assert.equal(expectSucceeded(await first.preview()).changes.update, 2);
    expectSucceeded(await second.destroy());
    assert.deepEqual(await backend.contents(), {});
    // No other claim has taken the address meanwhile, so the first gets its promised address back.
    assert.deepEqual(expectSucceeded(await first.up()).outputs, { a: "10.0.0.11" });
  });
});

function specsOf(contents: Awaited<ReturnType<Backend["contents"]>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(contents).map(([key, { spec }]) => [key, spec]));
}
