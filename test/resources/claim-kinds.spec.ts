/** Reservations for IPAddressClaims: the lock and its mirror have exchanged their groups. */
import assert from "node:assert/strict";
import { CAPI_IP_ADDRESS, IP_ADDRESS_CLAIM } from "../../provider/api/capi/kinds";
import { IP_ADDRESS, IP_POOL } from "../../provider/api/metal3/kinds";
import { openMemoryStore } from "../../provider/store/memory-store";
import type { Store } from "../../provider/store/store";
import { held, host, hosts, pool } from "./declare";
import {
  CAPI,
  IPADDRESSCLAIMS,
  LOCK,
  makeIPAddressClaim,
  NOTHING,
  objects,
  serveIPAddressClaim,
  vip,
} from "./ip-address-claims";
import { failingAt, stranger, upMeddled } from "./meddling";
import { Stack } from "./program";
import { openServedStore } from "./served-store";

const NET = { namespace: "metal3", name: "net" };

describe("a reservation for an IPAddressClaim", () => {
  let store: Store;
  let stack: Stack;
  beforeEach(() => {
    store = openServedStore();
    stack = new Stack(store);
  });

  it("has CAPI's object for the claim and Metal3's as the mirror, for one claim and for a set", async () => {
    const program = [pool(), vip(), hosts([], { hosts: undefined, claimNames: ["x", "y"], ...CAPI })];
    await stack.up(program);
    const { entries } = await held(store);
    const { metal3, capi } = await objects(store);
    assert.deepEqual(Object.keys(entries).sort(), ["vip", "x", "y"]);
    assert.deepEqual(Object.values(capi).sort(), ["vip", "x", "y"]);
    assert.deepEqual(Object.values(metal3).sort(), ["reserved-vip", "reserved-x", "reserved-y"]);
    const { steps, drift, warnings } = await stack.preview(program);
    assert.deepEqual([steps, drift, warnings], [["same net", "same vip", "same rack"], [], []]);
    assert.equal(stack.state.get("vip")?.id, "metal3/net/vip");
    await stack.destroy();
    assert.deepEqual(await held(store), { entries: {}, locks: {}, claims: [] });
    assert.deepEqual(await objects(store), NOTHING);
  });

  it("has what each group requires, with the pool as owner", async () => {
    await stack.up([pool({ dnsServers: ["9.9.9.9"] }), vip()]);
    const lock = (await store.get(CAPI_IP_ADDRESS, LOCK))!;
    const mirror = (await store.get(IP_ADDRESS, LOCK))!;
    const { uid } = (await store.get(IP_POOL, NET))!.metadata;
    assert.deepEqual(lock.spec, {
      address: "10.0.0.12",
      prefix: 24,
      gateway: "10.0.0.1",
      claimRef: { name: "vip" },
      poolRef: { apiGroup: "ipam.metal3.io", kind: "IPPool", name: "net" },
    });
    assert.deepEqual(mirror.spec, {
      address: "10.0.0.12",
      prefix: 24,
      gateway: "10.0.0.1",
      dnsServers: ["9.9.9.9"],
      claim: { name: "reserved-vip", namespace: "metal3" },
      pool: { name: "reserved-net", namespace: "metal3" },
    });
    for (const { metadata } of [lock, mirror]) {
      assert.deepEqual(
        metadata.ownerReferences?.map((owner) => owner.uid),
        [uid],
      );
      assert.equal(metadata.annotations?.["pulumi-metal3-ipam/token"], stack.outputs("vip").token);
    }
    assert.equal(mirror.metadata.annotations?.["pulumi-metal3-ipam/mirror-for"], "IPAddressClaim");
  });

  it("stays when its claim ends and comes again, and is not given to others", async () => {
    const program = [pool(), vip()];
    await stack.up(program);
    for (const life of ["first", "second", "third"]) {
      await makeIPAddressClaim(store, LOCK.name);
      if (life !== "first") await serveIPAddressClaim(store);
      assert.deepEqual((await stack.preview(program)).steps, ["same net", "same vip"], life);
      await store.remove(IP_ADDRESS_CLAIM, { namespace: "metal3", name: "vip" });
      await store.remove(CAPI_IP_ADDRESS, LOCK);
      assert.deepEqual((await stack.preview(program)).steps, ["same net", "same vip"], life);
      for (const kind of [{}, CAPI]) {
        const other = host("b", { host: undefined, claimName: "b", address: "10.0.0.12", ...kind });
        await assert.rejects(
          new Stack(store, "metal/other").preview([other]),
          /10\.0\.0\.12 of IPPool metal3\/net is held by claim vip \(stack metal\/dev, resource vip\)/,
        );
      }
    }
    await stack.destroy();
    assert.deepEqual(await objects(store), NOTHING);
  });

  it("is not moved or given away while its claim is alive, and the live claim keeps its object", async () => {
    await stack.up([pool(), vip()]);
    await makeIPAddressClaim(store, LOCK.name);
    await assert.rejects(stack.preview([pool(), vip({ ...CAPI, address: "10.0.0.15" })]), /10\.0\.0\.12/);
    await stack.up([pool()]);
    assert.deepEqual(await held(store), { entries: {}, locks: {}, claims: [] });
    assert.deepEqual(await objects(store), { metal3: {}, capi: { [LOCK.name]: "vip" } });
    const lock = await store.get(CAPI_IP_ADDRESS, LOCK);
    assert.equal(lock?.metadata.annotations?.["pulumi-metal3-ipam/token"], undefined);
  });

  it("moves to another address while its claim is not alive", async () => {
    await stack.up([pool(), vip()]);
    await stack.up([pool(), vip({ ...CAPI, address: "10.0.0.15" })]);
    const name = "net-10-0-0-15";
    assert.deepEqual(await objects(store), { metal3: { [name]: "reserved-vip" }, capi: { [name]: "vip" } });
    assert.deepEqual((await held(store)).entries, { vip: "10.0.0.15" });
  });

  it("gets the pool's new gateway before its claim comes, and keeps the old one while the claim is alive", async () => {
    await stack.up([pool(), vip()]);
    const gateway = async () => ((await store.get(CAPI_IP_ADDRESS, LOCK))!.spec as { gateway: string }).gateway;
    await stack.up([pool({ gateway: "10.0.0.2" }), vip()]);
    assert.equal(await gateway(), "10.0.0.2");
    assert.equal(stack.outputs("vip").gateway, "10.0.0.2");
    await makeIPAddressClaim(store, LOCK.name);
    await stack.up([pool({ gateway: "10.0.0.3" }), vip()]);
    assert.equal(await gateway(), "10.0.0.2");
    assert.deepEqual((await stack.preview([pool({ gateway: "10.0.0.3" }), vip()])).steps, ["same net", "same vip"]);
  });

  it("reports a lost mirror as drift and creates it again", async () => {
    const program = [pool(), vip()];
    await stack.up(program);
    await store.remove(IP_ADDRESS, LOCK);
    const { steps, drift } = await stack.preview(program);
    assert.deepEqual(steps, ["same net", "update vip"]);
    assert.equal(drift.length, 1);
    await stack.up(program);
    assert.deepEqual(await objects(store), IPADDRESSCLAIMS);
  });

  it("gets its pool as the owner if it came from a folder, so that `clusterctl move` takes it along", async () => {
    const program = [pool(), vip()];
    await stack.up(program);
    const owners = async () => {
      const both = await Promise.all([IP_ADDRESS, CAPI_IP_ADDRESS].map((kind) => store.get(kind, LOCK)));
      return both.map((one) => one?.metadata.ownerReferences?.map(({ kind }) => kind));
    };
    for (const kinds of [[IP_ADDRESS], [CAPI_IP_ADDRESS], [IP_ADDRESS, CAPI_IP_ADDRESS]]) {
      for (const kind of kinds) await store.patch(kind, LOCK, { metadata: { ownerReferences: null } });
      const { steps, drift } = await stack.preview(program);
      assert.deepEqual(
        [steps, drift],
        [
          ["same net", "update vip"],
          ["Claim vip: an IPAddress of 10.0.0.12 does not name IPPool metal3/net as its owner"],
        ],
      );
      await stack.up(program);
      assert.deepEqual(await owners(), [["IPPool"], ["IPPool"]]);
      assert.deepEqual((await stack.preview(program)).steps, ["same net", "same vip"]);
    }
  });

  it("is undone if an IPClaim has the address", async () => {
    await stack.up([pool()]);
    let isTaken = false;
    const error = await upMeddled(stack, [pool(), vip()], async () => {
      if (!isTaken) await stranger(store, "10.0.0.12", "stranger");
      isTaken = true;
    });
    assert.match(String(error), /10\.0\.0\.12 of IPPool metal3\/net is held by claim stranger/);
    assert.deepEqual(await objects(store), { metal3: { [LOCK.name]: "stranger" }, capi: {} });
    assert.deepEqual((await held(store)).entries, {});
  });

  it("is complete again after a kill at each write", async () => {
    for (let write = 1; write < 5; write++) {
      store = openServedStore();
      stack = new Stack(store);
      await stack.up([pool()]);
      await upMeddled(stack, [pool(), vip()], (_: string, __: string, n: number) => {
        if (n >= write) failingAt(n)("create", "any", n);
      });
      await stack.up([pool(), vip()]);
      assert.deepEqual(await objects(store), IPADDRESSCLAIMS, `killed at write ${write}`);
      assert.deepEqual((await stack.preview([pool(), vip()])).steps, ["same net", "same vip"]);
    }
  });
});

describe("a reservation for an IPAddressClaim in a folder", () => {
  it("has both objects, so that IPClaims and IPAddressClaims of one folder exclude each other", async () => {
    const store = openMemoryStore();
    const stack = new Stack(store);
    await stack.up([pool(), vip(), host("a", { address: "10.0.0.13" })]);
    assert.deepEqual(await objects(store), {
      metal3: { [LOCK.name]: "reserved-vip", "net-10-0-0-13": "a-net" },
      capi: { [LOCK.name]: "vip" },
    });
    await assert.rejects(
      new Stack(store, "metal/other").preview([host("b", { address: "10.0.0.12" })]),
      /10\.0\.0\.12 of IPPool metal3\/net is held by claim vip/,
    );
    // In a cluster, the IPClaim's lock gets its mirror, and nothing else changes.
    const there = stack.over(openServedStore(store));
    const program = [pool(), vip(), host("a", { address: "10.0.0.13" })];
    assert.deepEqual((await there.preview(program)).steps, ["same net", "same vip", "update a"]);
    await there.up(program);
    await there.destroy();
    assert.deepEqual(await objects(store), NOTHING);
  });

  it("goes to the other kind and back, for one claim, a set and a hand-over, and leaves nothing behind", async () => {
    const set = (claimNames: readonly string[], args: object) => hosts([], { hosts: undefined, claimNames, ...args });
    const one = (args: object) => host("one", { host: undefined, claimName: "one", ...args });
    const programs = [
      [pool(), one({}), set(["x", "y"], {})],
      [pool(), one(CAPI), set(["x", "y"], CAPI)],
      [pool(), one({}), set(["x", "y"], {})],
      [pool(), set(["x", "y", "one"], CAPI)],
      [pool(), one({}), set(["x", "y"], CAPI)],
      [pool({ preAllocations: { x: "10.0.0.11" } }), one({}), set(["y"], {})],
    ];
    const store = openMemoryStore();
    const stack = new Stack(store);
    for (const [index, program] of programs.entries()) {
      await stack.up(program);
      const { steps } = await stack.preview(program);
      assert.deepEqual(
        steps.filter((step) => !step.startsWith("same")),
        [],
        `after program ${index}`,
      );
      const kinds = program.flatMap(({ args }) =>
        args.claimKind === "IPAddressClaim" ? (args.claimNames ?? "one") : [],
      );
      assert.deepEqual(
        Object.values((await objects(store)).capi).sort(),
        kinds.flat().sort(),
        `after program ${index}`,
      );
    }
    await stack.destroy();
    assert.deepEqual(await objects(store), NOTHING);
  });
});

describe("an imported reservation for an IPAddressClaim", () => {
  it("is adopted with the address of its live claim, from the controller's object alone", async () => {
    const store = openServedStore();
    const stack = new Stack(store);
    await stack.up([pool()]);
    await makeIPAddressClaim(store, LOCK.name);
    await serveIPAddressClaim(store);
    const unpinned = { ...CAPI, address: undefined };
    await assert.rejects(
      stack.preview([pool(), vip(unpinned)]),
      /Claim vip already holds 10\.0\.0\.12 of IPPool metal3\/net \(not made by this provider\)/,
    );
    await stack.up([pool(), vip({ ...unpinned, adopt: true })]);
    assert.equal(stack.outputs("vip").address, "10.0.0.12");
    assert.deepEqual(await objects(store), IPADDRESSCLAIMS);
    assert.deepEqual((await held(store)).entries, { vip: "10.0.0.12" });
  });
});
