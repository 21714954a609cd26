/** getIPPool: the holders of a pool, on every store. */
import assert from "node:assert/strict";
import { CAPI_IP_ADDRESS } from "../../provider/api/capi/kinds";
import type { Kind } from "../../provider/api/kinds";
import { IP_ADDRESS, IP_CLAIM, IP_POOL } from "../../provider/api/metal3/kinds";
import { openMemoryStore } from "../../provider/store/memory-store";
import type { Store, Stored } from "../../provider/store/store";
import { ask, heldBy, holdersOf, previewOf, processOf, reserved } from "./asking";
import { claim, host, hosts, hostsClaim, pool } from "./declare";
import { stranger } from "./meddling";
import { Stack } from "./program";
import { openServedStore } from "./served-store";
import { onEachStore } from "./stores";

const NET = { namespace: "metal3", name: "net" };

/** An address object of an IPAddressClaim, as a controller creates it. */
async function serveCapi(store: Store, claimName: string, address: string): Promise<void> {
  await store.create(CAPI_IP_ADDRESS, {
    apiVersion: "ipam.cluster.x-k8s.io/v1beta2",
    kind: "IPAddress",
    metadata: {
      name: `net-${address.replaceAll(".", "-")}`,
      namespace: "metal3",
      ownerReferences: [{ apiVersion: "v1", kind: "IPAddressClaim", name: claimName, uid: "u" }],
    },
    spec: {
      address,
      prefix: 24,
      claimRef: { name: claimName },
      poolRef: { apiGroup: "ipam.metal3.io", kind: "IPPool", name: "net" },
    },
  });
}

const entry = (store: Store, claimName: string, address: string | null) =>
  store.patch(IP_POOL, NET, { spec: { preAllocations: { [claimName]: address } } });

describe("getIPPool", () => {
  onEachStore((open) => {
    let store: Store;
    let stack: Stack;
    beforeEach(() => {
      const ground = open();
      store = ground.store;
      stack = ground.stackOf();
    });

    it("shows the pool, and the holder of each address", async () => {
      const rack = hosts(["r-1"], { pins: { "r-1": "10.0.0.13" } });
      await stack.up([pool()]);
      await entry(store, "z-net", "10.0.0.17");
      await stack.up([pool(), host("a", { address: "10.0.0.12" }), claim("vip", { address: "10.0.0.11" }), rack]);
      await store.create(IP_CLAIM, hostsClaim("a-net"));
      await store.create(IP_CLAIM, { ...hostsClaim("r-1-net"), spec: { pool: { name: "other" } } });
      await stranger(store, "10.0.0.16", "by-hand");
      await stranger(store, "10.0.0.99", "far-out");
      await stranger(store, "10.0.0.19", "elsewhere", "other");
      await serveCapi(store, "capi-host", "10.0.0.10");
      const told = await ask(processOf(stack), "getIPPool", { name: "net" });
      assert.deepEqual(Object.keys(told.preAllocations as object), ["a-net", "r-1-net", "z-net"]);
      assert.deepEqual(told, {
        name: "net",
        namespace: "metal3",
        namePrefix: "net",
        pools: [{ start: "10.0.0.10", end: "10.0.0.19" }],
        prefix: 24,
        gateway: "10.0.0.1",
        preAllocations: { "a-net": "10.0.0.12", "r-1-net": "10.0.0.13", "z-net": "10.0.0.17" },
        paused: false,
        capacity: 10,
        used: 6,
        free: 4,
        holders: [
          heldBy("ipaddressclaim", "10.0.0.10", "capi-host", true),
          reserved("10.0.0.11", "vip", "vip", true),
          reserved("10.0.0.12", "a-net", "a", true),
          reserved("10.0.0.13", "r-1-net", "rack"),
          heldBy("ipaddress", "10.0.0.16", "by-hand"),
          heldBy("entry", "10.0.0.17", "z-net"),
          heldBy("ipaddress", "10.0.0.99", "far-out"),
        ],
        orphans: [],
      });
    });

    it("shows the mirror of a deleted host, or else its entry", async () => {
      await stack.up([pool(), host("a", { address: "10.0.0.12" })]);
      await store.remove(IP_ADDRESS, { namespace: "metal3", name: "net-10-0-0-12" });
      const stays = store.apiServer ? reserved("10.0.0.12", "a-net", "a") : heldBy("entry", "10.0.0.12", "a-net");
      assert.deepEqual(await holdersOf(processOf(stack)), { "10.0.0.12": stays });
    });

    it("shows the object that the controller created for a host's next life", async () => {
      await stack.up([pool(), host("a", { address: "10.0.0.12" })]);
      await store.remove(IP_ADDRESS, { namespace: "metal3", name: "net-10-0-0-12" });
      await store.create(IP_CLAIM, hostsClaim("a-net"));
      await stranger(store, "10.0.0.12", "a-net");
      const found = await holdersOf(processOf(stack));
      const lives = store.apiServer
        ? reserved("10.0.0.12", "a-net", "a", true)
        : heldBy("ipaddress", "10.0.0.12", "a-net", true);
      assert.deepEqual(found, { "10.0.0.12": lives });
    });

    it("shows both addresses of a claim with an edited entry, and both claims of one address", async () => {
      await stack.up([pool(), host("a", { address: "10.0.0.12" })]);
      await entry(store, "a-net", "10.0.0.15");
      await entry(store, "rival", "10.0.0.12");
      assert.deepEqual(await holdersOf(processOf(stack)), {
        "10.0.0.12": { ...reserved("10.0.0.12", "a-net", "a"), conflictsWith: ["rival"] },
        "10.0.0.15": heldBy("entry", "10.0.0.15", "a-net"),
      });
    });

    it("shows orphans: locks of a killed run that no claim will use", async () => {
      await stack.up([pool(), host("a", { address: "10.0.0.12" }), host("b", { address: "10.0.0.13" }), claim("vip")]);
      await entry(store, "a-net", null);
      const orphans = async (process = processOf(stack)) => (await ask(process, "getIPPool", { name: "net" })).orphans;
      assert.deepEqual(await orphans(), [reserved("10.0.0.12", "a-net", "a")]);
      // The program still declares it, so the next update completes it.
      assert.deepEqual(await orphans(await previewOf(stack, [pool(), host("a")])), []);
      await store.create(IP_CLAIM, hostsClaim("a-net"));
      assert.deepEqual(await orphans(), []);
    });

    it("counts exactly beyond 2^53", async () => {
      const pools = [{ subnet: "fd00::/64" }];
      await stack.up([pool({ pools, prefix: 64, gateway: "fd00::1" }), host("a", { address: "fd00::5" })]);
      assert.deepEqual(await ask(processOf(stack), "getIPPool", { name: "net" }), {
        name: "net",
        namespace: "metal3",
        namePrefix: "net",
        pools,
        prefix: 64,
        gateway: "fd00::1",
        preAllocations: { "a-net": "fd00::5" },
        paused: false,
        capacity: "18446744073709551615",
        used: 1,
        free: "18446744073709551614",
        holders: [reserved("fd00::5", "a-net", "a")],
        orphans: [],
      });
    });

    it("shows the entries as they are stored, without what is excluded", async () => {
      const pools = [
        { subnet: "10.0.0.0/28", dnsServers: ["10.0.0.53"] },
        { start: "10.0.1.1", end: "10.0.1.2" },
      ];
      await stack.up([pool({ pools, excludes: ["10.0.0.4-10.0.0.5"], excludeReserved: true, namePrefix: "n" })]);
      const { pools: told, capacity, free, namePrefix } = await ask(processOf(stack), "getIPPool", { name: "net" });
      assert.deepEqual(told, [
        { start: "10.0.0.2", end: "10.0.0.3", dnsServers: ["10.0.0.53"] },
        { start: "10.0.0.6", end: "10.0.0.14", dnsServers: ["10.0.0.53"] },
        { start: "10.0.1.1", end: "10.0.1.2" },
      ]);
      assert.deepEqual([capacity, free, namePrefix], [13, 13, "n"]);
    });

    it("shows a pause", async () => {
      await stack.up([pool()]);
      await store.patch(IP_POOL, NET, { metadata: { annotations: { "cluster.x-k8s.io/paused": "" } } });
      assert.equal((await ask(processOf(stack), "getIPPool", { name: "net" })).paused, true);
    });

    it("gives the same answer in the first preview as after the update, except for `by`", async () => {
      const program = [pool(), host("a"), hosts(["r-1", "r-2"]), claim("vip")];
      const shown = await ask(await previewOf(stack, program), "getIPPool", { name: "net" });
      assert.deepEqual(
        (shown.holders as { by: string }[]).map(({ by }) => by),
        ["plan", "plan", "plan", "plan"],
      );
      await stack.up(program);
      const found = await ask(processOf(stack), "getIPPool", { name: "net" });
      const locked = (shown.holders as object[]).map((one) => ({ ...one, by: "lock" }));
      assert.deepEqual(found, { ...shown, holders: locked });
    });

    it("does not hide existing holders behind a promise of this run", async () => {
      const before = [pool(), host("a", { address: "10.0.0.12" })];
      await stack.up(before);
      const after = [
        pool({ gateway: "10.0.0.2" }),
        host("a", { address: "10.0.0.13" }),
        host("b", { address: "10.0.0.14" }),
      ];
      const told = await ask(await previewOf(stack, after), "getIPPool", { name: "net" });
      assert.deepEqual([told.gateway, told.used], ["10.0.0.1", 2]);
      assert.deepEqual(told.preAllocations, { "a-net": "10.0.0.12", "b-net": "10.0.0.14" });
      const [a, b] = told.holders as object[];
      assert.deepEqual(
        [a, b],
        [reserved("10.0.0.12", "a-net", "a"), { ...reserved("10.0.0.14", "b-net", "b"), by: "plan" }],
      );
    });
  });
});

describe("getIPPool during another run", () => {
  /** A pool with a host and a claim, and the requests to its store. `old` changes what the lists return. */
  async function settled(old: (kind: Kind, found: Stored[], isFirst: boolean) => Stored[]) {
    const store = openMemoryStore();
    await new Stack(store).up([pool(), host("a", { address: "10.0.0.12" }), claim("vip", { address: "10.0.0.11" })]);
    const asked: string[] = [];
    const watched = openServedStore({
      ...openServedStore(store),
      get: (kind, key) => {
        asked.push(`get ${kind.kind}`);
        return store.get(kind, key);
      },
      list: async (kind, namespace) => {
        const isFirst = !asked.includes(`list ${kind.kind}`);
        asked.push(`list ${kind.kind}`);
        return old(kind, await store.list(kind, namespace), isFirst);
      },
    });
    return { process: processOf(new Stack(watched)), asked };
  }

  it("shows no orphan whose entry or claim is newer than the lists", async () => {
    const withoutEntries = (one: Stored): Stored => {
      const spec = { ...(one.spec as object), preAllocations: {} };
      return { ...one, metadata: { ...one.metadata, resourceVersion: "0" }, spec };
    };
    const { process } = await settled((kind, found, isFirst) => {
      if (kind === IP_POOL) return found.map(withoutEntries);
      return kind === IP_CLAIM && isFirst ? [] : found;
    });
    const { orphans, holders } = await ask(process, "getIPPool", { name: "net" });
    assert.deepEqual(orphans, []);
    assert.deepEqual(holders, [reserved("10.0.0.11", "vip", "vip"), reserved("10.0.0.12", "a-net", "a")]);
  });

  it("does not look again if nothing looks like an orphan", async () => {
    const { process, asked } = await settled((_, found) => found);
    await ask(process, "getIPPool", { name: "net" });
    await ask(process, "getIPPool", { name: "net" });
    assert.deepEqual(asked, ["list IPPool", "list IPAddress", "list IPAddress", "list IPClaim"]);
  });
});
