/** IPClaims that change pool, resource or kind, and namesakes in another pool. */
import assert from "node:assert/strict";
import { IP_ADDRESS } from "../../provider/api/metal3/kinds";
import { openMemoryStore } from "../../provider/store/memory-store";
import type { Store } from "../../provider/store/store";
import { claim, held, pool } from "./declare";
import { imported } from "./importing";
import { goneFrom, upMeddled } from "./meddling";
import { type Declared, Stack } from "./program";
import { openServedStore } from "./served-store";

const lockNames = async (store: Store) => (await store.list(IP_ADDRESS)).map(({ metadata }) => metadata.name);

const other = pool({ pools: [{ start: "10.0.1.10", end: "10.0.1.19" }], gateway: "10.0.1.1" }, "other");
const pools = [pool(), other];
const vip = (args: object, as = "vip"): Declared => ({ ...claim("v", args), as });
const reserved = (args: object = {}): Declared => {
  return { kind: "preAllocation", as: "reserved", args: { pool: "net", claimName: "v", ...args } };
};

for (const open of [openMemoryStore, openServedStore]) {
  describe(`an IPClaim that moves (${open.name})`, () => {
    const refused = async (stack: Stack, store: Store, program: readonly Declared[], message: string) => {
      const before = await held(store);
      await assert.rejects(stack.update([...pools, ...program]), { message });
      assert.deepEqual(await held(store), before);
    };
    const exists =
      "IPClaim metal3/v already exists (stack metal/dev, resource vip). Choose another name, or delete it first.";

    it("to another pool is refused if state does not have it, and leaves no lock behind when it is imported", async () => {
      const store = open();
      const stack = new Stack(store);
      await stack.up([...pools, vip({})]);
      stack.state.delete("vip"); // killed before it was written
      const moved = vip({ pool: "other", address: "10.0.1.12" });
      await refused(stack, store, [moved], exists);
      await imported(stack, "ipClaim", "vip", "metal3/v");
      await stack.up([...pools, moved]);
      assert.deepEqual([await lockNames(store), (await held(store)).claims], [["other-10-0-1-12"], ["v"]]);
    });

    it("to another pool or address and to another resource is refused", async () => {
      const store = open();
      const stack = new Stack(store);
      await stack.up([...pools, vip({ address: "10.0.0.11" })]);
      await refused(stack, store, [vip({ pool: "other" }, "renamed")], exists);
      const inUse =
        "Claim v is using 10.0.0.11 of IPPool metal3/net, so its address cannot change to 10.0.0.12. " +
        "Delete IPClaim v first, or keep 10.0.0.11.";
      await refused(stack, store, [vip({ address: "10.0.0.12" }, "renamed")], inUse);
    });

    it("to a PreAllocation leaves the reservation, and no claim", async () => {
      const store = open();
      const stack = new Stack(store);
      await stack.up([...pools, vip({ address: "10.0.0.11" })]);
      await stack.up([...pools, reserved()]);
      const locks = { v: "10.0.0.11" };
      assert.deepEqual(await held(store), { entries: locks, locks, claims: [] });
      await stack.destroy();
      assert.deepEqual(await held(store), { entries: {}, locks: {}, claims: [] });
    });

    it("to its new pin, after a run that was killed with another pin", async () => {
      const store = open();
      const stack = new Stack(store);
      await stack.up(pools);
      const locks = open === openServedStore ? 2 : 1;
      await upMeddled(stack, [...pools, vip({ address: "10.0.0.11" })], goneFrom(locks + 1));
      const program = [...pools, vip({ address: "10.0.0.12", fallback: "next" })];
      await stack.up(program);
      assert.deepEqual((await held(store)).locks, { v: "10.0.0.12" });
      assert.deepEqual(await stack.up(program), ["same net", "same other", "same vip"]);
    });
  });

  it(`an IPClaim in another pool does not use the reservation of its namesake here (${open.name})`, async () => {
    const store = open();
    const stack = new Stack(store);
    await stack.up([...pools, reserved({ address: "10.0.0.11" })]);
    await stack.up([...pools, vip({ pool: "other", address: "10.0.1.12" })]);
    assert.deepEqual([await lockNames(store), (await held(store)).entries], [["other-10-0-1-12"], {}]);
    await stack.destroy();
    assert.deepEqual(await held(store), { entries: {}, locks: {}, claims: [] });
  });
}
