import assert from "node:assert/strict";
import { openMemoryStore } from "../../provider/store/memory-store";
import { claim, held, host, pool } from "./declare";
import { justBefore, upMeddled } from "./meddling";
import { Stack } from "./program";

describe("a claim that another stack takes while this one loses its address", () => {
  it("is refused with its holder, and leaves nothing behind", async () => {
    const store = openMemoryStore();
    const three = pool({ pools: [{ start: "10.0.0.10", end: "10.0.0.12" }] });
    const [loser, full, quick] = ["loser", "full", "quick"].map((name) => new Stack(store, `metal/${name}`));
    await loser!.up([three]);
    await full!.up([claim("x"), claim("y")]);
    const { locks } = await held(store);
    const left = ["10.0.0.10", "10.0.0.11", "10.0.0.12"].find((address) => !Object.values(locks).includes(address));
    const event = justBefore("create", "ipaddresses", async () => {
      await quick!.up([host("z", { address: left })]);
      await full!.destroy();
      await quick!.up([host("z", { address: left }), host("a")]);
    });
    const error = await upMeddled(loser!, [three, host("a")], event);
    const after = await held(store);
    assert.match(
      String(error),
      /^IpamError: a already holds 10\.0\.0\.\d+ of IPPool metal3\/net \(stack metal\/quick, /,
    );
    assert.deepEqual(Object.keys(after.locks).sort(), ["a-net", "z-net"]);
    assert.deepEqual(after.entries, after.locks);
  });

  it("is refused with adopt too, because adopt covers only what the plan has seen", async () => {
    const store = openMemoryStore();
    const [one, two] = ["one", "two"].map((name) => new Stack(store, `metal/${name}`));
    await one!.up([pool()]);
    const event = justBefore("create", "ipaddresses", () => two!.up([host("a", { address: "10.0.0.15" })]));
    const error = await upMeddled(one!, [pool(), host("a", { address: "10.0.0.12", adopt: true })], event);
    assert.match(
      String(error),
      /^IpamError: IPPool metal3\/net already pre-allocates 10\.0\.0\.15 to a, not 10\.0\.0\.12\. /,
    );
    const { locks, entries } = await held(store);
    assert.deepEqual([locks, entries], [{ "a-net": "10.0.0.15" }, { "a-net": "10.0.0.15" }]);
  });
});
