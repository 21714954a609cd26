/** Day two, as a user sees it with plain commands: the text has every address that changes, old and new. */
import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { expectSucceeded, type Stack, useEngine } from "../../testbed/engine";
import { openFolder } from "../backends";
import { edit } from "../folder";
import { ownDiagnostics } from "../neighbours";

const numbered = (prefix: string) => Array.from({ length: 30 }, (_, index) => `${prefix}-${index}`);
/** Host → its pin, if it has one. */
type Hosts = Readonly<Record<string, string | undefined>>;
const unpinned = (names: readonly string[]): Hosts => Object.fromEntries(names.map((name) => [name, undefined]));

/** Only two addresses are outputs. All other addresses in the text come from elsewhere. */
function program(set: Hosts, singles: Hosts): string {
  const pins = Object.entries(set).flatMap(([host, pin]) => (pin ? [`${host}: ${pin}`] : []));
  const resources = Object.entries(singles).map(
    ([host, pin]) => `
  ${host}:
    type: metal3-ipam:PreAllocation
    properties: { pool: "\${net.name}", host: ${host}${pin ? `, address: ${pin}` : ""} }
    options: { dependsOn: ["\${rack}"] }`,
  );
  return `
resources:
  net:
    type: metal3-ipam:IPPool
    properties: { pools: [{ start: 10.0.0.10, end: 10.0.0.199 }], prefix: 24 }
  rack:
    type: metal3-ipam:PreAllocationSet
    properties: { pool: "\${net.name}", hosts: [${Object.keys(set)}], pins: { ${pins} }, start: 10.0.0.20 }
${resources.join("")}
outputs: { first: '\${rack.addresses["r-0"]}', last: '\${rack.addresses["r-29"]}' }
`;
}

describe("day two", function () {
  const engine = useEngine(this);
  let stack: Stack;
  let address: (host: string) => Promise<string>;
  let pool: string;

  before("a set of thirty, and thirty singles", async () => {
    const backend = await openFolder(engine());
    const source = program(unpinned(numbered("r")), unpinned(numbered("s")));
    stack = await engine().project({ name: "days", runtime: "yaml", program: source, ...backend.project });
    expectSucceeded(await stack.up());
    pool = join(String(stack.directory), backend.namespace, "ippools", "net.yaml");
    address = async (host) => {
      const entries = (await backend.contents())["ippools/net"]?.spec.preAllocations as Record<string, string>;
      return String(entries[`${host}-net`]);
    };
  });

  it("shows added, removed, renamed and pinned hosts with their addresses, and the outputs", async () => {
    const before = Object.fromEntries(
      await Promise.all(["r-3", "r-4", "r-5", "s-3", "s-4", "s-5"].map(async (host) => [host, await address(host)])),
    );
    const set = { ...unpinned([...numbered("r"), "r-new", "r-named"]), "r-5": "10.0.0.190" };
    const singles = { ...unpinned([...numbered("s"), "s-new", "s-named"]), "s-5": "10.0.0.191" };
    const without = (hosts: Hosts, ...gone: string[]) =>
      Object.fromEntries(Object.entries(hosts).filter(([host]) => !gone.includes(host)));
    await stack.setProgram(
      program(without(set, "r-3", "r-4", "r-29"), without(singles, "s-3", "s-4")).replace("r-29", "r-28"),
    );

    const preview = expectSucceeded(await stack.preview());
    const up = expectSucceeded(await stack.up());
    const came = async (host: string) => `+ ${host} of metal3/net: ${await address(host)}`;
    const both = [
      ...(await Promise.all(["r-new", "r-named", "s-new", "s-named"].map(came))),
      `~ r-5 of metal3/net: ${before["r-5"]} => 10.0.0.190`,
      `~ s-5 of metal3/net: ${before["s-5"]} => 10.0.0.191`,
      ...["r-3", "r-4"].map((host) => `- ${host} of metal3/net: ${before[host]}`),
      "- r-29 of metal3/net: 10.0.0.49",
    ];
    assert.deepEqual(changesIn(preview.all), both.toSorted());
    // The provider does not see before the update that a resource leaves the program.
    assert.deepEqual(
      preview.rows
        .filter(({ op }) => op === "delete")
        .map(({ name }) => name)
        .sort(),
      ["s-3", "s-4"],
    );
    const singlesGone = ["s-3", "s-4"].map((host) => `- ${host} of metal3/net: ${before[host]}`);
    assert.deepEqual(changesIn(up.all), [...both, ...singlesGone].sort());
    for (const { all, outputs } of [preview, up]) {
      assert.match(all, /Outputs:\n(?: {4}first: "10\.0\.0\.20"\n)? {2}~ last ?: "10\.0\.0\.49" => "10\.0\.0\.48"/);
      assert.deepEqual(outputs, { first: "10.0.0.20", last: "10.0.0.48" });
    }
    const calm = expectSucceeded(await stack.preview());
    assert.deepEqual([changesIn(calm.all), ownDiagnostics(calm), Object.keys(calm.changes)], [[], [], ["same"]]);
  });

  it("shows changes of an editor with both addresses, in the preview and in the update that restores them", async () => {
    const [r1, s1] = [await address("r-1"), await address("s-1")];
    await edit(pool, `r-1-net: ${r1}`, "r-1-net: 10.0.0.198");
    await edit(pool, `s-1-net: ${s1}`, "s-1-net: 10.0.0.199");
    for (const { all } of [expectSucceeded(await stack.preview()), expectSucceeded(await stack.up())]) {
      assert.match(
        all,
        new RegExp(`r-1: found 10\\.0\\.0\\.198 in .*, expected ${r1.replaceAll(".", "\\.")} \\(changed by hand at `),
      );
      assert.match(
        all,
        new RegExp(`s-1: found 10\\.0\\.0\\.199 in .*, expected ${s1.replaceAll(".", "\\.")} \\(changed by hand at `),
      );
      assert.match(all, /Resources:\n {4}~ 2 /);
    }
    assert.deepEqual([await address("r-1"), await address("s-1")], [r1, s1]);
  });

  it("carries out a plan for a deleted pool as it was shown", async () => {
    const before = await address("s-1");
    await rm(pool);
    const plan = join(stack.folder, "plan.json");
    expectSucceeded(await stack.preview("--save-plan", plan));
    expectSucceeded(await stack.up("--plan", plan));
    assert.equal(await address("s-1"), before);
    expectSucceeded(await stack.destroy());
  });
});

/** The lines of the text that names the addresses, sorted. */
function changesIn(text: string): string[] {
  const lines = text.split("\n").map((line) => line.trim());
  return lines.filter((line) => /^[+~-] \S+ of metal3\/net: /.test(line)).sort();
}
