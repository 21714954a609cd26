import assert from "node:assert/strict";
import { expectFailed, expectSucceeded, unknown, useEngine } from "../../testbed/engine";
import { holdings, openFolder } from "../backends";

/** Belongs to another stack than the one that reads it. */
const theirs = `
resources:
  net: { type: "metal3-ipam:IPPool", properties: { pools: [{ start: 10.0.0.1, end: 10.0.0.9 }], gateway: 10.0.0.254 } }
  a: { type: "metal3-ipam:PreAllocation", properties: { pool: "\${net.name}", host: a, address: 10.0.0.5 } }
  rack: { type: "metal3-ipam:PreAllocationSet", properties: { pool: "\${net.name}", hosts: [r-1, r-2], start: 10.0.0.7 } }
  vip: { type: "metal3-ipam:IPClaim", properties: { pool: "\${net.name}", address: 10.0.0.2 } }`;

const byGet = `
import { IPClaim, IPPool, PreAllocation, PreAllocationSet } from "pulumi-metal3-ipam";
const net = IPPool.get("net", "metal3/net");
export const gateway = net.gateway;
export const a = PreAllocation.get("a", "metal3/net/a").address;
export const rack = PreAllocationSet.get("rack", "metal3/net?r-2,r-1").addresses;
export const vip = IPClaim.get("vip", "metal3/vip").address;
const own = new IPPool("own", { pools: [{ start: "10.1.0.1", end: "10.1.0.9" }] });
export const capacity = IPPool.get("again", own.id).capacity;
export const mine = new PreAllocation("mine", { pool: net.name, host: "mine", address: "10.0.0.4" }).address;`;

const found = {
  gateway: "10.0.0.254",
  a: "10.0.0.5",
  rack: { "r-1": "10.0.0.7", "r-2": "10.0.0.8" },
  vip: "10.0.0.2",
  mine: "10.0.0.4",
};

describe("reading existing resources, on a real engine", function () {
  const engine = useEngine(this);

  it(".get reads live values, also of a pool of the same run, and never writes or frees anything", async () => {
    const backend = await openFolder(engine());
    const owner = await engine().project({
      name: "theirs",
      runtime: "yaml",
      plugin: "attached",
      program: theirs,
      ...backend.project,
    });
    expectSucceeded(await owner.up());
    const before = await holdings(backend);
    const stack = await engine().project({ name: "looks", plugin: "attached", program: byGet, ...backend.project });
    assert.deepEqual(expectSucceeded(await stack.preview()).outputs, { ...found, capacity: unknown });
    const up = expectSucceeded(await stack.up());
    assert.deepEqual(
      [up.outputs, up.changes],
      [
        { ...found, capacity: 9 },
        { create: 2, read: 5 },
      ],
    );

    await backend.edit("ippools/net", { spec: { gateway: "10.0.0.253" } });
    const refreshed = expectSucceeded(await stack.refresh());
    assert.deepEqual(refreshed.diagnostics, [], refreshed.all); // no drift of this stack
    assert.equal(expectSucceeded(await stack.preview()).outputs.gateway, "10.0.0.253");
    await backend.edit("ippools/net", { spec: { gateway: "10.0.0.254" } });
    const state = JSON.stringify((await stack.stackExport()).deployment.resources);
    const { deployment } = await owner.stackExport();
    for (const { outputs } of deployment.resources ?? []) {
      if (outputs?.__token) assert.equal(state.includes(String(outputs.__token)), false, "nothing to free it with");
    }
    expectSucceeded(await stack.destroy());
    assert.deepEqual(await holdings(backend), before);
    assert.deepEqual(expectSucceeded(await owner.preview()).changes, { same: 4 });
  });

  it("`get:` of a YAML program, and resources that do not exist", async () => {
    const backend = await openFolder(engine());
    const owner = await engine().project({
      name: "owner",
      runtime: "yaml",
      plugin: "attached",
      program: theirs,
      ...backend.project,
    });
    expectSucceeded(await owner.up());
    const looking = (id: string) => `
resources:
  seen: { type: "metal3-ipam:PreAllocation", get: { id: "${id}" } }
outputs: { seen: "\${seen.address}", host: "\${seen.host}" }`;
    const program = looking("metal3/net/a-net");
    const stack = await engine().project({
      name: "yaml-get",
      runtime: "yaml",
      plugin: "attached",
      program,
      ...backend.project,
    });
    assert.deepEqual(expectSucceeded(await stack.up()).outputs, { seen: "10.0.0.5", host: "a" });
    await stack.setProgram(looking("metal3/net/b"));
    const absent = expectFailed(await stack.preview(), /resource 'metal3\/net\/b' does not exist/);
    assert.doesNotMatch(absent.all, /^\s+at /m);
    await stack.setProgram(looking("net/b"));
    expectFailed(
      await stack.preview(),
      /"net\/b" is not the id of a PreAllocation\. Write <namespace>\/<pool>\/<host or claim>\./,
    );
  });
});
