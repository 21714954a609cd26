/** A door that knows neither stack nor resource: only tokens tell the owners apart. */
import assert from "node:assert/strict";
import { IP_ADDRESS, IP_POOL } from "../../provider/api/metal3/kinds";
import { handlersOver } from "../../provider/compose";
import type { ResourceOwner } from "../../provider/resources/handler";
import { openMemoryStore } from "../../provider/store/memory-store";
import type { Store } from "../../provider/store/store";
import { claim, held, host, hosts, pool } from "./declare";
import { type Refused, Stack, testEnvironment } from "./program";

class UnnamedStack extends Stack {
  protected override owner(): ResourceOwner {
    return {};
  }
}

const KEYS = [
  { namespace: "metal3", name: "net" },
  { namespace: "metal3", name: "net-10-0-0-12" },
] as const;

const refused = (reason: string) => (error: Refused) => {
  assert.equal(error.message, reason);
  return true;
};

for (const reads of [false, true]) {
  describe(`an owner without a name${reads ? ", read before each run" : ""}`, () => {
    let store: Store;
    const unnamed = () =>
      new UnnamedStack(store, undefined, testEnvironment(), "metal3", { reads, open: handlersOver });
    beforeEach(() => {
      store = openMemoryStore();
    });

    it("creates, changes and releases its own objects", async () => {
      const stack = unnamed();
      const pools = [{ start: "10.0.0.10", end: "10.0.0.99" }];
      const first = [pool({ pools }), host("a", { address: "10.0.0.12" }), hosts(["r-1", "r-2"]), claim("vip")];
      await stack.up(first);
      for (const [kind, key] of [[IP_POOL, KEYS[0]] as const, [IP_ADDRESS, KEYS[1]] as const]) {
        const { annotations = {} } = (await store.get(kind, key))?.metadata ?? {};
        assert.deepEqual(Object.keys(annotations), ["pulumi-metal3-ipam/token"], kind.plural);
      }
      assert.equal(stack.state.get("rack")?.id, "metal3/net");
      assert.deepEqual(await stack.up(first), ["same net", "same a", "same rack", "same vip"]);
      const before = await held(store);

      const next = [
        pool({ pools, gateway: "10.0.0.2" }),
        host("a", { address: "10.0.0.90" }),
        hosts(["r-1", "r-2", "r-3"]),
      ];
      assert.deepEqual(await stack.up(next), ["update net", "update a", "update rack", "delete vip"]);
      const { entries, claims } = await held(store);
      assert.deepEqual(claims, []);
      assert.equal(entries["a-net"], "10.0.0.90");
      assert.equal(entries["r-1-net"], before.entries["r-1-net"]);
      assert.deepEqual(Object.keys(entries).sort(), ["a-net", "r-1-net", "r-2-net", "r-3-net"]);
      assert.deepEqual(await stack.up(next), ["same net", "same a", "same rack"]);

      await stack.destroy();
      assert.deepEqual(await held(store), { entries: {}, locks: {}, claims: [] });
      assert.equal(await store.get(IP_POOL, KEYS[0]), undefined);
    });

    it("sees who else holds a claim, and takes it over only with `adopt`", async () => {
      const first = unnamed();
      await first.up([pool(), host("a", { address: "10.0.0.12" })]);
      const second = unnamed();
      const holds = "a already holds 10.0.0.12 of IPPool metal3/net (an unnamed owner)";
      const remedy = "Remove it there first, or set `adopt: true` to take it over with its address.";
      await assert.rejects(second.preview([host("a")]), refused(`a: : ${holds}. ${remedy}`));
      await assert.rejects(new Stack(store).preview([host("a")]), refused(`a: : ${holds}. ${remedy}`));
      await second.up([host("a", { adopt: true })]);
      assert.equal(second.outputs("a").address, "10.0.0.12");
      await assert.rejects(first.preview([pool(), host("a", { address: "10.0.0.12" })]), {
        message: `${holds}. ${remedy}`,
      });
      await first.update([pool()]);
      assert.deepEqual((await held(store)).entries, { "a-net": "10.0.0.12" });
      assert.deepEqual((await held(store)).locks, { "a-net": "10.0.0.12" });
    });

    it("cannot take what a named stack holds", async () => {
      await new Stack(store).up([pool(), host("a", { address: "10.0.0.12" })]);
      await assert.rejects(
        unnamed().preview([host("b", { address: "10.0.0.12" })]),
        refused(
          "b: address: 10.0.0.12 of IPPool metal3/net is held by a (stack metal/dev, resource a). " +
            "Choose a free address, or release it there first.",
        ),
      );
      await assert.rejects(
        unnamed().preview([pool()]),
        refused(
          "net: name: IPPool metal3/net already exists (stack metal/dev, resource net). " +
            "Give this stack its own " +
            (store.apiServer
              ? "namespace (`metal3-ipam:namespace`)"
              : "namespace or directory (`metal3-ipam:namespace`, `:directory`)") +
            ", or choose another name. To manage it from here, set `adopt: true`.",
        ),
      );
    });

    it("sees that two resources want one address", async () => {
      const both = [pool(), host("a", { address: "10.0.0.12" }), host("b", { address: "10.0.0.12" })];
      await assert.rejects(
        unnamed().preview(both),
        refused(
          "b: address: 10.0.0.12 of IPPool metal3/net is already reserved in this program, for a. Choose another address. " +
            "To move 10.0.0.12 here, release it in one `pulumi up` and pin it in the next, or let one PreAllocationSet have both hosts.",
        ),
      );
      const twice = [pool(), host("a"), hosts(["a"])];
      await assert.rejects(
        unnamed().preview(twice),
        refused(
          "rack: hosts[0]: a is declared twice for IPPool metal3/net in this program: by PreAllocation " +
            "(unnamed) and by PreAllocationSet (unnamed). Remove one of them.",
        ),
      );
    });

    it("sees that an entry of the pool wants the address of a host", async () => {
      const stack = unnamed();
      await stack.up([pool()]);
      const entry = pool({ preAllocations: { "a-net": "10.0.0.13" } });
      await assert.rejects(stack.preview([host("b", { address: "10.0.0.13" }), entry]), ({ message }: Refused) => {
        assert.match(
          message,
          /^net: preAllocations\["a-net"\]: 10\.0\.0\.13 .* is already reserved in this program, for b\. Choose another address\. To move 10\.0\.0\.13 here, /,
        );
        return true;
      });
    });

    it("imports what a killed run left, which a named stack cannot", async () => {
      await unnamed().up([pool(), host("a", { address: "10.0.0.12" })]);
      const { preAllocation } = unnamed().handlers();
      const asked = { id: "metal3/net/a", state: {} };
      const { outputs } = await preAllocation.read({ ...asked, owner: {} });
      assert.equal(outputs.address, "10.0.0.12");
      await assert.rejects(preAllocation.read({ ...asked, owner: { stack: "metal/dev", resource: "a" } }), {
        message:
          "a of IPPool metal3/net is held by an unnamed owner, and only one stack may hold it. " +
          "Declare it with `adopt: true`, which takes it over from there.",
      });
    });
  });
}
