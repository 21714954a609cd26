/** Every known bad value in every property: refused there, with nothing written and no prototype changed. */
import assert from "node:assert/strict";
import type { Functions } from "../../provider/compose";
import { handlersOver } from "../../provider/compose";
import { settingFaults } from "../../provider/plugin/settings";
import { printed } from "../../provider/pulumi/failed-check";
import type { CheckFailure } from "../../provider/resources/handler";
import { functions } from "../../provider/resources/registry";
import { assertReadable, openWorld, snapshot } from "../bad-input/world";
import { testEnvironment } from "../resources/program";
import { type Case, casesOf, ROWS, strangeProperties } from "./bad-input/cases";
import { PLACES } from "./bad-input/places";
import { record } from "./figures";

describe("bad input", () => {
  let world: Awaited<ReturnType<typeof openWorld>>;
  let untouched: Record<string, string>;
  const start = performance.now();
  const sums = { tried: 0, refused: 0, written: 0, polluted: 0 };
  before(async () => {
    world = await openWorld();
    untouched = snapshot(world.directory);
  });
  after(async () => {
    await world.close();
    record({
      claim: 11,
      what: `Bad input: ${ROWS} rows in ${PLACES.length} properties of resources, functions and configuration`,
      outcome: `${sums.refused} of ${sums.tried} refused at their path, ${sums.written} written, ${sums.polluted} prototypes changed`,
      seconds: (performance.now() - start) / 1000,
    });
  });

  async function failuresOf({ place: { of }, args }: Case): Promise<readonly CheckFailure[]> {
    if (of === "configuration") return settingFaults(args);
    if (!isFunction(of)) return (await world.check(of, args)).failures;
    return (await handlersOver(world.store, testEnvironment(), "metal3")[of].invoke(args)).failures;
  }

  async function allRefused(cases: readonly Case[]): Promise<void> {
    const accepted: string[] = [];
    for (const one of cases) {
      sums.tried++;
      const failures = await failuresOf(one);
      const isTold = failures.some((failure) => isAt(failure, one.path));
      if (isTold) sums.refused++;
      else accepted.push(`${one.what}: ${JSON.stringify(failures)}`);
      for (const { reason } of failures) assertReadable(reason);
    }
    if (Object.keys(snapshot(world.directory)).length !== Object.keys(untouched).length) sums.written++;
    if (Reflect.get({}, "polluted") !== undefined) sums.polluted++;
    assert.deepEqual(accepted, []);
    assert.deepEqual(snapshot(world.directory), untouched, "something was written");
    assert.equal(sums.polluted, 0);
  }

  it(`has ${ROWS} rows`, () => assert.ok(ROWS >= 600));

  for (const place of PLACES) {
    const cases = casesOf(place);
    it(`${place.of} ${place.path}: ${cases.length} bad values`, () => allRefused(cases));
  }

  it("unknown properties", () => allRefused(strangeProperties()));
});

/** There or below. If it is nested too deeply, at the property that holds it. */
function isAt(failure: CheckFailure, path: string): boolean {
  const { property, reason } = printed(failure);
  return property.startsWith(path) || (/^is nested more than/.test(reason) && path.startsWith(property));
}

function isFunction(of: string): of is keyof Functions {
  return of in functions;
}
