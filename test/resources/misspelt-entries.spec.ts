/** Metal3 compares preAllocations as texts. So an entry in another spelling than its own reserves nothing there. */
import assert from "node:assert/strict";
import { apiVersionOf } from "../../provider/api/kinds";
import { IP_POOL } from "../../provider/api/metal3/kinds";
import { isStoreError } from "../../provider/store/store";
import { claim, held, host, hosts, pool } from "./declare";
import { imported } from "./importing";
import type { Declared } from "./program";
import { onEachStore } from "./stores";

const pools = [{ start: "2001:db8::10", end: "2001:db8::1f" }];
const NET = { namespace: "metal3", name: "net" };
const six = (args: object = {}) => pool({ pools, prefix: 64, gateway: "2001:db8::1", adopt: true, ...args });
const byHand = (preAllocations: object) => ({
  apiVersion: apiVersionOf(IP_POOL),
  kind: "IPPool",
  metadata: NET,
  spec: { namePrefix: "net", pools, prefix: 64, gateway: "2001:db8::1", preAllocations },
});
const says = (...entries: string[]) =>
  `IPPool metal3/net pre-allocates ${entries.join(", ")}, in a spelling that Metal3 does not recognize: its entry reserves nothing. ` +
  "This provider counts the address as taken. The next update of the IPPool resource corrects the spelling (RFC 5952).";

describe("entries in another spelling", () => {
  onEachStore((open) => {
    const theirs: [what: string, text: string, canonical: string][] = [
      ["upper case", "2001:DB8::15", "2001:db8::15"],
      ["zeros in front", "2001:0db8::0015", "2001:db8::15"],
      ["all groups", "2001:db8:0:0:0:0:0:15", "2001:db8::15"],
      ["zeros elsewhere", "2001:db8:0::15", "2001:db8::15"],
      ["a dotted quad (which an API server refuses)", "2001:db8::0.0.0.21", "2001:db8::15"],
    ];
    for (const [what, text, canonical] of theirs) {
      it(`of another writer, ${what}: counted with a warning, and rewritten by the next update of the pool`, async function () {
        const { store, stackOf } = open();
        const made = await store.create(IP_POOL, byHand({ x: text })).catch((error) => {
          if (!isStoreError(error, "Invalid")) throw error;
        });
        if (!made) this.skip();
        const others = stackOf();
        const { warnings } = await others.preview([host("a")]);
        assert.deepEqual(warnings, [says(`${text} to x`)]);
        await assert.rejects(
          others.preview([host("a", { address: canonical })]),
          /is held by claim x \(an entry of preAllocations\)/,
        );
        await others.up([hosts(["a", "b"], { start: canonical })]);
        assert.deepEqual(Object.values(others.outputs("rack").addresses as object), ["2001:db8::16", "2001:db8::17"]);
        assert.equal((await held(store)).entries.x, text);

        const stack = stackOf("metal/pools");
        assert.deepEqual((await stack.preview([six()])).warnings, [says(`${text} to x`)]);
        await stack.up([six()]);
        assert.equal((await held(store)).entries.x, canonical);
        assert.deepEqual(await stack.up([six()]), ["same net"]);
        assert.deepEqual((await stack.preview([six()])).warnings, []);
      });
    }

    const own: [what: string, program: Declared[], claim: string, who: string][] = [
      ["the pool's own", [six({ preAllocations: { x: "2001:db8::15" } })], "x", "Claim x"],
      ["a reservation's", [six(), host("a", { address: "2001:db8::15" })], "a-net", "a"],
      ["a set's", [six(), hosts(["a"], { pins: { a: "2001:db8::15" } })], "a-net", "a"],
      [
        "the pool's, for an IPClaim",
        [six({ preAllocations: { vip: "2001:db8::15" } }), claim("vip")],
        "vip",
        "Claim vip",
      ],
    ];
    for (const [what, program, key, who] of own) {
      it(`${what}, edited by hand: drift, and rewritten`, async () => {
        const { store, stackOf } = open();
        const stack = stackOf();
        await stack.up(program);
        await store.patch(IP_POOL, NET, { spec: { preAllocations: { [key]: "2001:DB8::15" } } });
        const { drift, steps, warnings } = await stack.preview(program);
        assert.equal(drift.length, 1);
        assert.ok(
          drift[0]!.startsWith(`${who}: found 2001:DB8::15 in IPPool metal3/net, expected 2001:db8::15`),
          drift[0],
        );
        assert.deepEqual([steps.filter((step) => step.startsWith("update")).length, warnings], [1, []]);
        await stack.up(program);
        assert.equal((await held(store)).entries[key], "2001:db8::15");
        const { drift: left, steps: next } = await stack.preview(program);
        assert.deepEqual([left, next.filter((step) => !step.startsWith("same"))], [[], []]);
      });
    }

    it("are rewritten when the pool changes for another reason", async () => {
      const { store, stackOf } = open();
      const stack = stackOf();
      await stack.up([six()]);
      await store.patch(IP_POOL, NET, { spec: { preAllocations: { x: "2001:DB8::15", y: "2001:db8::16" } } });
      assert.deepEqual(await stack.up([six({ labels: { a: "b" } })]), ["update net"]);
      assert.deepEqual((await held(store)).entries, { x: "2001:db8::15", y: "2001:db8::16" });
    });

    it("are rewritten by the next update after an import", async () => {
      const { store, stackOf } = open();
      await store.create(IP_POOL, byHand({ "a-net": "2001:DB8::15" }));
      const stack = stackOf();
      const code = await imported(stack, "preAllocation", "a", "metal3/net/a");
      assert.equal(code.args.address, "2001:db8::15");
      assert.deepEqual(await stack.up([code]), ["update a"]);
      assert.deepEqual((await held(store)).entries, { "a-net": "2001:db8::15" });
      assert.deepEqual(await stack.up([code]), ["same a"]);
    });
  });
});
