/** What a user sees during an operation, and warnings. Each comes once, because without a terminal each is a line. */
import assert from "node:assert/strict";
import { expectFailed, expectSucceeded, useEngine } from "../../testbed/engine";
import type { PulumiResult } from "../../testbed/result";
import { openFolder } from "../backends";
import { yaml } from "./interruptions";

const MADE_HERE = "$" + "{net.name}";
const patience = { customTimeouts: { create: "3s", update: "3s" } };
const pool = (properties: object) => ({ type: "metal3-ipam:IPPool", properties });
const host = (name: string, more: object = {}, options = {}) => ({
  type: "metal3-ipam:PreAllocation",
  properties: { pool: MADE_HERE, host: name, ...more },
  options,
});

const progressOf = ({ progress }: PulumiResult) => progress.map(({ message }) => message.trim());

function warningsOf({ diagnostics }: PulumiResult): string[] {
  return diagnostics.filter(({ severity }) => severity === "warning").map(({ message }) => message.trim());
}

describe("progress and warnings, through the plugin", function () {
  const engine = useEngine(this);

  it("show a wait for a pool, once", async () => {
    const program = yaml({ a: host("a", { pool: "net" }, patience) });
    const stack = await engine().project({ name: "told", runtime: "yaml", program });
    const result = expectFailed(await stack.up(), /IPPool default\/net does not exist \(waited 3 s\)/);
    assert.deepEqual(progressOf(result), ["waiting for IPPool default/net to be there"]);
  });

  it("show a wait for the end of a pause, once", async () => {
    const { project, edit } = await openFolder(engine());
    const net = pool({ name: "net", pools: [{ subnet: "10.0.0.0/28" }] });
    const stack = await engine().project({ name: "told", runtime: "yaml", program: yaml({ net }), ...project });
    expectSucceeded(await stack.up());
    await edit("ippools/net", { metadata: { annotations: { "cluster.x-k8s.io/paused": "true" } } });
    await stack.setProgram(yaml({ net, a: host("a", {}, patience) }));
    const result = expectFailed(await stack.up(), /IPPool metal3\/net is paused .*\(waited 3 s\)/);
    assert.deepEqual(progressOf(result), [
      "waiting until the pause ends: IPPool metal3/net is paused (cluster.x-k8s.io/paused)",
    ]);
  });

  it("show the progress of a set of 500, at most once a second", async () => {
    const hosts = Array.from({ length: 500 }, (_, index) => `host-${index}`);
    const net = pool({ name: "net", pools: [{ subnet: "10.0.0.0/22" }] });
    const set = { type: "metal3-ipam:PreAllocationSet", properties: { pool: MADE_HERE, hosts } };
    const stack = await engine().project({ name: "told", runtime: "yaml", program: yaml({ net, set }) });
    const result = expectSucceeded(await stack.up());
    const told = progressOf(result);
    assert.ok(told.length >= 1 && told.length <= result.seconds + 1, `${told.length} in ${result.seconds} s`);
    for (const text of told) assert.match(text, /^\d+ of 500 addresses of IPPool default\/net locked$/);
    assert.equal(new Set(told).size, told.length);
  });

  it("name an offered gateway and network address, a nearly full pool, and the same range in another namespace, once for each phase", async () => {
    const range = { subnet: "10.0.0.0/28" };
    const hosts = Array.from({ length: 15 }, (_, index) => [`h-${index}`, host(`h-${index}`)]);
    const program = yaml({
      net: pool({ name: "net", pools: [range], prefix: 28, gateway: "10.0.0.1" }),
      other: pool({ name: "other", namespace: "elsewhere", pools: [range] }),
      ...Object.fromEntries(hosts),
    });
    const stack = await engine().project({ name: "warned", runtime: "yaml", program });
    expectSucceeded(await stack.up("--target", "**other")); // so that the phases below see it in any order
    const warnings = [/gateway/, /network/, /1[56] of 16|9\d ?%/, /Pools of two namespaces/];
    for (const result of [await stack.preview(), await stack.up(), await stack.up()]) {
      const told = warningsOf(expectSucceeded(result));
      assert.deepEqual([...new Set(told)], told);
      for (const warning of warnings) {
        assert.equal(told.filter((text) => warning.test(text)).length > 0, true, `${warning}: ${told.join("\n")}`);
      }
    }
  });
});
