/** The programs whose state, folder and previews an earlier version has left in `data`. */
import type { Written } from "../engine/doors";
import { claim, host, hosts, pool } from "../resources/declare";

/** Twenty addresses, 10.0.0.10 to .29. */
const twenty = pool({
  pools: [{ start: "10.0.0.10", end: "10.0.0.29", dnsServers: ["10.0.0.53"] }],
  excludes: ["10.0.0.22"],
  labels: { site: "a" },
  annotations: { "example.com/owner": "net team" },
  preAllocations: { own: "10.0.0.21" },
});
const six = pool(
  {
    pools: [{ subnet: "fd00:6::/120" }],
    prefix: 120,
    gateway: "fd00:6::1",
    excludeReserved: true,
    excludes: ["fd00:6::8/126"],
    namePrefix: "six-addresses",
  },
  "six",
);

/** Each waits for the one before, so that all runs are equal. */
function inTurns(...resources: Written[]): Written[] {
  return resources.map((one, index) => {
    const before = resources[index - 1];
    return before ? { ...one, options: { ...one.options, dependsOn: [before.as] } } : one;
  });
}

/** The program of a stack's first update. */
export const first = inTurns(
  twenty,
  six,
  ...[host("gone"), host("a"), host("p", { address: "10.0.0.20" })],
  hosts(["r-1", "r-2", "r-3"], { pins: { "r-2": "10.0.0.16" } }),
);

/** An entry by hand before the second update, which imports it. Dynamic resources cannot be imported. */
export const byHand = { "imp-net": "10.0.0.28" };

const imported: Written = { ...host("imp"), options: { import: "metal3/net/imp-net" } };
const named = (as: string, claimName: string, args: object): Written => ({
  kind: "preAllocation",
  as,
  args: { pool: "net", claimName, ...args },
});

/** The program of the second update. It removes and moves resources, and adds everything that a stack can have. */
export function second(canImport: boolean): Written[] {
  return inTurns(
    twenty,
    six,
    ...[host("a"), host("p", { address: "10.0.0.27" })],
    hosts(["r-4", "r-2", "r-1"], { pins: { "r-2": "10.0.0.16", "r-1": "10.0.0.18" } }),
    hosts(["a", "b"], { pool: "six", start: "fd00:6::20" }, "sixes"),
    named("worker", "worker-7", {}),
    named("next", "next-7", { address: "10.0.0.27", fallback: "next" }),
    host("l", { placement: "lowest" }),
    claim("vip", { labels: { tier: "edge" }, annotations: { "example.com/owner": "web" }, address: "10.0.0.13" }),
    claim("low", { placement: "lowest" }),
    ...(canImport ? [imported] : []),
  );
}

/**
 * These pairs want one address: api and red, cp and web. The first checked one gets it. The address of `late` is
 * held by another owner during the preview, and free again during the update.
 */
const contenders = [host("api"), claim("red"), claim("cp"), host("web"), host("late"), hosts(["r-1", "r-2"])];
export const shownOrder = inTurns(twenty, ...contenders);
export const otherOrder = inTurns(twenty, ...[...contenders].reverse());
export const heldMeanwhile = "10.0.0.17";
