/**
 * Another client takes an address that a preview has shown, before the update. The address that the update gets instead is the
 * promise from then on. The program itself does what another user does with kubectl, at the worst moment: after the
 * update has looked at the pool, and before it reserves what waits for the pool's name.
 */
import assert from "node:assert/strict";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { useCluster } from "../testbed/cluster";
import { expectSucceeded, useEngine } from "../testbed/engine";
import { tool } from "../testbed/tools";
import { openCluster } from "./backends";
import { pool, program } from "./programs";
import { strangers } from "./strangers";

const theft = "theft.json";
const source = program(
  pool(),
  `import { execFileSync } from "node:child_process";
  import { existsSync } from "node:fs";
  const name = pool.name.apply((name) => {
    if (!pulumi.runtime.isDryRun() && existsSync("${theft}")) execFileSync(process.env.KUBECTL!, ["create", "-f", "${theft}"]);
    return name;
  });
  const set = { pool: name, namespace };
  export const a = new PreAllocation("a", { ...set, host: "a" }).address;
  export const rack = new PreAllocationSet("rack", { ...set, hosts: ["r-1", "r-2"] }).addresses;
  export const vip = new IPClaim("vip", set).address;`,
);

const addressesIn = (outputs: Record<string, unknown>): string[] =>
  Object.values(outputs).flatMap((value) => (typeof value === "string" ? [value] : Object.values(value as object)));

describe("a proposal that is lost on a real engine", function () {
  const engine = useEngine(this);
  const cluster = useCluster(this);

  it("is replaced by another address, which returns when the cluster is lost", async () => {
    const backend = await openCluster(cluster());
    const env = { KUBECTL: await tool("kubectl"), KUBECONFIG: await cluster().kubeconfig() };
    const stack = await engine().project({ name: "lost", program: source, ...backend.project, env });
    const shown = addressesIn(expectSucceeded(await stack.preview()).outputs);
    assert.equal(new Set(shown).size, 4);

    await writeFile(join(stack.folder, theft), strangers(backend.namespace, shown));
    const { outputs } = expectSucceeded(await stack.upAfterPreview());
    await rm(join(stack.folder, theft));
    const won = addressesIn(outputs);
    assert.equal(new Set([...shown, ...won]).size, 8, `${shown} and ${won}`);
    assert.equal(Object.keys(await backend.contents()).filter((key) => key.startsWith("ipaddresses/")).length, 8);

    const expectCalm = async () => {
      const up = expectSucceeded(await stack.up());
      assert.deepEqual([up.changes, up.outputs], [{ same: 4 }, outputs]);
    };
    await expectCalm();
    await backend.wipe(); // the other client's objects, too
    assert.deepEqual(expectSucceeded(await stack.preview()).outputs, outputs);
    assert.deepEqual(expectSucceeded(await stack.up()).outputs, outputs);
    await expectCalm();
  });
});
