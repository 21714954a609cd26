import assert from "node:assert/strict";
import { expectSucceeded, type Stack, useEngine } from "../testbed/engine";
import type { Runtime } from "../testbed/program";
import { programs } from "./programs";

/** The inputs of each resource, by its name, without the project's folder. */
async function inputs(stack: Stack): Promise<Record<string, unknown>> {
  const { deployment } = await stack.stackExport();
  const ours = (deployment.resources ?? []).filter(({ urn }) => urn.includes("::metal3-ipam:"));
  return Object.fromEntries(
    ours.map(({ urn, inputs }) => [urn.split("::").at(-1), { ...inputs, __target: undefined, __providers: undefined }]),
  );
}

describe("one program in every language", function () {
  const engine = useEngine(this);
  let first: Record<string, unknown> | undefined;

  for (const [runtime, program] of Object.entries(programs) as [Runtime, string][]) {
    it(`${runtime}: gives the same addresses from the same inputs, and a second update changes nothing`, async () => {
      const stack = await engine().project({ name: `sdk-${runtime}`, runtime, program });
      const up = expectSucceeded(await stack.upAfterPreview());
      assert.deepEqual(up.outputs, {
        node: "10.0.0.8",
        rack: { "w-0": "10.0.0.5", "w-1": "10.0.0.1" },
        gateway: "10.0.0.254",
      });
      const told = await inputs(stack);
      assert.deepEqual(Object.keys(told).sort(), ["cp-0", "net", "rack"]);
      first ??= told;
      assert.deepEqual(told, first);
      assert.deepEqual(expectSucceeded(await stack.up()).changes, { same: 3 });
    });
  }
});
