/**
 * Claim 10: one claim too many, or an impossible one, among a
 * hundred. The others are served, and freed addresses are used again.
 */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { IP_ADDRESS } from "../../provider/api/metal3/kinds";
import { inParallel } from "../../provider/ipam/in-parallel";
import { printed } from "../../provider/pulumi/failed-check";
import { openFileStore } from "../../provider/store/file/file-store";
import { useSite } from "../cluster/site";
import { type Backend, openCluster, openFolder } from "../engine/backends";
import { pluginDoor } from "../engine/doors";
import { held, host, hosts, pool } from "../resources/declare";
import { type Declared, Stack } from "../resources/program";
import { useCluster } from "../testbed/cluster";
import { expectFailed, expectSucceeded, useEngine } from "../testbed/engine";
import { record } from "./figures";
import { count, isLong } from "./scale";

const named = (count: number): string[] => Array.from({ length: count }, (_, index) => `n-${index}`);
const HUNDRED = named(100);
/** Room for all but one. */
const roomFor = (count: number): Declared =>
  pool({ pools: [{ start: "10.0.0.1", end: `10.0.0.${count}` }], gateway: undefined });
const TIGHT = roomFor(99);
const fullOf = (namespace: string, count: number): string =>
  `IPPool ${namespace}/net has no room for 1 more: ${count} of ${count} addresses are in use. ` +
  "Add a range to its `pools`, or remove hosts that are gone.";

describe("a pool with 99 addresses and 100 hosts", function () {
  const site = useSite(this);
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "metal3-ipam-full-"));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  const places: Record<string, () => Promise<Stack>> = {
    folder: async () => new Stack(openFileStore(directory), "metal/dev"),
    "API server": async () => (await site()).stack(),
  };
  for (const [where, open] of Object.entries(places)) {
    for (const placement of ["byName", "lowest"]) {
      if (placement === "lowest" && !isLong) continue;
      it(`serves all but one, whose error has a remedy, and gives it the address that another frees: ${where}, ${placement}`, async () => {
        const began = performance.now();
        const stack = await open();
        const all = named(where === "folder" ? 100 : count(20, 100));
        const [room, tight] = [all.length - 1, roomFor(all.length - 1)];
        await stack.update([tight]);
        const { made, errors } = await createAsAnEngine(
          stack,
          all.map((name) => host(name, { placement })),
        );
        assert.deepEqual([made, errors], [room, [fullOf(stack.namespace, room)]]);
        assert.equal((await stack.store.list(IP_ADDRESS, stack.namespace)).length, room);

        // Freed in one update, and taken in the next one. A set frees and takes in the same update.
        const late = all.find((name) => !stack.state.has(name))!;
        const [gone, ...others] = all.filter((name) => name !== late);
        const freed = stack.outputs(gone!).address;
        const program = [tight, ...others.map((name) => host(name, { placement }))];
        assert.deepEqual((await stack.update(program)).at(-1), `delete ${gone}`);
        await stack.update([...program, host(late, { placement })]);
        assert.equal(stack.outputs(late).address, freed);
        record({
          claim: 10,
          what: `${all.length} hosts in ${room} addresses, ${where}, ${placement}`,
          outcome: `${made} served, ${errors.length} refused; ${stack.outputs(late).address === freed ? "the freed address" : "another"} given in the next update`,
          seconds: (performance.now() - began) / 1_000,
        });
      });
    }
  }

  it("names one bad pin among a hundred by its path, and serves the others", async () => {
    const stack = await places.folder!();
    await stack.update([TIGHT]);
    const bad = host("bad", { address: "10.0.0.100" });
    const { made, errors } = await createAsAnEngine(stack, [...HUNDRED.slice(1).map((name) => host(name)), bad]);
    assert.deepEqual(
      [made, errors],
      [
        99,
        [
          "address: 10.0.0.100 is outside of IPPool metal3/net. It offers 10.0.0.1-10.0.0.99. Choose one of these, or add a " +
            "range to its `pools`.",
        ],
      ],
    );
  });

  it("lets a set give the freed address of one host to another in the same update", async () => {
    const stack = await places.folder!();
    await stack.up([TIGHT, hosts(HUNDRED.slice(1))]);
    const { "n-1": freed } = stack.outputs("rack").addresses as Record<string, string>;
    await stack.up([TIGHT, hosts([...HUNDRED.slice(2), "late"])]);
    assert.equal((stack.outputs("rack").addresses as Record<string, string>).late, freed);
    assert.equal(Object.keys((await held(stack.store)).locks).length, 99);
  });
});

/** Like an engine: a resource that fails in its check or its create stops none of the others. */
async function createAsAnEngine(
  stack: Stack,
  program: readonly Declared[],
): Promise<{ made: number; errors: string[] }> {
  const handlers = stack.handlers();
  const errors: string[] = [];
  let made = 0;
  const checked: (() => Promise<void>)[] = [];
  for (const { kind, as, args } of program) {
    const owner = { stack: stack.name, resource: as };
    const { inputs, failures } = await handlers[kind].check({ owner, olds: undefined, news: args });
    errors.push(...failures.map(printed).map(({ property, reason }) => (property ? `${property}: ${reason}` : reason)));
    if (failures.length > 0) continue;
    checked.push(async () => {
      const { id, outputs } = await handlers[kind].create({ owner, inputs });
      stack.state.set(as, { kind, id, inputs, outputs });
      made++;
    });
  }
  await inParallel(checked, (create) => create().catch((error: Error) => errors.push(error.message)));
  return { made, errors };
}

describe("a full pool, on a real engine", function () {
  const engine = useEngine(this);
  const cluster = useCluster(this);
  const places: Record<string, () => Promise<Backend>> = {
    folder: () => openFolder(engine()),
    ...(isLong && { "API server": () => openCluster(cluster()) }),
  };
  for (const [where, open] of Object.entries(places)) {
    it(`gives in one update the address that the update before freed: ${where}`, async () => {
      const backend = await open();
      const net = pool({ pools: [{ start: "10.0.0.10", end: "10.0.0.12" }] });
      const program = (...names: string[]) => pluginDoor.program(net, ...names.map((name) => host(name)));
      const stack = await engine().project({
        name: "full",
        ...pluginDoor.project,
        program: program("a", "b", "c"),
        ...backend.project,
      });
      const { outputs } = expectSucceeded(await stack.up());
      await stack.setProgram(program("a", "b", "c", "d"));
      expectFailed(
        await stack.up(),
        /IPPool \S+\/net has no room for 1 more: 3 of 3 addresses are in use\. Add a range to its `pools`, or remove hosts that are gone\./,
      );
      await stack.setProgram(program("a", "b"));
      expectSucceeded(await stack.up());
      await stack.setProgram(program("a", "b", "d"));
      assert.deepEqual(expectSucceeded(await stack.up()).outputs, { a: outputs.a, b: outputs.b, d: outputs.c });
    });
  }
});
