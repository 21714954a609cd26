import assert from "node:assert/strict";
import { openMemoryStore } from "../../provider/store/memory-store";
import { type Declared, Stack } from "./program";

const pool = (args: object = {}): Declared => ({
  kind: "ipPool",
  as: "net",
  args: { name: "net", pools: [{ start: "10.0.0.10", end: "10.0.0.19" }], prefix: 24, gateway: "10.0.0.1", ...args },
});
const host = (name: string, args: object = {}): Declared => ({
  kind: "preAllocation",
  as: name,
  args: { pool: "net", host: name, ...args },
});

describe("lifecycle", () => {
  it("creates, keeps, updates and destroys", async () => {
    const store = openMemoryStore();
    const stack = new Stack(store);
    const program = [pool(), host("a"), host("b"), { kind: "ipClaim", as: "vip", args: { name: "vip", pool: "net" } } as Declared];
    const shown = await stack.preview(program);
    assert.deepEqual(await stack.up(program), ["create net", "create a", "create b", "create vip"]);
    for (const as of ["a", "b", "vip"]) assert.equal(stack.outputs(as).address, shown.inputs.get(as)!.address);
    console.log(JSON.stringify(await store.list({ group: "ipam.metal3.io", version: "v1alpha1", kind: "IPPool", plural: "ippools", namespaced: true }), null, 1), stack.outputs("a"), stack.outputs("vip"), stack.outputs("net"));
    assert.deepEqual(await stack.up(program), ["same net", "same a", "same b", "same vip"]);
    await stack.destroy();
  });
});
