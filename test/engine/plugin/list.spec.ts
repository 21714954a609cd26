import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parse, stringify } from "yaml";
import { expectFailed, expectSucceeded, type Stack, useEngine } from "../../testbed/engine";

/** `pulumi do`, experimental in this CLI, is the only command that lists. `pulumi import` accepts what it finds. */
describe("pulumi do", function () {
  const engine = useEngine(this);
  let stack: Stack;

  // It reads no Pulumi.yaml, so it knows neither the plugin's place nor the stack's configuration.
  const perform = async (token: string, ...args: string[]) => {
    const project = parse(await readFile(join(stack.folder, "Pulumi.yaml"), "utf8"));
    const plugin = join(resolve(stack.folder, project.plugins.providers[0].path), "pulumi-resource-metal3-ipam");
    const settings = ["--package", plugin, "--metal3-ipam:directory", String(stack.directory)];
    return stack.pulumi("do", `metal3-ipam:index:${token}`, ...args, ...settings);
  };
  const listed = async (token: string, ...args: string[]): Promise<string[]> => {
    const { stdout } = expectSucceeded(await perform(token, "list", ...args));
    return (JSON.parse(stdout) as { id: string }[]).map(({ id }) => id);
  };

  before(async () => {
    stack = await engine().project({
      name: "listed",
      runtime: "yaml",
      program: `
        resources:
          net:
            type: metal3-ipam:IPPool
            properties: { pools: [{ start: 10.0.0.10, end: 10.0.0.29 }] }
          rack:
            type: metal3-ipam:PreAllocationSet
            properties: { pool: "\${net.name}", hosts: [w-0, w-1] }
          vip:
            type: metal3-ipam:IPClaim
            properties: { pool: "\${net.name}" }`,
    });
    expectSucceeded(await stack.up());
    // Newer engines read like an import, which accepts no entry of another stack. This entry has no owner.
    const file = join(String(stack.directory), "default", "ippools", "net.yaml");
    const pool = parse(await readFile(file, "utf8"));
    pool.spec.preAllocations["by-hand"] = "10.0.0.29";
    await writeFile(file, stringify(pool));
  });

  it("lists pools, claims and entries, with ids that `read` accepts", async () => {
    assert.deepEqual(await listed("IPPool"), ["default/net"]);
    assert.deepEqual(await listed("IPClaim"), ["default/vip"]);
    const entries = ["default/net/by-hand", "default/net/w-0-net", "default/net/w-1-net"];
    assert.deepEqual(await listed("PreAllocation", "--pool", "net"), entries);
    assert.deepEqual(await listed("PreAllocation", "--count", "1"), entries.slice(0, 1));
    const { all } = expectSucceeded(await perform("PreAllocation", "read", "default/net/by-hand"));
    assert.match(all, /claimName: "by-hand"/);
  });

  it("refuses an invalid namespace", async () => {
    expectFailed(
      await perform("IPPool", "list", "--namespace", "No"),
      /error: namespace: "No" must consist of at most 63/,
    );
  });
});
