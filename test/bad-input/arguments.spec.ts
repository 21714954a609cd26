/** Faults in programs: each failure has its path, value and remedy, all are reported at once, and nothing is written. */
import assert from "node:assert/strict";
import type { Handlers } from "../../provider/compose";
import { printed } from "../../provider/pulumi/failed-check";
import badTexts from "../data/bad-addresses.json";
import { table } from "./tables";
import { assertReadable, openWorld, saysOf, snapshot } from "./world";

const TABLES: Record<string, keyof Handlers> = {
  "pre-allocation.json": "preAllocation",
  "pre-allocation-set.json": "preAllocationSet",
  "ip-claim.json": "ipClaim",
  "ip-pool.json": "ipPool",
};
/** The resource, the path, and how a program would hold such a text there. */
const PLACES: Record<string, [kind: keyof Handlers, path: string, args: (text: string) => object][]> = {
  address: [
    ["preAllocation", "address", (address) => ({ pool: "net", host: "a", address })],
    ["ipClaim", "address", (address) => ({ pool: "net", name: "a", address })],
    ["ipPool", "pools[0].start", (start) => ({ name: "p", pools: [{ start, end: "10.1.0.9" }] })],
    ["preAllocationSet", "pins.a", (address) => ({ pool: "net", hosts: ["a"], pins: { a: address } })],
  ],
  subnet: [["ipPool", "pools[0].subnet", (subnet) => ({ name: "p", pools: [{ subnet }] })]],
  range: [
    ["ipPool", "excludes[0]", (text) => ({ name: "p", pools: [{ subnet: "10.1.0.0/24" }], excludes: [text] })],
    ["ipPool", "dhcpRanges[0]", (text) => ({ name: "p", pools: [{ subnet: "10.1.0.0/24" }], dhcpRanges: [text] })],
  ],
};

describe("bad arguments", () => {
  let world: Awaited<ReturnType<typeof openWorld>>;
  let untouched: Record<string, string>;
  before(async () => {
    world = await openWorld();
    untouched = snapshot(world.directory);
  });
  afterEach(() => {
    assert.deepEqual(snapshot(world.directory), untouched, "something was written");
    assert.equal(Reflect.get({}, "polluted"), undefined);
  });
  after(() => world.close());

  for (const [file, kind] of Object.entries(TABLES)) {
    describe(kind, () => {
      for (const [what, { args, ...says }] of Object.entries(table(file))) {
        it(what, async () => {
          assert.notEqual(says.failures.length, 0);
          const said = saysOf(await world.check(kind, args));
          assert.deepEqual(said, says);
          for (const [, reason] of said.failures) assertReadable(reason);
        });
      }
    });
  }

  describe("texts that are not addresses, subnets or ranges (test/data/bad-addresses.json)", () => {
    for (const [text, of, why] of badTexts as [string, string, string][]) {
      // An empty text means nothing, and these may be left out: test/resources/spellings.spec.ts.
      if (text === "" && of !== "range") continue;
      it(`${of} ${JSON.stringify(text.slice(0, 40))}`, async () => {
        for (const [kind, path, args] of PLACES[of]!) {
          const { failures } = await world.check(kind, { ...args(text) });
          assert.deepEqual(
            failures.map((failure) => printed(failure).property),
            [path],
          );
          const { reason } = failures[0]!;
          assert.ok(reason.includes(why), reason);
          assert.match(reason, /^".*" is not (an IP address|a subnet|a range)/);
          assertReadable(reason);
        }
      });
    }
  });
});
