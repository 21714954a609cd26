/** Metal3's documented examples through each door, with the empty values that other languages send. */
import assert from "node:assert/strict";
import { EXAMPLES, programOf } from "../resources/metal3-examples";
import type { Declared } from "../resources/program";
import { expectSucceeded, useEngine } from "../testbed/engine";
import { openFolder } from "./backends";
import { dynamicDoor, pluginDoor } from "./doors";

const [apiPage, ipReuse, , announced] = EXAMPLES as [
  (typeof EXAMPLES)[0],
  (typeof EXAMPLES)[0],
  unknown,
  (typeof EXAMPLES)[0],
];
const ALONE = [...programOf(apiPage), ...programOf(ipReuse)];

/** Python's None, and an empty field after `JSON.parse`. */
const withNulls = (one: Declared): Declared => {
  const nothing =
    one.kind === "ipPool" ? { labels: null, dnsServers: null, excludes: null } : { address: null, fallback: null };
  return { ...one, args: { ...nothing, ...one.args, namespace: null } };
};

describe("Metal3's documented examples through", function () {
  const engine = useEngine(this);
  for (const door of [pluginDoor, dynamicDoor]) {
    for (const [what, program, examples] of [
      ["the API page and the page on IP reuse", ALONE, [apiPage, ipReuse]],
      ["the announcement", programOf(announced), [announced]],
    ] as const) {
      it(`the ${door.name} door: ${what}, and a second update changes nothing`, async () => {
        const { project } = await openFolder(engine());
        const written = door.program(...program.map(withNulls));
        const stack = await engine().project({ name: "examples", ...door.project, program: written, ...project });
        const { outputs } = expectSucceeded(await stack.up());
        for (const { claims } of examples) {
          for (const [claim, { given }] of Object.entries(claims)) {
            assert.equal(outputs[claim.replace(/[^a-z0-9]/gi, "_")], given.address, claim);
          }
        }
        assert.deepEqual(expectSucceeded(await stack.preview()).changes, { same: program.length });
        assert.deepEqual(expectSucceeded(await stack.up()).changes, { same: program.length });
        assert.deepEqual(expectSucceeded(await stack.destroy()).changes, { delete: program.length });
      });
    }
  }
});
