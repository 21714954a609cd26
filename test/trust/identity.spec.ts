/**
 * Claim 8: equal names in three namespaces, two stacks and both API groups are independent of each other. Two backends
 * of one name: backends.spec.ts.
 */
import assert from "node:assert/strict";
import { answers, endLife, holders, known, makeClaim, startLife } from "../cluster/claimants";
import { type Site, useSite } from "../cluster/site";
import { claim, host, hosts, pool } from "../resources/declare";
import { eventually } from "../testbed/cluster";
import { record } from "./figures";

const NAMES = ["a-net", "v"] as const;
const PROGRAM = [
  pool({ preAllocations: { "own-net": "10.0.0.19" }, allowOverlap: true }),
  host("a", { address: "10.0.0.11" }),
  hosts(["b"], { pins: { b: "10.0.0.12" } }),
  claim("v", { address: "10.0.0.13" }),
];
const CHANGED = [
  PROGRAM[0]!,
  host("a", { address: "10.0.0.15" }),
  hosts(["b", "c"], { pins: { b: "10.0.0.16" } }),
  claim("v", { address: "10.0.0.17" }),
];

describe("equal names", function () {
  const site = useSite(this);

  it("are independent in three namespaces and two stacks, with CAPI's claim of the same name", async () => {
    const began = performance.now();
    const places = [await site(), await site(), await site()] as const;
    const [one, two, three] = places;
    const [first, second, third] = [one.stack(), two.stack(), three.stack("metal/other")];
    for (const stack of [first, second, third]) await stack.up(PROGRAM);
    // CAPI's claims with the names of a host's claim and of an IPClaim, in the namespace that no test changes.
    await two.create("pool", "others", {
      spec: { namePrefix: "others", pools: [{ start: "10.0.1.10", end: "10.0.1.19" }], prefix: 24 },
    });
    for (const name of NAMES) await makeClaim(two, name, "capi", "others");
    await answered(two, NAMES.length);
    const before = await written(two);

    let effects = 0;
    const unaffected = async (what: string, work: () => Promise<unknown>): Promise<void> => {
      await work();
      const now = await written(two);
      if (JSON.stringify(now) !== JSON.stringify(before)) effects++;
      assert.deepEqual(now, before, what);
    };
    await unaffected("a preview and a change", () => first.up(CHANGED));
    await unaffected("a refused adoption of what is there", () =>
      assert.rejects(
        one.stack("metal/other").preview([host("a", { adopt: false })]),
        /\(stack metal\/dev, resource a\)/,
      ),
    );
    await unaffected("an adoption", () => one.stack("metal/other").up([host("a", { adopt: true }, "mine")]));
    await unaffected("a delete", () => third.up(PROGRAM.slice(0, 2)));
    await unaffected("a destroy, pool and all", () => third.destroy());
    assert.deepEqual(await three.left(), []);
    await unaffected("a look", () => second.preview(PROGRAM));
    assert.deepEqual((await second.preview(PROGRAM)).steps, ["same net", "same a", "same rack", "same v"]);
    record({
      claim: 8,
      what: "equal names in 3 namespaces, 2 stacks, both API groups: change, adopt, delete, destroy, look",
      outcome: `${effects} effects on the third party's ${before.length} objects`,
      seconds: (performance.now() - began) / 1_000,
    });
    // The third party also does not change CAPI's when it goes.
    const capis = before.filter((text) => text.includes('"10.0.1.') || text.includes('"others"'));
    assert.equal(capis.length, 1 + NAMES.length);
    await second.destroy();
    assert.deepEqual(await written(two), capis);
  });

  describe("in one pool and in both groups, which Metal3's controller takes for one claim", () => {
    it("give CAPI's claim the reserved address, and its end removes the mirror: a preview shows it, and up restores it", async () => {
      const here = await site();
      const stack = here.stack();
      await stack.up(PROGRAM);
      await known(here, [...NAMES, "own-net"]);
      const before = await written(here);
      const held = await holders(here);
      for (const name of NAMES) await makeClaim(here, name, "capi");
      assert.deepEqual(await answered(here, NAMES.length), { "a-net": "net-10-0-0-11", v: "net-10-0-0-13" });
      assert.deepEqual((await stack.up(PROGRAM)).join(), "same net,same a,same rack,same v");
      assert.deepEqual(await written(here), before);

      for (const name of NAMES) await here.delete("capiClaim", name);
      await eventually("CAPI's claims are gone", async () => (await here.list("capiClaim")).length === 0);
      // The addresses stay taken, and the controller gives none of them to other claims.
      assert.deepEqual(await holders(here), held);
      const { steps, drift } = await stack.preview(PROGRAM);
      assert.deepEqual(steps, ["same net", "update a", "same rack", "update v"]);
      assert.deepEqual(drift, [
        "a: the IPAddress of 10.0.0.11 in ipam.cluster.x-k8s.io does not exist",
        "Claim v: the IPAddress of 10.0.0.13 in ipam.cluster.x-k8s.io does not exist",
      ]);
      await stack.up(PROGRAM);
      assert.deepEqual((await stack.preview(PROGRAM)).steps, ["same net", "same a", "same rack", "same v"]);
      assert.equal((await here.list("capiAddress")).length, 4);
      assert.equal((await startLife(here, "a-net")).spec.address, "10.0.0.11");
      await endLife(here, "a-net");
      await stack.destroy();
      assert.deepEqual(await here.left(), []);
    });

    it("refuse a reservation while CAPI's claim of its name exists, and do not change that claim", async () => {
      const here = await site();
      const stack = here.stack();
      await stack.up([pool()]);
      await makeClaim(here, "a-net", "capi");
      await answered(here, 1);
      const before = await written(here);
      const [address] = Object.keys(await holders(here));
      const refused = new RegExp(
        `An IPAddressClaim a-net already holds ${address} of IPPool ${here.namespace}/net\\. `,
      );
      await assert.rejects(stack.up([pool(), host("a", { address: "10.0.0.15" })]), refused);
      await assert.rejects(stack.up([pool(), host("a")]), refused);
      await assert.rejects(stack.up([pool(), host("a", { address })]), refused);
      await assert.rejects(stack.up([pool(), hosts(["a"])]), refused);
      await assert.rejects(stack.up([pool(), claim("a-net")]), refused);
      await assert.rejects(stack.up([pool({ preAllocations: { "a-net": address } })]), refused);
      assert.deepEqual(await written(here), before);
    });
  });
});

/** Waits until Metal3's controller has answered so many claims of CAPI. Returns the answers. */
async function answered(here: Site, many: number): Promise<Record<string, string>> {
  return eventually("CAPI's claims are answered", async () => {
    const found = await answers(here, "capi");
    return Object.keys(found).length === many && found;
  });
}

/** The holders in a namespace: names and specs, without what a controller adds at its own time. */
async function written(here: Site): Promise<string[]> {
  const objects = await here.objects();
  return objects
    .map((object) =>
      JSON.stringify([
        object.kind,
        object.metadata.name,
        object.metadata.uid,
        object.metadata.annotations,
        object.spec,
      ]),
    )
    .sort();
}
