import assert from "node:assert/strict";
import { IP_ADDRESS, IP_POOL } from "../../provider/api/metal3/kinds";
import { claim, held, host, hosts, pool } from "./declare";
import { imported } from "./importing";
import type { Refused } from "./program";
import { onEachStore } from "./stores";

describe("tokens decide who may release", () => {
  onEachStore((open) => {
    it("a resource renamed without an alias keeps its address: the late delete releases nothing", async () => {
      const { store, stackOf } = open();
      const stack = stackOf();
      await stack.up([pool(), host("a"), claim("vip")]);
      const before = await held(store);
      assert.deepEqual(await stack.up([pool(), host("a", {}, "renamed"), claim("vip")]), [
        "same net",
        "create renamed",
        "same vip",
        "delete a",
      ]);
      assert.deepEqual(await held(store), before);
      assert.deepEqual(await stack.up([pool(), host("a", {}, "renamed"), claim("vip")]), [
        "same net",
        "same renamed",
        "same vip",
      ]);
    });

    it("a replacement that the engine asks for (create, then delete) keeps everything", async () => {
      const { store, stackOf } = open();
      const stack = stackOf();
      const program = [pool(), host("a"), claim("vip"), hosts(["r-1", "r-2"])];
      await stack.up(program);
      const before = await held(store);
      const handlers = stack.handlers();
      for (const { kind, as, args } of program) {
        const owner = { stack: stack.name, resource: as };
        const old = stack.state.get(as)!;
        const { inputs, failures } = await handlers[kind].check({ owner, olds: undefined, news: args });
        assert.deepEqual(failures, []);
        const { id, outputs } = await handlers[kind].create({ owner, inputs });
        await handlers[kind].delete({ owner, id: old.id, state: old.outputs });
        stack.state.set(as, { kind, id, inputs, outputs });
      }
      assert.deepEqual(await held(store), before);
      assert.ok(await store.get(IP_POOL, { namespace: "metal3", name: "net" }));
      assert.deepEqual(await stack.up(program), ["same net", "same a", "same vip", "same rack"]);
      await stack.destroy();
      assert.deepEqual(await store.list(IP_ADDRESS, "metal3"), []);
    });

    it("a renamed stack keeps its addresses and can release them", async () => {
      const { store, stackOf } = open();
      const stack = stackOf("metal/dev");
      const program = [pool(), host("a"), hosts(["r-1"]), claim("vip")];
      await stack.up(program);
      const before = await held(store);
      const renamed = stackOf("metal/prod");
      renamed.state = stack.state;
      assert.deepEqual(await renamed.up(program), ["same net", "same a", "same rack", "same vip"]);
      assert.deepEqual(await held(store), before);
      await renamed.destroy();
      assert.deepEqual(await held(store), { entries: {}, locks: {}, claims: [] });
    });

    it("a second stack that declares the same host sees its holder, and takes it only with adopt", async () => {
      const { store, stackOf } = open();
      const first = stackOf("metal/dev");
      await first.up([pool(), host("a"), hosts(["r-1"])]);
      const second = stackOf("metal/other");
      const { address } = first.outputs("a");
      await assert.rejects(second.preview([host("a", {}, "mine")]), (error: Refused) => {
        assert.equal(
          error.message,
          `mine: : a already holds ${address} of IPPool metal3/net (stack metal/dev, resource a). ` +
            "Remove it there first, or set `adopt: true` to take it over with its address.",
        );
        return true;
      });
      await assert.rejects(
        second.preview([hosts(["r-1"], {}, "theirs")]),
        /r-1 already holds .* \(stack metal\/dev, resource rack\)/,
      );
      await second.up([host("a", { adopt: true }, "mine")]);
      assert.equal(second.outputs("mine").address, address);
      // The token of the first stack is void. Its destroy leaves the host and the pool alone.
      await assert.rejects(
        first.destroy(),
        /IPPool metal3\/net is not deleted: after \d+ s it still holds .* \(a, stack metal\/other, resource mine\)\. /,
      );
      assert.deepEqual((await held(store)).entries, { "a-net": address });
    });

    it("a stack of the same name in another state is another stack: it gets a warning, and releases nothing", async () => {
      const { store, stackOf } = open();
      const [first, second] = [stackOf(), stackOf()];
      first.stateId = "state-1";
      second.stateId = "state-2";
      const program = [pool(), host("a"), hosts(["r-1"]), claim("vip")];
      await first.up(program);
      const before = await held(store);
      await assert.rejects(second.preview([host("a")]), (error: Refused) => {
        assert.equal(
          error.message,
          `a: : a already holds ${first.outputs("a").address} of IPPool metal3/net (stack metal/dev of another backend ` +
            "or of a lost state, resource a). Remove it there first, or set `adopt: true` to take it over with its address.",
        );
        return true;
      });
      for (const one of program) {
        await assert.rejects(second.up([one]), /stack metal\/dev of another backend or of a lost state/);
      }
      // A refusal in the preview is a refusal in an update without one.
      await assert.rejects(second.update(program), /stack metal\/dev of another backend or of a lost state/);
      assert.deepEqual(await held(store), before);
      // The first stack owns the objects of its run that was killed before state was written.
      for (const as of ["a", "rack", "vip"]) first.state.delete(as);
      await first.up(program);
      assert.deepEqual(await held(store), before);
      await first.destroy();
      assert.deepEqual(await held(store), { entries: {}, locks: {}, claims: [] });
    });

    it("a state owns its tokens under another id as well: another version of the package", async () => {
      const { store, stackOf } = open();
      const stack = stackOf();
      stack.stateId = "before";
      await stack.up([pool(), host("a"), hosts(["r-1"])]);
      const before = await held(store);
      stack.stateId = "after";
      const unchanged = [pool(), host("a"), hosts(["r-1"])];
      assert.deepEqual(await stack.up(unchanged), ["same net", "same a", "same rack"]);
      assert.deepEqual(await stack.up([...unchanged, host("b"), hosts(["r-2"], {}, "more")]), [
        ...["same net", "same a", "same rack"],
        ...["create b", "create more"],
      ]);
      await stack.up(unchanged);
      await stack.up([pool(), host("a", {}, "renamed"), hosts(["r-1"], {}, "ours")]);
      assert.deepEqual(await held(store), before);
      await stack.destroy();
      assert.deepEqual(await held(store), { entries: {}, locks: {}, claims: [] });
    });

    it("a stack whose IPClaim name is taken gets no hint of adopt, because an IPClaim has no adopt", async () => {
      const { store, stackOf } = open();
      const moved = stackOf("metal/other");
      await moved.up([pool(), claim("vip")]);
      const state = new Map(moved.state);
      await moved.destroy();
      await stackOf("metal/dev").up([pool(), claim("vip")]);
      const before = await held(store);
      moved.state = state;
      await assert.rejects(moved.preview([claim("vip")]), (error: Error) => {
        assert.match(
          error.message,
          /Claim vip already holds .* \(stack metal\/dev, resource vip\)\. Remove it there first, or choose another name\.$/,
        );
        return true;
      });
      assert.deepEqual(await held(store), before);
    });

    it("the next run takes over what a killed run left, and does not double it", async () => {
      const { store, stackOf } = open();
      const stack = stackOf();
      await stack.up([pool(), host("a"), hosts(["r-1", "r-2"]), claim("vip")]);
      const before = await held(store);
      for (const as of ["a", "rack", "vip"]) stack.state.delete(as);
      await stack.up([pool(), host("a"), hosts(["r-1", "r-2"]), claim("vip")]);
      assert.deepEqual(await held(store), before);
      await stack.destroy();
      assert.deepEqual(await held(store), { entries: {}, locks: {}, claims: [] });
    });

    it("a claim that is not in state is not removed for another address until it is imported", async () => {
      const { store, stackOf } = open();
      const stack = stackOf();
      stack.stateId = "state";
      const asking = (address: string) => [pool(), claim("vip", { address })];
      await stack.up(asking("10.0.0.11"));
      stack.state.delete("vip"); // a run was killed, or it was to be retained
      const inUse = /Claim vip is using 10\.0\.0\.11 of .*, so its address cannot change to 10\.0\.0\.12\./;
      await assert.rejects(stack.update(asking("10.0.0.12")), inUse);
      assert.deepEqual(await held(store), { entries: {}, locks: { vip: "10.0.0.11" }, claims: ["vip"] });
      await imported(stack, "ipClaim", "vip", "metal3/vip");
      await stack.up(asking("10.0.0.12"));
      assert.deepEqual(await held(store), { entries: {}, locks: { vip: "10.0.0.12" }, claims: ["vip"] });
      await stack.destroy();
      assert.deepEqual(await held(store), { entries: {}, locks: {}, claims: [] });
    });

    it("an interrupted update is shown in the next preview, and released after an import", async () => {
      const { store, stackOf } = open();
      const stack = stackOf();
      stack.stateId = "state";
      await stack.up([pool(), host("a", { address: "10.0.0.12" }), host("b"), claim("vip")]);
      stack.state.delete("a");
      await store.patch(IP_POOL, { namespace: "metal3", name: "net" }, { spec: { preAllocations: { "a-net": null } } });
      const others = [pool(), host("b"), claim("vip")];
      // The pool of another test in the same cluster may cause a warning, too.
      const told = async () => (await stack.preview(others)).warnings.filter((line) => line.includes("interrupted"));
      const shown = await told();
      assert.deepEqual(shown, [
        "IPPool metal3/net has reservations left by an interrupted update: 10.0.0.12 (a, resource a). This update " +
          "completes those that are still in the program. To release one that is not, run `pulumi import --protect=false " +
          "metal3-ipam:index:PreAllocation a-net metal3/net/a-net`, then `pulumi up`.",
      ]);
      await imported(stack, "preAllocation", "a-net", "metal3/net/a-net");
      await stack.up(others);
      assert.deepEqual(await told(), []);
      assert.deepEqual(Object.keys((await held(store)).locks).sort(), ["b-net", "vip"]);
    });

    it("an orphaned lock of this owner does not block the delete of the pool, and one of another owner does", async () => {
      const { store, stackOf } = open();
      const stack = stackOf();
      await stack.up([pool(), host("a")]);
      await store.patch(IP_POOL, { namespace: "metal3", name: "net" }, { spec: { preAllocations: { "a-net": null } } });
      stack.state.delete("a");
      await stack.destroy();
      assert.deepEqual(await store.list(IP_ADDRESS, "metal3"), []);
      assert.deepEqual(await store.list(IP_POOL, "metal3"), []);
    });
  });
});
