/**
 * Metal3 1.14 refuses more than the version that the tests run on. This provider refuses the same before anything is written,
 * and Metal3 accepts everything that this provider accepts. If Metal3 gives an address, this provider gives the same one, or
 * refuses.
 */
import assert from "node:assert/strict";
import { IP_POOL } from "../../../provider/api/metal3/kinds";
import { canonicalJson } from "../../../provider/resources/arguments";
import type { Properties } from "../../../provider/resources/handler";
import { openMemoryStore } from "../../../provider/store/memory-store";
import type { Store } from "../../../provider/store/store";
import { type Declared, Refused, Stack } from "../../resources/program";
import type { Cases } from "./cases";
import recorded from "./data/1.14.json";

const { pools, changes, claims } = recorded as unknown as Cases;

const poolOf = (spec: object): Declared => ({ kind: "ipPool", as: "pool", args: { name: "pool", ...spec } });

/** The steps of an update with a preview, or the faults of the preview. */
async function outcome(stack: Stack, ...program: Declared[]): Promise<{ steps: string[] } | { faults: string }> {
  try {
    return { steps: await stack.up(program) };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { faults: error.message };
  }
}

async function storedSpec(store: Store): Promise<Properties | undefined> {
  return (await store.get(IP_POOL, { namespace: "metal3", name: "pool" }))?.spec as Properties | undefined;
}

/** Cases that this provider writes in another spelling. The record has no answer for them. */
function isAsSaid(stored: Properties | undefined, said: Properties): boolean {
  return ["pools", "gateway", "dnsServers", "preAllocations"].every(
    (field) => canonicalJson(stored?.[field]) === canonicalJson(said[field]),
  );
}

describe("Metal3 1.14 and the rules of this provider", () => {
  describe("an IPPool", () => {
    for (const { name, spec, says } of pools) {
      it(name, async () => {
        const store = openMemoryStore();
        const ours = await outcome(new Stack(store), poolOf(spec));
        if ("faults" in ours) assert.equal(await storedSpec(store), undefined, "something was written");
        else if (isAsSaid(await storedSpec(store), spec)) assert.equal(says, "ok", `Metal3 refuses it: ${says}`);
      });
    }
  });

  describe("an IPPool that changes", () => {
    for (const { name, before, after, says } of changes) {
      it(name, async () => {
        const store = openMemoryStore();
        const stack = new Stack(store);
        await stack.up([poolOf(before)]);
        const untouched = await storedSpec(store);
        const ours = await outcome(stack, poolOf(after));
        if ("faults" in ours) assert.deepEqual(await storedSpec(store), untouched, "something was written");
        // A replacement creates a new pool. For Metal3 that is no change.
        else if (says !== "ok") assert.deepEqual(ours.steps, ["replace pool"], `Metal3 refuses it: ${says}`);
      });
    }
  });

  describe("an IPClaim that asks for an address", () => {
    for (const { name, spec, ipAddress, says } of claims) {
      it(name, async () => {
        const stack = new Stack(openMemoryStore());
        await stack.up([poolOf(spec)]);
        // A claim without an address gets the first one of Metal3, and its slot here. Any address is right.
        const args = { name: "claim", pool: "pool", address: ipAddress || undefined };
        const ours = await outcome(stack, poolOf(spec), { kind: "ipClaim", as: "claim", args });
        if ("faults" in ours || ipAddress === undefined || ipAddress === "") return;
        assert.ok("address" in says, `we accept what Metal3 refuses: ${JSON.stringify(says)}`);
        assert.equal(stack.outputs("claim").address, says.address);
      });
    }
  });

  it("agrees on most cases, because they would show nothing if this provider refused everything", async () => {
    const all = await Promise.all(
      pools.map(async ({ spec, says }) => {
        const ours = await outcome(new Stack(openMemoryStore()), poolOf(spec));
        return `${says === "ok" ? "taken" : "refused"} by Metal3, ${"faults" in ours ? "refused" : "taken"} by us`;
      }),
    );
    const count = (what: string): number => all.filter((one) => one === what).length;
    assert.ok(count("taken by Metal3, taken by us") >= 10, JSON.stringify(all));
    assert.ok(count("refused by Metal3, refused by us") >= 30, JSON.stringify(all));
  });
});
