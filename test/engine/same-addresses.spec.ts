/** A program gives the same addresses through each door. */
import assert from "node:assert/strict";
import { STATE_ANNOTATION, TOKEN_ANNOTATION } from "../../provider/ipam/metal3/marks";
import { placeByName, shown, space } from "../core/placed";
import { claim, host, hosts, pool } from "../resources/declare";
import { expectSucceeded, useEngine } from "../testbed/engine";
import { openFolder, without } from "./backends";
import { type Door, dynamicDoor, pluginDoor, type Written } from "./doors";

const OF_EACH_LIFE = [TOKEN_ANNOTATION, STATE_ANNOTATION];

/** Twenty addresses, 10.0.0.10 to .29. */
const twenty = pool({
  pools: [{ start: "10.0.0.10", end: "10.0.0.29", dnsServers: ["10.0.0.53"] }],
  excludes: ["10.0.0.22"],
  preAllocations: { own: "10.0.0.21" },
});

/** Claims that compete for an address wait for each other, so that their order is fixed. */
function inTurns(...resources: Written[]): Written[] {
  return resources.map((one, index) => {
    const before = resources[index - 1];
    return before ? { ...one, options: { dependsOn: [before.as] } } : one;
  });
}

const first = inTurns(
  twenty,
  host("p", { address: "10.0.0.20" }),
  hosts(["r-1", "r-2", "r-3"]),
  hosts(["s-1", "s-2"], { start: "10.0.0.11" }, "other"),
  hosts(["x", "y"], { pins: { y: "10.0.0.16" } }, "pinned"),
  claim("vip", { address: "10.0.0.10" }),
  claim("low", { placement: "lowest" }),
  // These pairs have the same slot: api and red, cp and web.
  ...[host("api"), claim("red"), claim("cp"), host("web")],
);
const then = inTurns(
  twenty,
  host("p", { address: "10.0.0.27" }),
  hosts(["r-4", "r-3", "r-1"]),
  hosts(["s-2", "s-3", "s-1"], { start: "10.0.0.11" }, "other"),
  hosts(["x", "y"], { pins: { x: "10.0.0.16", y: "10.0.0.28" } }, "pinned"),
  claim("vip", { address: "10.0.0.10", labels: { tier: "edge" } }),
  claim("low", { placement: "lowest" }),
  ...[claim("red"), claim("cp"), host("web", {}, "renamed"), host("late")],
);

/** Dynamic resources do not hear of the end of a run. The second later update releases what an update has given up. */
const more = [...then, { ...host("more"), options: { dependsOn: ["late"] } }];
const last = [...more, { ...host("last"), options: { dependsOn: ["more"] } }];

/** The addresses of `twenty`. */
const free = space([
  { start: "10.0.0.10", end: "10.0.0.21" },
  { start: "10.0.0.23", end: "10.0.0.29" },
]);

describe("both doors on a real engine", function () {
  const engine = useEngine(this);

  async function lived(door: Door) {
    const backend = await openFolder(engine());
    const program = door.program(...first);
    const stack = await engine().project({ name: "doors", ...door.project, program, ...backend.project });
    const seen: unknown[] = [];
    for (const resources of [first, then, more, last]) {
      await stack.setProgram(door.program(...resources));
      const { outputs, changes } = expectSucceeded(await stack.up());
      const stored = resources === then || resources === more ? {} : without(OF_EACH_LIFE, await backend.contents());
      seen.push({ outputs, changes, stored });
      assert.deepEqual(expectSucceeded(await stack.preview()).changes, { same: resources.length });
    }
    return seen;
  }

  it("give and store exactly the same: sets, pins, claims, names with the same slot, then changes of each", async () => {
    const wanted = (name: string) => shown(placeByName(free, name));
    assert.deepEqual([wanted("api"), wanted("cp")], [wanted("red"), wanted("web")]);
    const [byDynamic, byPlugin] = [await lived(dynamicDoor), await lived(pluginDoor)];
    assert.deepEqual(byPlugin, byDynamic);
  });
});
