/** An IPClaim takes over a reservation, at another address or with a failing write. Nothing is left behind. */
import assert from "node:assert/strict";
import { openMemoryStore } from "../../provider/store/memory-store";
import { claim, held, hosts, pool } from "./declare";
import { failingAt, upMeddled } from "./meddling";
import { Stack } from "./program";
import { openServedStore } from "./served-store";

const NOTHING = { entries: {}, locks: {}, claims: [] };
const entry = pool({ preAllocations: { "a-net": "10.0.0.14" } });
const before = {
  "a set": [pool(), hosts(["a"], { pins: { a: "10.0.0.14" } })],
  "an entry": [entry],
  "an entry beside the IPClaim": [entry, claim("a-net")],
};
const rest = { "a set": [pool(), hosts([])], "an entry": [pool()], "an entry beside the IPClaim": [pool()] };

for (const open of [openMemoryStore, openServedStore]) {
  for (const from of ["a set", "an entry", "an entry beside the IPClaim"] as const) {
    describe(`an IPClaim takes ${from} over (${open.name})`, () => {
      it("leaves nothing behind if one write fails", async () => {
        for (let write = 1; write <= 14; write++) {
          const store = open();
          const stack = new Stack(store);
          await stack.up(before[from]);
          await upMeddled(stack, [...rest[from], claim("a-net")], failingAt(write));
          await stack.destroy();
          assert.deepEqual(await held(store), NOTHING, `failed at write ${write}`);
        }
      });

      it("gets the other address that it asks for", async () => {
        if (from === "an entry beside the IPClaim") return;
        const store = open();
        const stack = new Stack(store);
        await stack.up(before[from]);
        const after = [...rest[from], claim("a-net", { address: "10.0.0.15" })];
        await stack.update(after);
        assert.deepEqual(await held(store), { entries: {}, locks: { "a-net": "10.0.0.15" }, claims: ["a-net"] });
        await stack.destroy();
        assert.deepEqual(await held(store), NOTHING);
      });
    });
  }
}

it("a set that takes an IPClaim over at another address is refused in the preview", async () => {
  const stack = new Stack(openMemoryStore());
  await stack.up([pool(), claim("a-net", { address: "10.0.0.14" })]);
  await assert.rejects(
    stack.preview([pool(), hosts(["a"], { pins: { a: "10.0.0.15" } })]),
    /its address cannot change to 10\.0\.0\.15/,
  );
});
