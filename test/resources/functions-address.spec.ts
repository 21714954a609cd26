/** getIPAddress: the address of a host or a claim, and the holder of an address. */
import assert from "node:assert/strict";
import { IP_ADDRESS, IP_CLAIM, IP_POOL } from "../../provider/api/metal3/kinds";
import { IpamError, type IpamErrorKind } from "../../provider/ipam/errors";
import { openMemoryStore } from "../../provider/store/memory-store";
import type { Store } from "../../provider/store/store";
import { ask, heldBy, previewOf, processOf, reserved } from "./asking";
import { claim, host, hosts, hostsClaim, pool } from "./declare";
import { stranger } from "./meddling";
import { Stack } from "./program";
import { openServedStore } from "./served-store";
import { onEachStore } from "./stores";

const A = { address: "10.0.0.12" };
const lockOfA = { namespace: "metal3", name: "net-10-0-0-12" };
const place = { pool: "net", namespace: "metal3", held: true };
const network = { prefix: 24, gateway: "10.0.0.1" };

async function refused(asking: Promise<unknown>, kind: IpamErrorKind, message: string): Promise<void> {
  await assert.rejects(asking, (error) => {
    assert.ok(error instanceof IpamError, String(error));
    assert.deepEqual([error.kind, error.message], [kind, message]);
    return true;
  });
}

describe("getIPAddress", () => {
  onEachStore((open) => {
    let store: Store;
    let stack: Stack;
    beforeEach(() => {
      const ground = open();
      store = ground.store;
      stack = ground.stackOf();
    });
    const asked = (args: object, process = processOf(stack)) => ask(process, "getIPAddress", { pool: "net", ...args });

    it("gives the same answer for a host, its claim and its address", async () => {
      await stack.up([
        pool(),
        host("a", A),
        claim("vip", { address: "10.0.0.11" }),
        hosts(["b"], { start: "10.0.0.15" }),
      ]);
      const a = { ...place, ...network, ...reserved("10.0.0.12", "a-net", "a") };
      for (const way of [{ host: "a" }, { claimName: "a-net" }, A]) assert.deepEqual(await asked(way), a);
      const vip = { ...place, ...network, ...reserved("10.0.0.11", "vip", "vip", true) };
      for (const way of [{ claimName: "vip" }, { address: "10.0.0.11" }]) assert.deepEqual(await asked(way), vip);
      assert.deepEqual(await asked({ host: "b" }), { ...place, ...network, ...reserved("10.0.0.15", "b-net", "rack") });
    });

    it("shows the network of the object, and for an entry alone that of the pool", async () => {
      const pools = [{ start: "10.0.0.10", end: "10.0.0.19", dnsServers: ["10.0.0.53"] }];
      await stack.up([pool({ pools }), host("a", A)]);
      await store.patch(IP_ADDRESS, lockOfA, { spec: { gateway: "10.0.0.9", dnsServers: null } });
      assert.deepEqual(await asked({ host: "a" }), {
        ...place,
        ...reserved("10.0.0.12", "a-net", "a"),
        prefix: 24,
        gateway: "10.0.0.9",
      });
      await store.patch(
        IP_POOL,
        { namespace: "metal3", name: "net" },
        { spec: { preAllocations: { x: "10.0.0.17" } } },
      );
      const entry = { ...place, ...network, ...heldBy("entry", "10.0.0.17", "x"), dnsServers: ["10.0.0.53"] };
      for (const way of [{ claimName: "x" }, { address: "10.0.0.17" }]) assert.deepEqual(await asked(way), entry);
    });

    it("shows objects of other owners, in the pool or not", async () => {
      await stack.up([pool()]);
      await stranger(store, "10.0.0.16", "by-hand");
      await stranger(store, "10.0.0.99", "far-out");
      assert.deepEqual(await asked({ address: "10.0.0.16" }), {
        ...place,
        ...heldBy("ipaddress", "10.0.0.16", "by-hand"),
      });
      assert.deepEqual(await asked({ claimName: "far-out" }), {
        ...place,
        ...heldBy("ipaddress", "10.0.0.99", "far-out"),
      });
    });

    it("gives a remedy if nothing is held", async () => {
      await stack.up([pool()]);
      await refused(
        asked({ host: "a" }),
        "unheld",
        "a has no address in IPPool metal3/net. Reserve one, or correct the name. If this program reserves it, pass an output of that resource to the function.",
      );
      await refused(
        asked({ address: "10.0.0.99" }),
        "outOfRange",
        "10.0.0.99 is outside of IPPool metal3/net. It offers 10.0.0.10-10.0.0.19. Choose one of these, or add a range to its " +
          "`pools`.",
      );
    });

    it("gives the same answer in the first preview as after the update, except for `by`", async () => {
      const program = [pool(), host("a"), hosts(["b"]), claim("vip")];
      const process = await previewOf(stack, program);
      const ways = [{ host: "a" }, { host: "b" }, { claimName: "vip" }];
      const shown = await Promise.all(ways.map((way) => asked(way, process)));
      assert.deepEqual(
        shown.map(({ by }) => by),
        ["plan", "plan", "plan"],
      );
      await stack.up(program);
      const found = await Promise.all(ways.map((way) => asked(way)));
      assert.deepEqual(
        found,
        shown.map((one) => ({ ...one, by: "lock" })),
      );
    });

    it("names the resource whose output to use if only the update will know the address", async () => {
      await stack.up([pool()]);
      await refused(
        asked({ host: "a" }, await previewOf(stack, [pool(), host("a", { placement: "lowest" }, "first")])),
        "unheld",
        "The address of a in IPPool metal3/net is known after the update (PreAllocation first). Use the output `address` of " +
          "that resource.",
      );
    });
  });

  it("shows what a live host uses if its entry differs", async () => {
    const store = openServedStore();
    const stack = new Stack(store);
    await stack.up([pool(), host("a", A)]);
    await store.remove(IP_ADDRESS, lockOfA);
    await stranger(store, "10.0.0.15", "a-net");
    await store.create(IP_CLAIM, { ...hostsClaim("a-net"), status: { address: { name: "net-10-0-0-15" } } });
    const live = await ask(processOf(stack), "getIPAddress", { pool: "net", host: "a" });
    assert.deepEqual(live, { ...place, ...heldBy("ipaddress", "10.0.0.15", "a-net", true) });
    const waiting = await ask(processOf(stack), "getIPAddress", { pool: "net", ...A });
    assert.deepEqual(waiting, { ...place, ...network, ...reserved("10.0.0.12", "a-net", "a") });
  });

  it("looks in the given namespace, or else in the configured one", async () => {
    const store = openMemoryStore();
    const stack = new Stack(store);
    const elsewhere = { namespace: "rack-2" };
    await stack.up([pool(), host("a", A), pool(elsewhere, "net-2"), host("b", { ...elsewhere, pool: "net-2", ...A })]);
    const there = await ask(processOf(stack), "getIPAddress", { pool: "net-2", ...elsewhere, ...A });
    assert.deepEqual([there.namespace, there.claimName, there.addressName], ["rack-2", "b-net-2", "net-2-10-0-0-12"]);
    const here = await ask(processOf(stack), "getIPAddress", { pool: "net", ...A });
    assert.deepEqual([here.namespace, here.claimName], ["metal3", "a-net"]);
  });
});
