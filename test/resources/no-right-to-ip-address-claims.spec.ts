/** A user with the rights of an earlier version, who may not list IPAddressClaims. */
import assert from "node:assert/strict";
import { CAPI_IP_ADDRESS, IP_ADDRESS_CLAIM } from "../../provider/api/capi/kinds";
import { type Store, StoreError } from "../../provider/store/store";
import { held, host, hosts, pool } from "./declare";
import { LOCK, vip } from "./ip-address-claims";
import { Stack } from "./program";
import { openServedStore } from "./served-store";

describe("a stack without the right to list IPAddressClaims", () => {
  it("goes on, beside another stack that reserves for them", async () => {
    const store = openServedStore();
    const other = new Stack(store, "metal/other");
    await other.up([pool(), vip()]);
    // The claim's life has ended: only its entry and its mirror are left.
    await store.remove(CAPI_IP_ADDRESS, LOCK);
    const refuse = (kind: object) => {
      if (kind === IP_ADDRESS_CLAIM) throw new StoreError("Forbidden", "ipaddressclaims is forbidden.");
    };
    const limited: Store = {
      ...store,
      list: async (kind, namespace) => {
        refuse(kind);
        return store.list(kind, namespace);
      },
      get: async (kind, key) => {
        refuse(kind);
        return store.get(kind, key);
      },
    };
    const stack = new Stack(limited);
    const program = [host("a", { address: "10.0.0.13" }), hosts(["b", "c"], { start: "10.0.0.14" })];
    await stack.up(program);
    assert.deepEqual((await stack.preview(program)).steps, ["same a", "same rack"]);
    await stack.up([host("a", { address: "10.0.0.16" })]);
    await stack.destroy();
    assert.deepEqual((await held(store)).entries, { vip: "10.0.0.12" });
    await assert.rejects(stack.preview([vip({ claimKind: "IPAddressClaim", address: "10.0.0.15" })]), /forbidden/);
  });
});
