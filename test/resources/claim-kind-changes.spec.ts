/** Reservations whose claim kind changes, and claim kinds that are refused. */
import assert from "node:assert/strict";
import { IP_ADDRESS_CLAIM } from "../../provider/api/capi/kinds";
import { IP_CLAIM } from "../../provider/api/metal3/kinds";
import { type Store, StoreError } from "../../provider/store/store";
import { held, host, hosts, hostsClaim, pool } from "./declare";
import { CAPI, IPADDRESSCLAIMS, IPCLAIMS, LOCK, makeIPAddressClaim, NOTHING, objects, vip } from "./ip-address-claims";
import { failingAt, upMeddled } from "./meddling";
import { type Declared, Stack } from "./program";
import { openServedStore } from "./served-store";

describe("a reservation whose claim kind changes", () => {
  let store: Store;
  let stack: Stack;
  beforeEach(() => {
    store = openServedStore();
    stack = new Stack(store);
  });

  it("is replaced, and its id and its address stay", async () => {
    for (const pinned of [{ address: "10.0.0.12" }, { address: undefined }]) {
      store = openServedStore();
      stack = new Stack(store);
      await stack.up([pool(), vip(pinned)]);
      const { address } = stack.outputs("vip");
      const token = stack.outputs("vip").token;
      for (const [kind, form] of [
        [CAPI, ["reserved-vip", "vip"]],
        [{}, ["vip", "reserved-vip"]],
      ] as const) {
        const program = [pool(), vip({ ...kind, ...pinned })];
        assert.deepEqual((await stack.preview(program)).steps, ["same net", "replace vip"]);
        await stack.up(program);
        assert.equal(stack.outputs("vip").address, address);
        assert.equal(stack.state.get("vip")?.id, "metal3/net/vip");
        const { metal3, capi } = await objects(store);
        assert.deepEqual([Object.values(metal3), Object.values(capi)], [[form[0]], [form[1]]]);
        assert.deepEqual((await held(store)).entries, { vip: address });
        assert.deepEqual((await stack.preview(program)).steps, ["same net", "same vip"]);
      }
      assert.notEqual(stack.outputs("vip").token, token);
      await stack.destroy();
      assert.deepEqual(await objects(store), NOTHING);
    }
  });

  it("is not a change if IPClaim is only written down", async () => {
    await stack.up([pool(), vip({})]);
    assert.deepEqual((await stack.preview([pool(), vip({ claimKind: "IPClaim" })])).steps, ["same net", "same vip"]);
  });

  it("is refused while a claim of the former kind is alive", async () => {
    await stack.up([pool(), vip({})]);
    await store.create(IP_CLAIM, hostsClaim("vip"));
    await assert.rejects(stack.preview([pool(), vip()]), {
      message:
        "vip: address: IPClaim metal3/vip uses IPPool metal3/net, so the name cannot be reserved for an IPAddressClaim. " +
        "Metal3 cannot tell the two apart. Choose another name, or delete the IPClaim first.",
    });
    assert.deepEqual(await objects(store), IPCLAIMS);
    await store.remove(IP_CLAIM, { namespace: "metal3", name: "vip" });
    await stack.up([pool(), vip()]);
    await makeIPAddressClaim(store, LOCK.name);
    await assert.rejects(stack.preview([pool(), vip({})]), /IPAddressClaim metal3\/vip uses IPPool metal3\/net/);
    assert.deepEqual(await objects(store), IPADDRESSCLAIMS);
  });

  it("is complete after a kill at each write, forward and back", async () => {
    for (const goal of [CAPI, {}]) {
      for (let write = 1; write < 9; write++) {
        store = openServedStore();
        stack = new Stack(store);
        await stack.up([pool(), vip({})]);
        await upMeddled(stack, [pool(), vip()], (_: string, __: string, n: number) => {
          if (n >= write) failingAt(n)("create", "any", n);
        });
        const program = [pool(), vip(goal)];
        await stack.up(program);
        const { metal3, capi } = await objects(store);
        const wanted = goal === CAPI ? IPADDRESSCLAIMS : IPCLAIMS;
        // The lock of an IPClaim also goes with each life of its host. Until it is back, mirror and entry hold the address.
        const isIdle = goal !== CAPI && metal3[LOCK.name] === undefined;
        assert.deepEqual({ metal3: isIdle ? wanted.metal3 : metal3, capi }, wanted, `killed at write ${write}`);
        assert.deepEqual((await held(store)).entries, { vip: "10.0.0.12" });
        assert.deepEqual((await stack.preview(program)).steps, ["same net", "same vip"]);
      }
    }
  });
});

describe("a reservation for an IPAddressClaim is refused", () => {
  it("for hosts, because no controller asks by the name of a host", async () => {
    const stack = new Stack(openServedStore());
    const because = "because no controller asks for an IPAddressClaim by the name of a host";
    const remedy = "Remove `claimKind` to reserve for a host of CAPM3, or set ";
    await assert.rejects(stack.preview([pool(), host("a", CAPI)]), {
      message: `a: host: cannot be used with \`claimKind: IPAddressClaim\`, ${because}. ${remedy}\`claimName\` instead.`,
    });
    await assert.rejects(stack.preview([pool(), hosts(["a"], CAPI)]), {
      message: `rack: hosts: cannot be used with \`claimKind: IPAddressClaim\`, ${because}. ${remedy}\`claimNames\` instead.`,
    });
  });

  it("in a cluster without IPAddressClaims", async () => {
    const store = openServedStore();
    const bare: Store = {
      ...store,
      apiServer: { ...store.apiServer!, served: async (kind) => (kind.group === "ipam.metal3.io" ? kind : undefined) },
      list: async (kind, namespace) => {
        if (kind === IP_ADDRESS_CLAIM) throw new StoreError("NotInstalled", "no CRD.");
        return store.list(kind, namespace);
      },
    };
    await assert.rejects(new Stack(bare).preview([pool(), vip()]), {
      message:
        "vip: claimKind: This cluster has no IPAddressClaims (ipam.cluster.x-k8s.io). Install Cluster API's CRDs, or reserve for " +
        "an IPClaim.",
    });
  });

  it("if another resource of the program declares the name for an IPClaim", async () => {
    const stack = new Stack(openServedStore());
    const other: Declared = { kind: "preAllocation", as: "other", args: { pool: "net", claimName: "vip" } };
    await assert.rejects(stack.preview([pool(), vip(), other]), /Claim vip is declared twice for IPPool metal3\/net/);
  });
});
