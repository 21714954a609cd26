/**
 * An IPPool that pre-allocates an address, and the IPClaim of the same name: the first example in Metal3's documentation.
 */
import assert from "node:assert/strict";
import { IP_ADDRESS, IP_CLAIM, IP_POOL } from "../../provider/api/metal3/kinds";
import type { Store } from "../../provider/store/store";
import { claim, held, host, hosts, pool } from "./declare";
import { assertUnchanged, imported } from "./importing";
import type { Declared } from "./program";
import { onEachStore } from "./stores";

const AT = "10.0.0.14";
const net = (entries: object = { vip: AT }, args: object = {}) => pool({ preAllocations: entries, ...args });
const WHOLE = { entries: { vip: AT }, locks: { vip: AT }, claims: ["vip"] };

async function refusal(run: Promise<unknown>): Promise<string> {
  return run.then(
    () => "not refused",
    (error: Error) => error.message,
  );
}

/** The tokens of the pool, of the claim, and of the lock of the address. */
async function tokens(store: Store) {
  const key = (name: string) => ({ namespace: "metal3", name });
  const [net, vip, lock] = await Promise.all([
    store.get(IP_POOL, key("net")),
    store.get(IP_CLAIM, key("vip")),
    store.get(IP_ADDRESS, key("net-10-0-0-14")),
  ]);
  const [pools, claims, locks] = [net, vip, lock].map((one) => one?.metadata.annotations?.["pulumi-metal3-ipam/token"]);
  return { pools, claims, locks };
}

describe("an entry of the pool and an IPClaim of the same name", () => {
  onEachStore((open) => {
    const ways: [what: string, program: Declared[]][] = [
      ["the claim says no address", [net(), claim("vip")]],
      ["the claim pins the same address", [net(), claim("vip", { address: AT })]],
      ["the claim asks by annotation", [net(), claim("vip", { annotations: { ipAddress: AT } })]],
      ["the claim takes the lowest", [net(), claim("vip", { placement: "lowest" })]],
      ["the claim may fall back", [net(), claim("vip", { address: AT, fallback: "next" })]],
      ["beside other entries and hosts", [net({ vip: AT, x: "10.0.0.15" }), host("a"), claim("vip"), claim("other")]],
    ];
    for (const [what, program] of ways) {
      it(`${what}: it gets the address of the entry, and the pool owns the lock`, async () => {
        const { store, stackOf } = open();
        const stack = stackOf();
        const { inputs } = await stack.preview(program);
        assert.equal(inputs.get("vip")?.address, AT);
        await stack.up(program);
        assert.equal(stack.outputs("vip").address, AT);
        assert.equal((await held(store)).locks.vip, AT);
        const { pools, locks, claims } = await tokens(store);
        assert.equal(locks, pools);
        assert.notEqual(locks, claims);
        await assertUnchanged(stack, program);
        await stack.destroy();
        assert.deepEqual(await held(store), { entries: {}, locks: {}, claims: [] });
      });
    }

    const later: [what: string, before: Declared[]][] = [
      ["the claim comes later", [net()]],
      ["the entry comes later", [pool(), claim("vip", { address: AT })]],
      ["the entry comes later, at the address that was proposed", [pool(), claim("vip", { address: AT })]],
    ];
    for (const [what, before] of later) {
      it(`${what}: nothing moves`, async () => {
        const { store, stackOf } = open();
        const stack = stackOf();
        await stack.up(before);
        await stack.up([net(), claim("vip")]);
        assert.deepEqual(await held(store), WHOLE);
        const { pools, locks } = await tokens(store);
        assert.equal(locks, pools);
        await assertUnchanged(stack, [net(), claim("vip")]);
      });
    }

    it("only the IPClaim goes: entry, lock and address stay with the pool", async () => {
      const { store, stackOf } = open();
      const stack = stackOf();
      await stack.up([net(), claim("vip")]);
      assert.deepEqual(await stack.up([net()]), ["same net", "delete vip"]);
      assert.deepEqual(await held(store), { ...WHOLE, claims: [] });
      assert.deepEqual(await stack.up([net(), claim("vip")]), ["same net", "create vip"]);
      assert.deepEqual(await held(store), WHOLE);
    });

    it("a lock that Metal3 removed with the claim comes back with the claim", async () => {
      const { store, stackOf } = open();
      const stack = stackOf();
      await stack.up([net()]);
      await store.remove(IP_ADDRESS, { namespace: "metal3", name: "net-10-0-0-14" });
      await stack.up([net(), claim("vip")]);
      assert.deepEqual(await held(store), WHOLE);
      const { pools, locks } = await tokens(store);
      assert.equal(locks, pools);
      await assertUnchanged(stack, [net(), claim("vip")]);
    });

    it("only the entry goes: the claim owns the lock, with its address", async () => {
      const { store, stackOf } = open();
      const stack = stackOf();
      await stack.up([net(), claim("vip")]);
      await stack.up([pool(), claim("vip")]);
      assert.deepEqual(await held(store), { ...WHOLE, entries: {} });
      const { claims, locks } = await tokens(store);
      assert.equal(locks, claims);
      assert.deepEqual((await stack.preview([pool(), claim("vip")])).steps, ["same net", "same vip"]);
      await stack.destroy();
      assert.deepEqual(await held(store), { entries: {}, locks: {}, claims: [] });
    });

    it("only the entry goes, after the claim", async () => {
      const { store, stackOf } = open();
      const stack = stackOf();
      await stack.up([net(), claim("vip")]);
      await stack.up([claim("vip"), pool()]);
      await stack.up([claim("vip"), pool()]);
      assert.deepEqual(await held(store), { ...WHOLE, entries: {} });
      const { claims, locks } = await tokens(store);
      assert.equal(locks, claims);
    });

    const refused: [what: string, program: Declared[], says: string][] = [
      [
        "another pin",
        [net(), claim("vip", { address: "10.0.0.15" })],
        "vip: address: IPPool metal3/net already pre-allocates 10.0.0.14 to claim vip, not 10.0.0.15. Pin 10.0.0.14, or remove the entry.",
      ],
      [
        "another annotation",
        [net(), claim("vip", { annotations: { ipAddress: "10.0.0.15" } })],
        "vip: address: IPPool metal3/net already pre-allocates 10.0.0.14 to claim vip, not 10.0.0.15. Pin 10.0.0.14, or remove the entry.",
      ],
      [
        "a reservation of the same claim",
        [net({ "a-net": AT }), host("a")],
        "a: : a is declared twice for IPPool metal3/net in this program: by IPPool net and by PreAllocation a. Remove one of them.",
      ],
      [
        "a set with the same claim",
        [net({ "a-net": AT }), hosts(["a"])],
        "rack: hosts[0]: a is declared twice for IPPool metal3/net in this program: by IPPool net and by PreAllocationSet rack. Remove one of them.",
      ],
      [
        "a reservation and an IPClaim of one name",
        [pool(), host("a"), claim("a-net")],
        "a-net: : a is declared twice for IPPool metal3/net in this program: by PreAllocation a and by IPClaim a-net. Remove one of them.",
      ],
      [
        "two IPClaims of one name beside the entry",
        [net(), claim("vip"), { ...claim("vip"), as: "again" }],
        "again: : Claim vip is declared twice for IPPool metal3/net in this program: by IPClaim vip and by IPClaim again. Remove one of them.",
      ],
      [
        "a claim of another name on the entry's address",
        [net(), claim("other", { address: AT })],
        "other: address: 10.0.0.14 of IPPool metal3/net is already reserved in this program, for claim vip (resource net). Choose another address. " +
          "To move 10.0.0.14 here, release it in one `pulumi up` and pin it in the next.",
      ],
    ];
    for (const [what, program, says] of refused) {
      it(`${what} is refused, and nothing is written`, async () => {
        const { store, stackOf } = open();
        assert.equal(await refusal(stackOf().up(program)), says);
        assert.deepEqual(await held(store), { entries: {}, locks: {}, claims: [] });
      });
    }

    it("an entry with another address than its live claim is refused, and the claim keeps its address", async () => {
      const { store, stackOf } = open();
      const stack = stackOf();
      await stack.up([pool(), claim("vip", { address: AT })]);
      const before = await held(store);
      assert.equal(
        await refusal(stack.up([net({ vip: "10.0.0.15" }), claim("vip")])),
        "vip: : IPPool metal3/net already pre-allocates 10.0.0.15 to claim vip, not 10.0.0.14. Pin 10.0.0.15, or remove the entry.",
      );
      const both = [claim("vip", { address: AT }), net({ vip: "10.0.0.15" })];
      assert.match(
        await refusal(stack.up(both)),
        /^net: preAllocations\.vip: gives 10\.0\.0\.15 to claim vip of IPPool metal3\/net, but its IPClaim in this program gets 10\.0\.0\.14\. /,
      );
      assert.deepEqual(await held(store), before);
    });

    it("both are imported, and the code matches what is stored", async () => {
      const { store, stackOf } = open();
      await stackOf().up([net(), claim("vip")]);
      const stack = stackOf();
      const code = [
        await imported(stack, "ipPool", "net", "metal3/net"),
        await imported(stack, "ipClaim", "vip", "metal3/vip"),
      ];
      const { steps, drift } = await stack.preview(code);
      assert.deepEqual([steps, drift], [["same net", "same vip"], []]);
      assert.deepEqual(await held(store), WHOLE);
    });
  });
});
