import assert from "node:assert/strict";
import { IP_CLAIM } from "../../provider/api/metal3/kinds";
import { openMemoryStore } from "../../provider/store/memory-store";
import { hosts, hostsClaim, pool } from "./declare";
import { Stack } from "./program";

const names = (count: number) => Array.from({ length: count }, (_, n) => `w-${n}`);

describe("a pool with little room", () => {
  const warning =
    "IPPool metal3/net is more than 90 % full (it offers 20 addresses). Add a range to its `pools` before more hosts come.";
  const twenty = pool({ pools: [{ start: "10.0.0.10", end: "10.0.0.29" }] });

  async function warnings(count: number, of = twenty): Promise<string[]> {
    return (await new Stack(openMemoryStore()).preview([of, hosts(names(count))])).warnings;
  }

  it("gets a warning above 90 %, and not at 90 %", async () => {
    assert.deepEqual(await warnings(18), []);
    assert.deepEqual(await warnings(19), [warning]);
  });

  it("gets no warning if it is small, because it is meant to be full", async () => {
    assert.deepEqual(await warnings(2, pool({ pools: [{ start: "10.0.0.10", end: "10.0.0.11" }] })), []);
  });

  it("gives out what a set releases in the same update if it is full, but not the address of a live host", async () => {
    const store = openMemoryStore();
    const stack = new Stack(store);
    await stack.up([twenty, hosts(names(20))]);
    const [first, ...others] = names(20);
    const { [first!]: freed } = stack.outputs("rack").addresses as Record<string, string>;
    await stack.up([twenty, hosts([...others, "late"])]);
    assert.equal((stack.outputs("rack").addresses as Record<string, string>).late, freed);
    await store.create(IP_CLAIM, hostsClaim("late-net"));
    await assert.rejects(stack.preview([twenty, hosts([...others, "later"])]), /20 of 20 addresses are in use/);
  });

  it("gets the warning again in the next preview, whatever holds its addresses", async () => {
    const stack = new Stack(openMemoryStore());
    const program = [twenty, hosts(names(19))];
    await stack.up(program);
    const { steps, warnings } = await stack.preview(program);
    assert.deepEqual(steps, ["same net", "same rack"]);
    assert.deepEqual(new Set(warnings), new Set([warning]));
  });
});
