/**
 * Metal3 1.14 writes its default into each pool, and refuses a change of the strategy. For us an explicit default is not a
 * change.
 */
import assert from "node:assert/strict";
import type { Manifest } from "../../provider/api/meta";
import { IP_POOL } from "../../provider/api/metal3/kinds";
import type { Store } from "../../provider/store/store";
import { host, pool } from "./declare";
import { Refused, Stack } from "./program";
import { openServedStore } from "./served-store";

const said = (allocationStrategy: string) => ({ allocationStrategy });
const [nothing, sequential, random] = [{}, said("sequential"), said("random")];

/** The API server of Metal3 1.14 fills in the default of its CRD. */
function withDefault(): Store {
  const store = openServedStore();
  const filled = (object: Manifest): Manifest =>
    object.kind === IP_POOL.kind ? { ...object, spec: { ...sequential, ...(object.spec as object) } } : object;
  return { ...store, create: (kind, object) => store.create(kind, filled(object)) };
}

type Outcome = "same" | "replace" | "refused";
const rows: readonly [before: object, after: object, unused: Outcome, held: Outcome][] = [
  [nothing, nothing, "same", "same"],
  [nothing, sequential, "same", "same"],
  [sequential, nothing, "same", "same"],
  [sequential, sequential, "same", "same"],
  [random, random, "same", "same"],
  [nothing, random, "replace", "refused"],
  [sequential, random, "replace", "refused"],
  [random, nothing, "replace", "refused"],
  [random, sequential, "replace", "refused"],
];

async function outcome(
  store: Store,
  before: object,
  after: object,
  hosts: ReturnType<typeof host>[],
): Promise<Outcome> {
  const stack = new Stack(store);
  await stack.up([pool(before), ...hosts]);
  try {
    const { steps, drift } = await stack.preview([pool(after), ...hosts]);
    assert.deepEqual(drift, []);
    return steps[0]?.split(" ")[0] as Outcome;
  } catch (error) {
    assert.ok(error instanceof Refused, String(error));
    assert.match(error.message, /^net: allocationStrategy: /);
    return "refused";
  }
}

describe("the allocation strategy of a pool", () => {
  for (const [where, open] of [
    ["Metal3 1.13", openServedStore],
    ["Metal3 1.14", withDefault],
  ] as const) {
    for (const [before, after, unused, held] of rows) {
      it(`${where}: ${JSON.stringify(before)} becomes ${JSON.stringify(after)}`, async () => {
        assert.equal(await outcome(open(), before, after, []), unused, "unused");
        assert.equal(await outcome(open(), before, after, [host("a")]), held, "with a host");
      });
    }
  }

  it("an import leaves out the default", async () => {
    const store = withDefault();
    await new Stack(store).up([pool(nothing)]);
    const { ipPool } = new Stack(store, "metal/other").handlers();
    const owner = { stack: "metal/dev", resource: "net" };
    const { inputs } = await ipPool.read({ owner, id: "metal3/net", inputs: {}, state: {} });
    assert.ok(inputs && !("allocationStrategy" in inputs), JSON.stringify(inputs));
  });

  /** An entry alone, or split by `excludes`. Metal3 1.14 can count the small ones: test/versions/metal3 has its answers. */
  const sizes: readonly [entry: object, excludes: string[], isSmall: boolean][] = [
    [{ subnet: "2001:db8::/48" }, [], false],
    [{ subnet: "2001:db8::/64" }, [], false],
    [{ subnet: "2001:db8:0:0:8000::/64" }, [], false],
    [{ subnet: "2001:db8::/65" }, [], true],
    [{ start: "2001:db8::", subnet: "2001:db8::/65" }, [], false],
    [{ start: "2001:db8::1", subnet: "2001:db8::/65" }, [], true],
    [{ start: "2001:db8::5", subnet: "2001:db8::/64" }, [], false],
    [{ start: "2001:db8::", end: "2001:db8::7fff:ffff:ffff:ffff" }, [], false],
    [{ start: "2001:db8::", end: "2001:db8::7fff:ffff:ffff:fffe" }, [], true],
    [{ subnet: "2001:db8::/64" }, ["2001:db8::/96"], false],
    [{ subnet: "2001:db8::/64" }, ["2001:db8::8000:0:0:0"], true],
    [{ subnet: "2001:db8::/64" }, ["2001:db8::9000:0:0:0"], false],
    [{ subnet: "10.0.0.0/8" }, [], true],
  ];
  const checked = async (args: object, before?: object) => {
    const stack = new Stack(openServedStore());
    const owner = { stack: "metal/dev", resource: "net" };
    const name = { name: "net", namespace: "metal3" };
    const olds = before && { ...name, ...before };
    return stack.handlers().ipPool.check({ owner, olds, news: { ...name, ...args } });
  };
  for (const [entry, excludes, isSmall] of sizes) {
    it(`random over ${JSON.stringify(entry)} without ${excludes} is ${isSmall ? "accepted" : "refused"}`, async () => {
      const args = { pools: [entry], excludes };
      const { failures } = await checked({ ...args, ...random });
      const reason =
        / addresses\. Metal3 takes at most 9223372036854775807 in an entry with allocationStrategy "random"\. /;
      assert.equal(failures.length, isSmall ? 0 : 1, JSON.stringify(failures));
      if (!isSmall) assert.match(failures[0]!.reason, reason);
      assert.deepEqual((await checked({ ...args, ...sequential })).failures, []);
      // A pool that is in state already gets a warning.
      const again = await checked({ ...args, ...random }, { ...args, ...random });
      assert.deepEqual(again.failures, []);
      assert.equal(again.warnings.filter((one) => reason.test(one)).length, isSmall ? 0 : 1);
    });
  }
});
