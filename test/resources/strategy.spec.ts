/** Metal3 1.14 writes its default into each pool, and lets no pool change its strategy. To us the default said is no change. */
import assert from "node:assert/strict";
import type { Manifest } from "../../provider/api/meta";
import { IP_POOL } from "../../provider/api/metal3/kinds";
import type { Store } from "../../provider/store/store";
import { host, pool } from "./declare";
import { Refused, Stack } from "./program";
import { openServedStore } from "./served-store";

const said = (allocationStrategy: string) => ({ allocationStrategy });
const [nothing, sequential, random] = [{}, said("sequential"), said("random")];

/** The API server of Metal3 1.14 fills in what its CRD says. */
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

  it("an import leaves the default out", async () => {
    const store = withDefault();
    await new Stack(store).up([pool(nothing)]);
    const { ipPool } = new Stack(store, "metal/other").handlers();
    const owner = { stack: "metal/dev", resource: "net" };
    const { inputs } = await ipPool.read({ owner, id: "metal3/net", inputs: {}, state: {} });
    assert.ok(inputs && !("allocationStrategy" in inputs), JSON.stringify(inputs));
  });
});
