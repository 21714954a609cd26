/**
 * A claim leaves its address to another claim, the run is killed, and the program reverts or continues. Nothing is left
 * over.
 */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { IP_CLAIM } from "../../provider/api/metal3/kinds";
import { openFileStore } from "../../provider/store/file/file-store";
import { openMemoryStore } from "../../provider/store/memory-store";
import type { Store } from "../../provider/store/store";
import { claim, held, host, hosts, hostsClaim, pool } from "./declare";
import { assertSound, dyingStore } from "./meddling";
import { type Declared, Stack } from "./program";
import { openServedStore } from "./served-store";

const ADDRESS = "10.0.0.14";
const NOTHING = { entries: {}, locks: {}, claims: [] };

const slot = (name: string) => [pool(), host(name, { address: ADDRESS }, "slot")];
const set = (...pins: [string, string][]) => [
  pool(),
  hosts(["b", ...pins.map(([one]) => one)], { pins: Object.fromEntries(pins) }),
];
const vip = (name: string) => [pool(), { ...claim(name, { address: ADDRESS }), as: "vip" }];

/** The claim that holds the address before, and the one that holds it after. */
interface Exchange {
  readonly of: (name: string) => Declared[];
  readonly claimOf: (name: string) => string;
}

const EXCHANGES: Record<string, Exchange> = {
  "of a PreAllocation's host": { of: slot, claimOf: (name) => `${name}-net` },
  "of a set's host": { of: (name) => set([name, ADDRESS]), claimOf: (name) => `${name}-net` },
  "of two hosts in a set": {
    of: (name) => set(["old", name === "old" ? ADDRESS : "10.0.0.15"], ["new", name === "new" ? ADDRESS : "10.0.0.15"]),
    claimOf: (name) => `${name}-net`,
  },
  "of an IPClaim's name": { of: vip, claimOf: (name) => name },
};

/** All kills of this update: one right after each write. */
async function* kills(open: () => Store, before: readonly Declared[], after: readonly Declared[]) {
  for (let write = 1; ; write++) {
    const store = open();
    const stack = new Stack(store);
    await stack.up(before);
    const was = await held(store);
    const isDone = await stack
      .over(dyingStore(store, write))
      .up(after)
      .then(
        () => true,
        () => false,
      );
    if (isDone) return;
    yield { store, stack, was, where: `killed after write ${write}` };
  }
}

function rows(open: () => Store): void {
  for (const [what, { of, claimOf }] of Object.entries(EXCHANGES)) {
    const isClaims = what.includes("IPClaim");

    it(`${what} is undone`, async () => {
      for await (const { store, stack, was, where } of kills(open, of("old"), of("new"))) {
        // Its address is in use now. The next test covers that.
        if ((await held(store)).claims.includes("new")) continue;
        await stack.up(of("old"));
        const now = await held(store);
        assert.deepEqual([now.entries, now.claims], [was.entries, was.claims], where);
        // The old lock may be gone. The next write creates it again.
        for (const [name, address] of Object.entries(now.locks)) assert.equal(address, was.locks[name], where);
        await assertSound(store);
        const again = await stack.up(of("old"));
        assert.deepEqual(new Set(again.map((step) => step.split(" ")[0])), new Set(["same"]), where);
        await stack.destroy();
        assert.deepEqual(await held(store), NOTHING, where);
      }
    });

    it(`${what} continues, to the same claim or to a third one`, async () => {
      for (const next of ["new", "third"]) {
        if (next === "third" && what.includes("two hosts")) continue;
        for await (const { store, stack, where } of kills(open, of("old"), of("new"))) {
          if (next === "third" && (await held(store)).claims.includes("new")) continue;
          await stack.up(of(next));
          const now = await held(store);
          assert.equal(now.locks[claimOf(next)], ADDRESS, where);
          assert.deepEqual(now.claims, isClaims ? [next] : [], where);
          assert.equal(now.entries[claimOf(next)], isClaims ? undefined : ADDRESS, where);
          await assertSound(store);
          await stack.destroy();
          assert.deepEqual(await held(store), NOTHING, where);
        }
      }
    });
  }
}

for (const open of [openMemoryStore, openServedStore]) {
  describe(`a killed move (${open.name})`, () => {
    rows(open);

    it("is not undone while the new claim lives", async () => {
      const store = open();
      const stack = new Stack(store);
      await stack.up(slot("old"));
      const writes = open === openServedStore ? 5 : 3;
      await assert.rejects(stack.over(dyingStore(store, writes)).up(slot("new")));
      await store.create(IP_CLAIM, hostsClaim("new-net"));
      const before = await held(store);
      assert.deepEqual(before.entries, { "new-net": ADDRESS });
      const message =
        "slot: address: 10.0.0.14 of IPPool metal3/net is used by new, whose IPClaim is alive. Deprovision new first, or " +
        "choose a free address.";
      await assert.rejects(stack.up(slot("old")), { message });
      assert.deepEqual(await held(store), before);
    });

    it("is not undone from another resource of the program, whatever the order", async () => {
      for (const order of ["first", "last"]) {
        const store = open();
        const stack = new Stack(store);
        await stack.up(slot("old"));
        await assert.rejects(stack.over(dyingStore(store, open === openServedStore ? 5 : 3)).up(slot("new")));
        const other = host("new", { address: ADDRESS }, "other");
        const [net, old] = slot("old") as [Declared, Declared];
        const program = order === "first" ? [net, other, old] : [net, old, other];
        await assert.rejects(stack.up(program), /is already reserved in this program, for/);
        assert.deepEqual((await held(store)).entries, { "new-net": ADDRESS });
      }
    });

    it("is not undone from another stack, though its resource has the same name", async () => {
      const store = open();
      const [stack, rival] = [new Stack(store), new Stack(store, "metal/rival")];
      await stack.up(slot("old"));
      await stack.up([pool()]);
      await rival.up([host("new", { address: ADDRESS }, "slot")]);
      const before = await held(store);
      await assert.rejects(stack.up(slot("old")), /is held by new \(stack metal\/rival, resource slot\)/);
      assert.deepEqual(await held(store), before);
    });
  });
}

describe("a killed move (file store)", () => {
  const directories: string[] = [];
  let directory = "";
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "metal3-ipam-"));
  });
  after(() => rm(directory, { recursive: true, force: true }));
  rows(() => {
    directories.push(join(directory, String(directories.length)));
    return openFileStore(directories.at(-1)!);
  });
});
