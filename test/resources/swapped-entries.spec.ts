/** Two keys of an IPPool's own preAllocations swap their addresses in one update. */
import assert from "node:assert/strict";
import { IP_CLAIM } from "../../provider/api/metal3/kinds";
import { openMemoryStore } from "../../provider/store/memory-store";
import { held, hostsClaim, pool } from "./declare";
import { assertSound, dyingStore, meddledStore } from "./meddling";
import { Stack } from "./program";
import { openServedStore } from "./served-store";

const [A, B] = ["10.0.0.14", "10.0.0.15"];
const before = [pool({ preAllocations: { "a-net": A, "b-net": B } })];
const after = [pool({ preAllocations: { "a-net": B, "b-net": A } })];
const swapped = { "a-net": B, "b-net": A };

for (const open of [openMemoryStore, openServedStore]) {
  describe(`two entries of an IPPool that swap their addresses (${open.name})`, () => {
    it("do it in one PATCH of the keys", async () => {
      const store = open();
      const stack = new Stack(store);
      await stack.up(before);
      let patches = 0;
      const counted = meddledStore(store, (verb, plural) => {
        if (verb === "patch" && plural === "ippools") patches++;
      });
      assert.deepEqual(await stack.over(counted).up(after), ["update net"]);
      assert.deepEqual(await held(store), { entries: swapped, locks: swapped, claims: [] });
      assert.equal(patches, 1);
      assert.deepEqual(await stack.up(after), ["same net"]);
      await stack.destroy();
    });

    it("are refused while one of them is in use, and nothing changes", async () => {
      const store = open();
      const stack = new Stack(store);
      await stack.up(before);
      await store.create(IP_CLAIM, hostsClaim("a-net"));
      const was = await held(store);
      await assert.rejects(stack.up(after), /a is using 10\.0\.0\.14/);
      assert.deepEqual(await held(store), was);
    });

    it("continue or revert after a kill at any write", async () => {
      for (const program of [before, after]) {
        for (let write = 1; write <= 9; write++) {
          const store = open();
          const stack = new Stack(store);
          await stack.up(before);
          await stack
            .over(dyingStore(store, write))
            .up(after)
            .catch(() => undefined);
          await stack.up(program);
          await assertSound(store);
          const { entries, locks } = await held(store);
          const wanted: Record<string, string> = program === before ? { "a-net": A, "b-net": B } : swapped;
          assert.deepEqual(entries, wanted, `killed after write ${write}`);
          for (const [claim, address] of Object.entries(locks)) assert.equal(address, wanted[claim]);
          await stack.destroy();
          assert.deepEqual(await held(store), { entries: {}, locks: {}, claims: [] });
        }
      }
    });
  });
}
