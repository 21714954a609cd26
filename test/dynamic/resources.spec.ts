import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { IPClaim, IPPool, PreAllocation, PreAllocationSet } from "../../sdk/dynamic";

interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
  readonly id?: string;
}

const provider = (name: string) => `exports.handler = () => require("pulumi-metal3-ipam/dynamic").${name};`;
const owner = (resource: string) => ({ stack: "bootstrap/dev", resource });

describe("resource classes", () => {
  const registered: Registered[] = [];

  before(async () => {
    await pulumi.runtime.setMocks(
      {
        call: () => ({}),
        newResource: ({ type, name, inputs, id }) => {
          registered.push({ type, name, inputs, ...(id && { id }) });
          return { id: id || `metal3/${name}`, state: { ...inputs, address: inputs.address ?? "10.0.0.7" } };
        },
      },
      "bootstrap",
      "dev",
    );
  });

  /** The constructor's registration with the engine. */
  async function register(resource: pulumi.CustomResource): Promise<Registered> {
    const urn = await new Promise<string>((resolve) => resource.urn.apply(resolve));
    return registered.find(({ type, name }) => urn.endsWith(`${type}::${name}`)) ?? assert.fail(`no ${urn}`);
  }

  it("IPPool has the resource's name, unless it sets one", async () => {
    const pools = [{ subnet: "10.0.0.0/24", gateway: pulumi.output("10.0.0.1") }];
    assert.deepEqual(await register(new IPPool("pool-a", { pools })), {
      type: "pulumi-nodejs:dynamic/metal3-ipam:IPPool",
      name: "pool-a",
      inputs: {
        __provider: provider("ipPool"),
        __owner: owner("pool-a"),
        name: "pool-a",
        pools: [{ subnet: "10.0.0.0/24", gateway: "10.0.0.1" }],
      },
    });
    const named = await register(new IPPool("pool-b", { name: "baremetal-b", pools, excludeReserved: true }));
    assert.deepEqual([named.inputs.name, named.inputs.excludeReserved], ["baremetal-b", true]);
  });

  it("IPClaim has the resource's name, unless it sets one", async () => {
    assert.deepEqual(await register(new IPClaim("api-vip", { pool: "pool-a", address: "10.0.0.5" })), {
      type: "pulumi-nodejs:dynamic/metal3-ipam:IPClaim",
      name: "api-vip",
      inputs: {
        __provider: provider("ipClaim"),
        __owner: owner("api-vip"),
        name: "api-vip",
        pool: "pool-a",
        address: "10.0.0.5",
      },
    });
    const named = await register(new IPClaim("vip-2", { name: "ingress", pool: "pool-a" }));
    assert.equal(named.inputs.name, "ingress");
  });

  it("PreAllocation and PreAllocationSet register their arguments", async () => {
    assert.deepEqual(await register(new PreAllocation("cp-0", { pool: "pool-a", host: "cp-0", address: undefined })), {
      type: "pulumi-nodejs:dynamic/metal3-ipam:PreAllocation",
      name: "cp-0",
      inputs: { __provider: provider("preAllocation"), __owner: owner("cp-0"), pool: "pool-a", host: "cp-0" },
    });
    const set = new PreAllocationSet("workers", { pool: "pool-a", hosts: ["w-0"], pins: { "w-0": "10.0.0.9" } });
    assert.deepEqual(await register(set), {
      type: "pulumi-nodejs:dynamic/metal3-ipam:PreAllocationSet",
      name: "workers",
      inputs: {
        __provider: provider("preAllocationSet"),
        __owner: owner("workers"),
        pool: "pool-a",
        hosts: ["w-0"],
        pins: { "w-0": "10.0.0.9" },
      },
    });
  });

  it("outputs resolve to the provider's answers, and exist as outputs without an answer", async () => {
    const resource = new PreAllocation("cp-out", { pool: "pool-a", host: "cp-out" });
    const values = await new Promise((resolve) =>
      pulumi.all([resource.pool, resource.address, resource.gateway]).apply(resolve),
    );
    assert.deepEqual(values, ["pool-a", "10.0.0.7", undefined]);
  });

  it("a second resource with the same name and kind, under another component, is name#2", async () => {
    class Rack extends pulumi.ComponentResource {
      readonly host: PreAllocation;
      constructor(rack: string) {
        super("test:index:Rack", rack);
        this.host = new PreAllocation("node", { pool: "pool-a", host: `node-${rack}` }, { parent: this });
      }
    }
    await Promise.all(["r1", "r2", "r3"].map((rack) => register(new Rack(rack).host)));
    await register(new PreAllocationSet("node", { pool: "pool-a" })); // another kind
    const labels = registered.filter(({ name }) => name === "node").map(({ inputs }) => inputs.__owner);
    assert.deepEqual(labels, ["node", "node#2", "node#3", "node"].map(owner));
  });

  it("get reads by id and declares nothing", async () => {
    const found = await register(IPPool.get("shared", "metal3/shared"));
    assert.equal(found.id, "metal3/shared");
    assert.deepEqual(found.inputs, { __provider: provider("ipPool") });
  });

  it("import is refused with the remedy", () => {
    const importing = () => new IPPool("old", { pools: [] }, { import: "metal3/old" });
    assert.throws(importing, /^Error: IPPool old: dynamic resources cannot be imported; use .* adopt: true instead$/);
  });
});
