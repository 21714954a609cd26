import assert from "node:assert/strict";
import { IP_CLAIM, IP_POOL } from "../../provider/api/metal3/kinds";
import type { Properties } from "../../provider/resources/handler";
import { claim, held, host, hosts, hostsClaim, pool } from "./declare";
import { assertUnchanged, byHand, declared, imported, NET, stored, unmarked } from "./importing";
import type { Declared } from "./program";
import { onEachStore } from "./stores";

describe("import", () => {
  onEachStore((open) => {
    it("imports hand-made objects as they are: no difference, then changes, repairs, and a destroy that releases all", async () => {
      const { store, stackOf } = open();
      await store.create(IP_POOL, byHand);
      await unmarked(store, "10.0.0.13", "vip");
      await store.create(IP_CLAIM, {
        ...hostsClaim("vip"),
        metadata: { ...hostsClaim("vip").metadata, labels: { a: "b" } },
      });
      const stack = stackOf();
      const code = [
        await imported(stack, "ipPool", "net", "metal3/net"),
        await imported(stack, "preAllocation", "cp-0", "metal3/net/cp-0-net"),
        await imported(stack, "preAllocationSet", "rest", "metal3/net?odd,cp-1"),
        await imported(stack, "ipClaim", "vip", "metal3/vip"),
      ];
      const inPool = { namespace: "metal3", pool: "net" };
      assert.deepEqual(
        code.map(({ args }) => args),
        [
          declared,
          { ...inPool, host: "cp-0", address: "10.0.0.20" },
          { ...inPool, claimNames: ["odd", "cp-1-net"] },
          { ...inPool, name: "vip", labels: { a: "b" }, address: "10.0.0.13" },
        ],
      );
      await assertUnchanged(stack, code);

      // A user edits an entry.
      await store.patch(IP_POOL, NET, { spec: { preAllocations: { odd: "10.0.0.14" } } });
      assert.deepEqual(await stack.up(code), ["same net", "same cp-0", "update rest", "same vip"]);
      const entries = { "cp-0-net": "10.0.0.20", "cp-1-net": "10.0.0.11", odd: "10.0.0.12" };
      assert.deepEqual((await held(store)).entries, entries);
      await assertUnchanged(stack, code);

      const [net, , rest, vip] = code as [Declared, Declared, Declared, Declared];
      const changed = [
        { ...net, args: { ...declared, labels: { site: "b" } } },
        { kind: "preAllocation" as const, as: "cp-0", args: { ...inPool, host: "cp-0", address: "10.0.0.21" } },
        { ...rest, args: { ...inPool, claimNames: ["odd", "new"] } },
        { ...vip, args: { ...vip.args, labels: { a: "c" } } },
      ];
      assert.deepEqual(await stack.up(changed), ["update net", "update cp-0", "update rest", "update vip"]);
      const { address } = (stack.outputs("rest").allocations as Record<string, { address: string }>).new!;
      const locks = { "cp-0-net": "10.0.0.21", odd: "10.0.0.12", new: address };
      assert.deepEqual(await held(store), { entries: locks, locks: { ...locks, vip: "10.0.0.13" }, claims: ["vip"] });
      await assertUnchanged(stack, changed);
      await stack.destroy();
      assert.deepEqual(await stored(store), []);
    });

    it("releases hand-made objects that were never changed, and nothing else", async () => {
      const { store, stackOf } = open();
      await store.create(IP_POOL, byHand);
      await unmarked(store, "10.0.0.20", "cp-0-net"); // an entry with its lock
      await unmarked(store, "10.0.0.13", "vip");
      await store.create(IP_CLAIM, hostsClaim("vip"));
      const stack = stackOf();
      await imported(stack, "preAllocation", "cp-0", "metal3/net/cp-0");
      await imported(stack, "preAllocationSet", "one", "metal3/net?odd");
      await stack.destroy();
      const vip = { vip: "10.0.0.13" };
      assert.deepEqual(await held(store), { entries: { "cp-1-net": "10.0.0.11" }, locks: vip, claims: ["vip"] });
      await imported(stack, "ipPool", "net", "metal3/net");
      await assert.rejects(stack.destroy(), /it still holds 10\.0\.0\.13 \(claim vip\), 10\.0\.0\.11 /);
      await imported(stack, "preAllocationSet", "all", "metal3/net");
      await imported(stack, "ipClaim", "vip", "metal3/vip");
      await stack.destroy();
      assert.deepEqual(await stored(store), []);
    });

    it("gives a stack with lost state its own objects back, with their tokens", async () => {
      const { store, stackOf } = open();
      const program = [
        pool({ labels: { a: "b" } }),
        host("a"),
        hosts(["r-2", "r-1"]),
        claim("vip", { annotations: { "example.com/vip": "api" } }),
        host("b", { address: "10.0.0.15" }),
      ];
      const before = stackOf();
      await before.up(program);
      const stack = stackOf();
      const code = [
        await imported(stack, "ipPool", "net", "metal3/net"),
        await imported(stack, "preAllocation", "a", "metal3/net/a"),
        await imported(stack, "preAllocationSet", "rack", "metal3/net?r-2,r-1"),
        await imported(stack, "ipClaim", "vip", "metal3/vip"),
        await imported(stack, "preAllocation", "b", "metal3/net/b-net"),
      ];
      for (const { as } of program) {
        assert.equal(stack.outputs(as).token, before.outputs(as).token, as);
        assert.equal(stack.state.get(as)?.id, before.state.get(as)?.id);
      }
      await assertUnchanged(stack, code);
      await assertUnchanged(stack, program);
      await stack.destroy();
      assert.deepEqual(await stored(store), []);
    });

    it("refuses objects of another stack, which would share their token, and adoption replaces the token", async () => {
      const { store, stackOf } = open();
      const theirs = stackOf("metal/prod");
      await theirs.up([pool(), host("a"), hosts(["r-1"]), claim("vip")]);
      const [{ address }, rack] = [theirs.outputs("a"), theirs.outputs("rack").addresses as Record<string, string>];
      const stack = stackOf("metal/dev");
      const why = (resource: string) =>
        `is held by stack metal/prod, resource ${resource}, and only one stack may hold it. `;
      const adoption = "Declare it with `adopt: true`, which takes it over from there, ";
      const lost = "or import it into a stack metal/prod if that one has lost its state.";
      const refused = async (kind: Declared["kind"], id: string, message: string) =>
        assert.rejects(imported(stack, kind, "x", id), { name: "IpamError", message });
      await refused("ipPool", "metal3/net", `IPPool metal3/net ${why("net")}${adoption}${lost}`);
      await refused("preAllocation", "metal3/net/a", `a of IPPool metal3/net ${why("a")}${adoption}${lost}`);
      const ofRack = `r-1 of IPPool metal3/net ${why("rack")}${adoption}${lost}`;
      await refused("preAllocationSet", "metal3/net?r-1", ofRack);
      const claims = `IPClaim metal3/vip ${why("vip")}Delete it there first, ${lost}`;
      await refused("ipClaim", "metal3/vip", claims);
      assert.equal(stack.state.size, 0);

      const mine = [pool({ adopt: true }), host("a", { adopt: true }), hosts(["r-1"], { adopt: true })];
      assert.deepEqual(await stack.up(mine), ["create net", "create a", "create rack"]);
      assert.deepEqual([stack.outputs("a").address, stack.outputs("rack").addresses], [address, rack]);
      await assert.rejects(theirs.preview([pool(), host("a"), hosts(["r-1"]), claim("vip")]), /set `adopt: true`/);
      theirs.state.delete("vip"); // an IPClaim cannot be adopted, and would go with its stack
      await theirs.destroy();
      const locks = { "a-net": address, "r-1-net": rack["r-1"], vip: (await held(store)).locks.vip };
      assert.deepEqual((await held(store)).locks, locks);
      await assertUnchanged(stack, mine);
    });

    it("of one hand-made object into two stacks: the first writer owns it, and the other releases nothing", async () => {
      const { store, stackOf } = open();
      await store.create(IP_POOL, byHand);
      const [one, two] = [stackOf("metal/one"), stackOf("metal/two")];
      const codes = [];
      for (const stack of [one, two]) {
        const net = await imported(stack, "ipPool", "net", "metal3/net");
        codes.push([net, await imported(stack, "preAllocation", "cp-0", "metal3/net/cp-0")]);
      }
      const [net, node] = codes[0] as [Declared, Declared];
      const args = { ...node.args, address: "10.0.0.21" };
      await one.up([
        { ...net, args: { ...net.args, gateway: "10.0.0.9" } },
        { ...node, args },
      ]);
      await assert.rejects(
        two.preview(codes[1]!),
        /IPPool metal3\/net already exists \(stack metal\/one, resource net\)/,
      );
      await assert.rejects(two.preview(codes[1]!.slice(1)), /cp-0 already holds 10\.0\.0\.21 .*\(stack metal\/one, /);
      await two.destroy();
      assert.equal((await held(store)).entries["cp-0-net"], "10.0.0.21");
      assert.deepEqual((await held(store)).locks, { "cp-0-net": "10.0.0.21" });
    });

    it("refuses entries of several owners as one set", async () => {
      const { store, stackOf } = open();
      const before = stackOf();
      await before.up([pool(), host("a", { address: "10.0.0.11" }), hosts(["r-1", "r-2"], { start: "10.0.0.12" })]);
      await store.patch(IP_POOL, NET, { spec: { preAllocations: { "h-net": "10.0.0.19" } } });
      const stack = stackOf();
      await assert.rejects(imported(stack, "preAllocationSet", "all", "metal3/net"), {
        message:
          "Entries of IPPool metal3/net belong to several owners, and one set cannot release them all: a (stack metal/dev, " +
          "resource a); r-1, r-2 (stack metal/dev, resource rack). Import each group as a set of its own, by its hosts.",
      });
      // An entry without a lock has no owner, so it fits into any set.
      const code = await imported(stack, "preAllocationSet", "rack", "metal3/net?r-1, h-net,r-2-net,r-1");
      assert.deepEqual(code.args.hosts, ["r-1", "h", "r-2"]);
      await assertUnchanged(stack, [code]);
      await stack.destroy();
      assert.deepEqual(await held(store), {
        entries: { "a-net": "10.0.0.11" },
        locks: { "a-net": "10.0.0.11" },
        claims: [],
      });
    });

    it("looks up objects of another stack, and keeps no token that could release them", async () => {
      const { store, stackOf } = open();
      await stackOf("metal/prod").up([pool(), host("a", { address: "10.0.0.12" }), hosts(["r-1"]), claim("vip")]);
      const before = await stored(store);
      const stack = stackOf("metal/dev");
      const look = async (kind: Declared["kind"], id: string): Promise<Properties> => {
        const owner = { stack: stack.name, resource: "x" };
        const { id: found, outputs } = await stack.handlers()[kind].read({ owner, id, state: {}, isLookup: true });
        assert.equal(found, Object.keys(outputs).length === 0 ? "" : id);
        assert.deepEqual([outputs.target, outputs.token], [undefined, undefined]);
        return outputs;
      };
      assert.equal((await look("ipPool", "metal3/net")).capacity, 10);
      assert.equal((await look("preAllocation", "metal3/net/a-net")).address, "10.0.0.12");
      assert.deepEqual((await look("preAllocationSet", "metal3/net?r-1,a-net")).hosts, ["r-1", "a"]);
      assert.equal(typeof (await look("ipClaim", "metal3/vip")).address, "string");
      assert.deepEqual(await look("ipPool", "metal3/other"), {});
      assert.deepEqual(await look("preAllocation", "metal3/net/b"), {});
      assert.deepEqual(await stored(store), before);
    });

    it("twice into one stack: the program keeps one resource, and the other one releases nothing", async () => {
      const { store, stackOf } = open();
      const stack = stackOf();
      const program = [pool(), host("a", { address: "10.0.0.12" })];
      await stack.up(program);
      const before = await held(store);
      const again = [await imported(stack, "ipPool", "again", "metal3/net")];
      await assert.rejects(stack.preview([...program, ...again]), {
        message:
          "again: name: IPPool metal3/net is declared twice in this program: by IPPool net and by IPPool again. Remove one of them.",
      });
      await imported(stack, "preAllocation", "a2", "metal3/net/a");
      assert.deepEqual(await stack.up(program), ["same net", "same a", "delete a2", "delete again"]);
      assert.deepEqual(await held(store), before);
      await stack.destroy();
      assert.deepEqual(await stored(store), []);
    });

    it("accepts IPv6 in any spelling", async () => {
      const { store, stackOf } = open();
      const pools = [{ start: "2001:DB8:0:0::10", end: "2001:db8::001f" }, { subnet: "2001:db8:0:1::/64" }];
      const preAllocations = { "a-net": "2001:DB8::1A", "b-net": "2001:db8:0:1:0::5" };
      const spec = { namePrefix: "net", pools, prefix: 64, gateway: "2001:DB8::1", preAllocations };
      await store.create(IP_POOL, { ...byHand, metadata: NET, spec });
      const stack = stackOf();
      const code = [
        await imported(stack, "ipPool", "net", "metal3/net"),
        await imported(stack, "preAllocationSet", "all", "metal3/net"),
      ];
      assert.deepEqual(code[0]?.args.gateway, "2001:db8::1");
      assert.deepEqual(stack.outputs("all").addresses, { a: "2001:db8::1a", b: "2001:db8:0:1::5" });
      await stack.up(code).then(() => assertUnchanged(stack, code)); // entries are written canonically first
      await stack.destroy();
      assert.deepEqual(await stored(store), []);
    });

    it("imports what a killed run left, as an entry or a lock, and the next update releases it", async () => {
      const { store, stackOf } = open();
      const stack = stackOf();
      await stack.up([pool(), host("a"), hosts(["b", "c"]), claim("vip")]);
      const names = ["a", "rack", "vip"];
      for (const name of names) stack.state.delete(name);
      await store.patch(IP_POOL, NET, { spec: { preAllocations: { "a-net": null, "c-net": null } } });
      await store.remove(IP_CLAIM, { namespace: "metal3", name: "vip" });
      await imported(stack, "preAllocation", "a", "metal3/net/a");
      await imported(stack, "preAllocationSet", "rack", "metal3/net?b,c");
      await imported(stack, "preAllocation", "vip", "metal3/net/vip");
      assert.deepEqual(await stack.up([pool()]), ["same net", "delete vip", "delete rack", "delete a"]);
      assert.deepEqual(await held(store), { entries: {}, locks: {}, claims: [] });
    });

    it("shows the form of the id if an id is malformed", async () => {
      const { store, stackOf } = open();
      await store.create(IP_POOL, { ...byHand, spec: { ...byHand.spec, preAllocations: {} } });
      const stack = stackOf();
      const refused: [kind: Declared["kind"], id: string, message: string | RegExp][] = [
        ["ipPool", "net", `"net" is not the id of an IPPool. Write <namespace>/<name>.`],
        ["ipPool", "metal3/net/x", `"metal3/net/x" is not the id of an IPPool. Write <namespace>/<name>.`],
        ["ipPool", "metal3/Net", `"metal3/Net" is not the id of an IPPool. Write <namespace>/<name>.`],
        ["ipClaim", "/vip", `"/vip" is not the id of an IPClaim. Write <namespace>/<name>.`],
        [
          "preAllocation",
          "metal3/net",
          /^"metal3\/net" is not the id of a PreAllocation\. Write <namespace>\/<pool>\/<host or claim>\.$/,
        ],
        [
          "preAllocationSet",
          "metal3/net/rack",
          /\. Write <namespace>\/<pool> for all its entries, or <namespace>\/<pool>\?<host>,<host>\.$/,
        ],
        ["preAllocationSet", "metal3/net?a,,b", /^"metal3\/net\?a,,b" is not the id/],
        ["preAllocationSet", "metal3/net?a?b", /^"metal3\/net\?a\?b" is not the id/],
        [
          "preAllocationSet",
          "metal3/net",
          /^IPPool metal3\/net pre-allocates no address, so there is nothing to import\./,
        ],
        [
          "preAllocationSet",
          "metal3/net?a",
          /^IPPool metal3\/net pre-allocates no address to a or claim a\. Check the spelling: /,
        ],
        ["ipPool", "metal3/other", "resource 'metal3/other' does not exist"],
        ["preAllocation", "metal3/net/a", "resource 'metal3/net/a' does not exist"],
        ["preAllocationSet", "metal3/other", "resource 'metal3/other' does not exist"],
        ["ipClaim", "metal3/vip", "resource 'metal3/vip' does not exist"],
      ];
      for (const [kind, id, message] of refused) await assert.rejects(imported(stack, kind, "x", id), { message });
    });
  });
});
