/** A namespace that goes while a stack works in it: told, nothing of ours holds it, and what is gone is deleted. */
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

  it("takes nothing new, which is told as such; what is gone counts as deleted, and nothing of ours holds it", async () => {
    const here = await site();
    const stack = here.stack(undefined, PATIENCE);
    await stack.up(PROGRAM);
    // Keeps the namespace on its way out.
    await here.create("configMap", "sentinel", {}, { finalizers: ["example.test/hold"] });
    await end(here);
    await assert.rejects(stack.up(MORE), isEnding(here));
    // Metal3's controller hears nothing of locks that go, and may keep the pool for ever: the destroy makes it look.
    assert.deepEqual(await stack.destroy(), ["delete v", "delete rack", "delete a", "delete net"]);
    assert.deepEqual(await here.left(), []);
    await here.patch("configMap", "sentinel", { metadata: { finalizers: null } });
    await gone(here);
  });

  for (const what of ["update", "destroy"] as const) {
    it(`goes under ${what === "update" ? "an update" : "a destroy"}, which ends well or says why, and a destroy after it ends well`, async () => {
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
