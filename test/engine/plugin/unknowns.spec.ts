/** Values that a preview does not know, through the plugin: it shows them as unknown, and the update has the right ones. */
import assert from "node:assert/strict";
import { useCluster } from "../../testbed/cluster";
import { expectSucceeded, unknown, useEngine } from "../../testbed/engine";
import { ownDiagnostics } from "../neighbours";

/**
 * A resource with an output that is known after its creation, like
 * a virtual machine's name, or the kubeconfig of a new cluster.
 */
const later = `
import * as pulumi from "@pulumi/pulumi";
import { readFileSync } from "node:fs";
import { IPClaim, IPPool, PreAllocation, PreAllocationSet, Provider } from "pulumi-metal3-ipam";
class Later<T> extends pulumi.dynamic.Resource {
  declare readonly value: pulumi.Output<T>;
  constructor(name: string, given: T) {
    super({ create: async (inputs: any) => ({ id: name, outs: { value: inputs.given } }) }, name, { given, value: undefined });
  }
}
const later = <T>(name: string, given: T) => new Later<T>(name, given).value;
`;
const pools = `pools: [{ start: "10.0.0.10", end: "10.0.0.49" }], prefix: 24`;

describe("unknowns through the plugin", function () {
  const engine = useEngine(this);
  const cluster = useCluster(this, { controllers: false });

  it("in a pool's name and range, in hosts and pins: the preview shows unknown, and the update uses the values", async () => {
    const program = (member: string) => `${later}
      const named = new IPPool("named", { name: later("name", "late"), pools: [{ start: "10.0.1.10", end: "10.0.1.10" }], prefix: 24 });
      const ranged = new IPPool("ranged", { pools: [{ start: later("start", "10.0.2.10"), end: "10.0.2.10" }], prefix: 24 });
      const net = new IPPool("net", { ${pools} });
      const pool = net.name;
      export const ofNamed = new PreAllocation("of-named", { pool: named.name, host: "a" }).address;
      export const ofRanged = new PreAllocation("of-ranged", { pool: ranged.name, host: "b" }).address;
      export const whole = new PreAllocationSet("whole", { pool, hosts: later("hosts", ["w-1"]), start: "10.0.0.20" }).addresses;
      export const member = new PreAllocationSet("member", { pool, hosts: ["m-1", ${member}], start: "10.0.0.30" }).addresses;
      export const pins = new PreAllocationSet("pins", { pool, hosts: ["p-1"], pins: { "p-1": later("pin", "10.0.0.40") } }).addresses;
      export const pin = new PreAllocation("pin-of-one", { pool, host: "c", address: later("one", "10.0.0.41") }).address;
      export const vip = new IPClaim("vip", { pool, address: later("vip-address", "10.0.0.42") }).address;`;
    const stack = await engine().project({
      name: "unknowns",
      plugin: "attached",
      program: program(`later("m-name", "m-2")`),
    });
    const shown = expectSucceeded(await stack.preview());
    assert.deepEqual([shown.changes, shown.diagnostics], [{ create: 17 }, []]);
    assert.deepEqual(new Set(Object.values(shown.outputs)), new Set([unknown]));
    const outputs = {
      ofNamed: "10.0.1.10",
      ofRanged: "10.0.2.10",
      whole: { "w-1": "10.0.0.20" },
      member: { "m-1": "10.0.0.30", "m-2": "10.0.0.31" },
      pins: { "p-1": "10.0.0.40" },
      pin: "10.0.0.41",
      vip: "10.0.0.42",
    };
    const up = expectSucceeded(await stack.up());
    assert.deepEqual([up.outputs, up.diagnostics], [outputs, []]);
    assert.deepEqual(expectSucceeded(await stack.preview()).changes, { same: 17 });

    // Old ones stay known if a new one is unknown.
    await stack.setProgram(program(`later("m-name", "m-2"), later("new", "m-3")`));
    const grown = expectSucceeded(await stack.preview());
    assert.deepEqual([grown.changes, grown.outputs], [{ create: 1, update: 1, same: 16 }, outputs]);
    const member = { ...outputs.member, "m-3": "10.0.0.32" };
    assert.deepEqual(expectSucceeded(await stack.up()).outputs, { ...outputs, member });
  });

  it("in a kubeconfig: the cluster is created in the same stack", async () => {
    const namespace = await cluster().namespace();
    const program = (kubeconfig: string) => `${later}
      const provider = new Provider("cluster", { kubeconfig: ${kubeconfig}, namespace: "${namespace}" });
      const net = new IPPool("net", { ${pools} }, { provider });
      export const a = new PreAllocation("a", { pool: net.name, host: "a", address: "10.0.0.15" }, { provider }).address;
      export const rack = new PreAllocationSet("rack", { pool: net.name, hosts: ["r-1"], start: "10.0.0.20" }, { provider }).addresses;
      export const vip = new IPClaim("vip", { pool: net.name, address: "10.0.0.30" }, { provider }).address;`;
    const made = (name: string) => program(`later("${name}", readFileSync(process.env.MADE!, "utf8"))`);
    const env = { MADE: await cluster().kubeconfig() };
    const stack = await engine().project({ name: "created", program: made("first"), directory: null, env });
    const shown = expectSucceeded(await stack.preview());
    assert.deepEqual([shown.changes, ownDiagnostics(shown)], [{ create: 5 }, []]);
    assert.deepEqual(shown.outputs, { a: unknown, rack: unknown, vip: unknown });
    const outputs = { a: "10.0.0.15", rack: { "r-1": "10.0.0.20" }, vip: "10.0.0.30" };
    assert.deepEqual(expectSucceeded(await stack.up()).outputs, outputs);
    assert.deepEqual(expectSucceeded(await stack.preview()).changes, { same: 5 });

    // Replaced: its kubeconfig is unknown again, and the engine says so. Every address stays.
    await stack.setProgram(made("second"));
    const again = expectSucceeded(await stack.preview());
    assert.ok(ownDiagnostics(again).every(({ message }) => /inputs that are not known during preview/.test(message)));
    assert.deepEqual(again.changes, { create: 1, delete: 1, update: 4 });
    const done = expectSucceeded(await stack.up());
    assert.deepEqual([done.outputs, done.changes], [outputs, { create: 1, delete: 1, same: 4 }]);
  });
});
