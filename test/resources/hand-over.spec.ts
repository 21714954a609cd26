/** A claim that goes from one resource of a program to another keeps its address, without a gap. */
import assert from "node:assert/strict";
import { IP_CLAIM } from "../../provider/api/metal3/kinds";
import { openMemoryStore } from "../../provider/store/memory-store";
import type { Store } from "../../provider/store/store";
import { claim, held, host, hosts, hostsClaim, pool } from "./declare";
import { failingAt, goneFrom, meddledStore, upMeddled } from "./meddling";
import { type Declared, Stack, testEnvironment } from "./program";
import { openServedStore } from "./served-store";

const ADDRESS = "10.0.0.14";
const CLAIM = "a-net";

/** Each kind with and without the claim. The names of these resources sort before the others. */
interface Kind {
  /** The program with the claim at `address`, or at a proposed address. */
  has(address?: string): Declared[];
  /** The rest of it without the claim. */
  lacks(): Declared[];
}

const other = { b: "10.0.0.17" };
const KINDS: Record<string, Kind> = {
  "an entry of the IPPool": {
    has: (address = ADDRESS) => [pool({ preAllocations: { [CLAIM]: address, "e-net": "10.0.0.18" } })],
    lacks: () => [pool({ preAllocations: { "e-net": "10.0.0.18" } })],
  },
  "a PreAllocation": {
    has: (address) => [pool(), host("a", { address }, "one")],
    lacks: () => [pool()],
  },
  "a set": {
    has: (address) => [pool(), hosts(["a", "b"], { pins: address ? { ...other, a: address } : other }, "set")],
    lacks: () => [pool(), hosts(["b"], { pins: other }, "set")],
  },
  "another set": {
    has: (address) => [pool(), hosts(["c", "a"], { pins: address ? { a: address } : {} }, "other")],
    lacks: () => [pool(), hosts(["c"], {}, "other")],
  },
  "an IPClaim": {
    has: (address) => [pool(), { ...claim(CLAIM, { address }), as: "vip" }],
    lacks: () => [pool()],
  },
};

/** Both programs as one: the pool once, with the entries of both. */
function together(...parts: readonly Declared[][]): Declared[] {
  const pools = parts.flat().filter(({ kind }) => kind === "ipPool");
  const preAllocations = Object.assign({}, ...pools.map(({ args }) => args.preAllocations ?? {}));
  const others = parts.flat().filter(({ kind }) => kind !== "ipPool");
  return [pool({ preAllocations }), ...others];
}

const pairs = Object.keys(KINDS).flatMap((from) => Object.keys(KINDS).map((to): [string, string] => [from, to]));
const MANNERS = ["up", "update"] as const;

for (const open of [openMemoryStore, openServedStore]) {
  describe(`a claim that goes from one resource to another (${open.name})`, () => {
    for (const [from, to] of pairs.filter(([a, b]) => a !== b)) {
      it(`from ${from} to ${to}, in either order, with and without a preview`, async () => {
        for (const manner of MANNERS) {
          for (const order of ["giver first", "taker first"]) {
            const store = open();
            const stack = new Stack(store);
            const [giver, taker] = [KINDS[from]!, KINDS[to]!];
            const isPinned = to.startsWith("an entry");
            await stack.up(together(giver.has(ADDRESS), taker.lacks()));
            const parts = [giver.lacks(), taker.has(isPinned ? ADDRESS : undefined)];
            const after = together(...(order === "giver first" ? parts : parts.reverse()));
            const guarded = stack.over(meddledStore(store, () => assertHeld(store)));
            await guarded[manner](after);
            const where = `${manner}, ${order}`;
            const now = await held(store);
            assert.equal(now.locks[CLAIM], ADDRESS, where);
            assert.equal(now.entries[CLAIM], to === "an IPClaim" ? undefined : ADDRESS, where);
            assert.deepEqual(now.claims, to === "an IPClaim" ? [CLAIM] : [], where);
            const again = await stack.up(after);
            assert.deepEqual(new Set(again.map((step) => step.split(" ")[0])), new Set(["same"]), where);
            await stack.destroy();
            assert.deepEqual(await held(store), { entries: {}, locks: {}, claims: [] }, where);
          }
        }
      });
    }

    it("keeps its address after a kill at any write, whether the next run continues or reverts", async () => {
      for (const [from, to] of [
        ["an entry of the IPPool", "a set"],
        ["a set", "another set"],
        ["a set", "a PreAllocation"],
        ["a set", "an IPClaim"],
      ] as const) {
        const [before, after] = [
          together(KINDS[from]!.has(ADDRESS), KINDS[to]!.lacks()),
          together(KINDS[from]!.lacks(), KINDS[to]!.has()),
        ];
        for (let write = 1; write <= 10; write++) {
          const store = open();
          const stack = new Stack(store);
          await stack.up(before);
          await upMeddled(stack, after, goneFrom(write));
          await stack.up(after);
          assert.equal((await held(store)).locks[CLAIM], ADDRESS, `${from} to ${to}, killed at write ${write}`);
          assert.deepEqual(new Set((await stack.up(after)).map((step) => step.split(" ")[0])), new Set(["same"]));
          await stack.destroy();
          assert.deepEqual(
            await held(store),
            { entries: {}, locks: {}, claims: [] },
            `${from} to ${to}, killed at write ${write}`,
          );
        }
      }
    });
  });
}

/** At every moment a lock or an entry keeps the address for the claim. */
async function assertHeld(store: Store): Promise<void> {
  const { entries, locks } = await held(store);
  assert.ok(entries[CLAIM] === ADDRESS || locks[CLAIM] === ADDRESS, JSON.stringify({ entries, locks }));
}

describe("a claim that an update gives up", () => {
  const before = [pool(), hosts(["a", "b"], { pins: { a: ADDRESS } })];
  const after = [pool(), hosts(["b"])];
  const stopped = async (stack: Stack, program: readonly Declared[]) => {
    const failing = stack.over(meddledStore(stack.store, failAtEnd()));
    await failing.update(program).catch(() => undefined);
  };

  it("is held until the run is over", async () => {
    const store = openMemoryStore();
    const stack = new Stack(store, "metal/dev", testEnvironment({ tellsEnd: false }));
    await stack.up(before);
    await stack.up(after);
    assert.equal((await held(store)).locks[CLAIM], ADDRESS);
    assert.deepEqual((await stack.preview(after)).warnings, [
      "IPPool metal3/net still reserves 10.0.0.14 (a), given up by this resource at 1970-01-01T00:00:00.000Z. The second " +
        "later `pulumi up` that writes to the pool releases what no resource declares.",
    ]);
    assert.deepEqual(await stack.up(after), ["same net", "same rack"]);
    await stack.up([...after, host("c")]);
    assert.deepEqual(Object.keys((await held(store)).locks).sort(), ["a-net", "b-net", "c-net"]);
    await stack.up([...after, host("c"), host("d")]);
    assert.deepEqual(Object.keys((await held(store)).locks).sort(), ["b-net", "c-net", "d-net"]);
  });

  it("waits for the resource that takes it over, though other updates come first and the run does not end", async () => {
    const store = openMemoryStore();
    const stack = new Stack(store, "metal/dev", testEnvironment({ tellsEnd: false }));
    const first = host("x", { address: "10.0.0.15" });
    await stack.up([pool({ preAllocations: { [CLAIM]: ADDRESS } }), first]);
    const moved = [pool(), host("x", { address: "10.0.0.16" }), { ...claim(CLAIM), as: "vip" }];
    await stopped(stack, moved);
    assert.equal(stack.state.has("vip"), false);
    await stack.update(moved);
    assert.equal((await held(store)).locks[CLAIM], ADDRESS);
  });

  it("is released by the next update of its resource if the run did not end", async () => {
    const store = openMemoryStore();
    const stack = new Stack(store);
    await stack.up(before);
    await stopped(stack, after);
    assert.equal((await held(store)).locks[CLAIM], ADDRESS);
    assert.deepEqual((await stack.preview(after)).steps, ["same net", "update rack"]);
    await stack.up(after);
    assert.deepEqual(Object.keys((await held(store)).locks), ["b-net"]);
    assert.deepEqual(await stack.up(after), ["same net", "same rack"]);
  });

  it("is reported as given up to another stack that asks for it", async () => {
    const store = openMemoryStore();
    const stack = new Stack(store, "metal/dev", testEnvironment({ tellsEnd: false }));
    await stack.up(before);
    await stack.up(after);
    const rival = new Stack(store, "metal/rival");
    await assert.rejects(rival.up([host("x", { address: ADDRESS })]), {
      message:
        "x: address: 10.0.0.14 of IPPool metal3/net is held by a (stack metal/dev, resource rack, which gave it up at " +
        "1970-01-01T00:00:00.000Z). Choose a free address, or release it there first.",
    });
  });
});

/** The first removal fails, so the run ends before anything is released. */
function failAtEnd() {
  return (verb: string) => {
    if (verb === "remove") throw new Error("the process is gone");
  };
}

for (const open of [openMemoryStore, openServedStore]) {
  describe(`a machine that is replaced (${open.name})`, () => {
    const pinned = (name: string, args: object = {}) => [pool(), host(name, { address: ADDRESS, ...args }, "slot")];

    it("leaves its address to the new machine in one update, without a gap", async () => {
      const store = open();
      const stack = new Stack(store);
      await stack.up(pinned("a"));
      const held14 = async () => {
        const { entries, locks } = await held(store);
        assert.ok([...Object.values(entries), ...Object.values(locks)].includes(ADDRESS));
      };
      assert.deepEqual(await stack.over(meddledStore(store, held14)).up(pinned("new")), ["same net", "replace slot"]);
      const locks = { "new-net": ADDRESS };
      assert.deepEqual(await held(store), { entries: locks, locks, claims: [] });
      assert.deepEqual(await stack.up(pinned("new")), ["same net", "same slot"]);
      await stack.destroy();
      assert.deepEqual(await held(store), { entries: {}, locks: {}, claims: [] });
    });

    it("leaves it if the program uses claim names, too", async () => {
      const store = open();
      const stack = new Stack(store);
      await stack.up(pinned("a"));
      await stack.up(pinned("", { host: undefined, claimName: "x" }));
      assert.deepEqual(await held(store), { entries: { x: ADDRESS }, locks: { x: ADDRESS }, claims: [] });
    });

    it("leaves its address to the new machine in the next run after a kill at any write", async () => {
      for (let write = 1; write <= 8; write++) {
        const store = open();
        const stack = new Stack(store);
        await stack.up(pinned("a"));
        await upMeddled(stack, pinned("new"), goneFrom(write));
        await stack.up(pinned("new"));
        const locks = { "new-net": ADDRESS };
        assert.deepEqual(await held(store), { entries: locks, locks, claims: [] }, `killed at write ${write}`);
      }
    });

    it("gets everything back if the replacement fails", async () => {
      for (let write = 1; write <= 6; write++) {
        const store = open();
        const stack = new Stack(store);
        await stack.up(pinned("a"));
        const before = await held(store);
        const error = await upMeddled(stack, pinned("new"), failingAt(write));
        if (error) assert.deepEqual(await held(store), before, `failed at write ${write}`);
      }
    });

    it("is refused while the old host is alive, and changes nothing", async () => {
      const store = open();
      const stack = new Stack(store);
      await stack.up(pinned("a"));
      await store.create(IP_CLAIM, hostsClaim("a-net"));
      const before = await held(store);
      await assert.rejects(stack.up(pinned("new")), {
        message:
          "slot: address: 10.0.0.14 of IPPool metal3/net is used by a, whose IPClaim is alive. Deprovision a first, or choose " +
          "a free address.",
      });
      assert.deepEqual(await held(store), before);
    });

    it("leaves it to an IPClaim of another name if both are one resource", async () => {
      const store = open();
      const stack = new Stack(store);
      const named = (name: string) => [pool(), { ...claim(name, { address: ADDRESS }), as: "vip" }];
      await stack.up(named("old"));
      assert.deepEqual(await stack.up(named("new")), ["same net", "replace vip"]);
      assert.deepEqual(await held(store), { entries: {}, locks: { new: ADDRESS }, claims: ["new"] });
    });

    it("does not take the address of a host that another resource has", async () => {
      const stack = new Stack(open());
      await stack.up([pool(), host("a", { address: ADDRESS }), host("b", { address: "10.0.0.15" })]);
      const swapped = [pool(), host("b", { address: ADDRESS }, "a"), host("a", { address: "10.0.0.15" }, "b")];
      await assert.rejects(stack.up(swapped), /is already reserved in this program, for/);
    });
  });
}
