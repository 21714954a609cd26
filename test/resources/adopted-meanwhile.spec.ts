/** Another stack adopts a host while its addresses are being moved. */
import assert from "node:assert/strict";
import { openMemoryStore } from "../../provider/store/memory-store";
import { held, host, hosts, pool } from "./declare";
import { assertSound, type Interference, upMeddled } from "./meddling";
import { Stack } from "./program";

const set = (a: string, b: string) => hosts(["a", "b"], { pins: { a, b } });

describe("a host that another stack adopts before any write of a move", () => {
  for (const adopting of [[host("a", { adopt: true }, "mine")], [hosts(["a", "b"], { adopt: true }, "ours")]]) {
    it(`keeps lock and entry in the other stack, whatever the move undoes (${adopting[0]!.kind})`, async () => {
      let write = 1;
      for (let isReached = true; isReached; write++) {
        const store = openMemoryStore();
        await new Stack(store, "metal/pool").up([pool()]);
        const [first, second] = [new Stack(store, "metal/first"), new Stack(store, "metal/second")];
        await first.up([set("10.0.0.11", "10.0.0.12")]);
        isReached = false;
        const adopts: Interference = async (_verb, _plural, now) => {
          if (now !== write) return;
          isReached = true;
          await second.update(adopting);
        };
        await upMeddled(first, [set("10.0.0.12", "10.0.0.11")], adopts);
        if (!isReached) continue;
        await assertSound(store);
        const { entries, locks } = await held(store);
        const { address, addresses } = second.outputs(adopting[0]!.as);
        const adopted = Object.entries(addresses ?? { a: address }).map(([name, one]) => [`${name}-net`, one]);
        for (const [claim, one] of adopted)
          assert.deepEqual([entries[claim], locks[claim]], [one, one], `write ${write}`);
      }
      assert.ok(write > 5, `only ${write} writes`);
    });
  }
});
