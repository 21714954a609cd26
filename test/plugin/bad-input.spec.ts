/** A sample of the bad values through the wire: the plugin refuses what an engine sends, and continues. */
import assert from "node:assert/strict";
import { IP_ADDRESS, IP_CLAIM, IP_POOL } from "../../provider/api/metal3/kinds";
import type { WireProperties } from "../../provider/pulumi/wire";
import { casesOf } from "../trust/bad-input/cases";
import { PLACES } from "../trust/bad-input/places";
import { useMemory, useProcesses } from "./backend";
import { type Kind, Resource } from "./verbs";

const KINDS: ReadonlySet<string> = new Set<Kind>(["ipPool", "ipClaim", "preAllocation", "preAllocationSet"]);
/** Takes one of so many cases that the handlers refuse. The number has no common divisor with the tables' lengths. */
const STEP = 23;
/**
 * Values that the wire changes: null is absence, a mark of Pulumi's is removed, and the library that writes
 * messages here drops halves of surrogate pairs and members called __proto__, and fails at thousands of levels.
 */
const LOST_ON_THE_WAY = /^null$|a secret's mark|a very deep list|\\ud[89a-f]|__proto__/;

describe("bad input through the wire", () => {
  const backend = useMemory();
  const start = useProcesses(backend);
  const cases = PLACES.filter(({ of }) => KINDS.has(of))
    .flatMap(casesOf)
    .filter(({ what }, index) => index % STEP === 0 && !LOST_ON_THE_WAY.test(what))
    // An empty name means the logical one.
    .filter(({ what, path }) => path !== "name" || !/^(""|empty text)$/.test(what));

  it(`refuses ${cases.length} bad values at their path, writes nothing, and accepts a good one after them`, async () => {
    const provider = await start();
    const accepted: string[] = [];
    for (const { place, what, args, path } of cases) {
      const [property] = path.split(/[.[]/);
      const { faults } = await new Resource(provider, place.of as Kind, "a").check(args as WireProperties);
      if (!faults.some((fault) => fault.startsWith(property!))) accepted.push(`${place.of} ${path} ${what}: ${faults}`);
    }
    assert.deepEqual(accepted, []);
    for (const kind of [IP_POOL, IP_ADDRESS, IP_CLAIM]) assert.deepEqual(await backend.store.list(kind), []);
    const good = { pools: [{ start: "10.1.0.1", end: "10.1.0.9" }] };
    assert.deepEqual((await new Resource(provider, "ipPool", "net").check(good)).faults, []);
  });
});
