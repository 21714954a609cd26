/**
 * A namespace that is deleted while a stack works in it. Errors name it,
 * the provider does not keep it, and missing objects count as deleted.
 */
import assert from "node:assert/strict";
import { claim, host, hosts, pool } from "../resources/declare";
import type { Stack } from "../resources/program";
import { eventually } from "../testbed/cluster";
import { recordCases } from "../trust/figures";
import { type Site, useSite } from "./site";

const PROGRAM = [
  pool(),
  host("a", { address: "10.0.0.11" }),
  hosts(["b", "c"], { pins: { b: "10.0.0.16", c: "10.0.0.17" } }),
  claim("v", { address: "10.0.0.13" }),
];
const MORE = [...PROGRAM, host("d", { address: "10.0.0.18" }), claim("w", { address: "10.0.0.10" })];
const PATIENCE = { waitMs: 300, controllerWaitMs: 60_000 };

describe("a namespace that is being deleted", function () {
  const site = useSite(this);
  recordCases(this, 16);

  const end = (here: Site) => here.cluster.api.delete(`/api/v1/namespaces/${here.namespace}`);
  const gone = (here: Site) =>
    eventually("the namespace is gone", async () => {
      return (await here.cluster.api.find(`/api/v1/namespaces/${here.namespace}`)) === undefined;
    });
  const isEnding = (here: Site) =>
    new RegExp(
      `because it is being terminated\\. Wait until it is gone and create it again|namespace ${here.namespace} does not exist\\. `,
    );

  it("takes no new object, and the error says why; missing objects count as deleted, and the provider does not keep the namespace", async () => {
    const here = await site();
    const stack = here.stack(undefined, PATIENCE);
    await stack.up(PROGRAM);
    // Keeps the namespace in deletion.
    await here.create("configMap", "sentinel", {}, { finalizers: ["example.test/hold"] });
    await end(here);
    await assert.rejects(stack.up(MORE), isEnding(here));
    // Metal3's controller does not notice deleted locks, and could keep the pool for ever. The destroy makes it look.
    assert.deepEqual(await stack.destroy(), ["delete v", "delete rack", "delete a", "delete net"]);
    assert.deepEqual(await here.left(), []);
    await here.patch("configMap", "sentinel", { metadata: { finalizers: null } });
    await gone(here);
  });

  for (const what of ["update", "destroy"] as const) {
    it(`disappears during ${what === "update" ? "an update" : "a destroy"}, which succeeds or says why, and a later destroy succeeds`, async () => {
      const here = await site();
      const stack: Stack = here.stack(undefined, PATIENCE);
      await stack.up(PROGRAM);
      const work = (what === "update" ? stack.up(MORE) : stack.destroy()).then(() => "", String);
      await end(here);
      const outcome = await work;
      if (outcome !== "") assert.match(outcome, isEnding(here));
      await stack.destroy();
      assert.equal(stack.state.size, 0);
      await gone(here);
    });
  }
});
