import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { repository } from "../testbed/cache";
import { expectSucceeded, useEngine } from "../testbed/engine";

const name = "secondary-networks";
const text = (file: string): Promise<string> => readFile(join(repository, "examples", name, file), "utf8");

const hosts = {
  "cp-0": { provisioning: "172.22.0.96", storage: "10.100.0.10" },
  "rack-b-0": { storage: "10.100.0.100" },
  "worker-0": { provisioning: "172.22.0.97", storage: "10.100.0.11" },
};

describe("examples/secondary-networks", function () {
  const engine = useEngine(this);

  it("shows its addresses first, and a discovered host keeps its own when it is registered", async () => {
    const program = await text("index.ts");
    const files = { "index.ts": program, "tsconfig.json": await text("tsconfig.json") };
    const config = { "metal3-ipam:namespace": "metal3" };
    const stack = await engine().project({ name, files, config });
    const shown = expectSucceeded(await stack.preview()).outputs;
    const { outputs, changes } = expectSucceeded(await stack.up());
    assert.deepEqual(outputs, shown);
    assert.deepEqual(changes, { create: 7 });
    const { nmstate, ...rest } = outputs;
    assert.deepEqual(rest, {
      hosts,
      ironicDhcp: { networkCIDR: "172.22.0.0/24", rangeBegin: "172.22.0.103", rangeEnd: "172.22.0.254" },
    });
    const [eno1, eno3] = parse(String(nmstate)).interfaces;
    assert.deepEqual(eno1.ipv4, { enabled: true, dhcp: true });
    assert.deepEqual(eno3.ipv4.address, [{ ip: "10.100.0.100", "prefix-length": 24 }]);

    const [line = ""] = program.match(/^ {2}"rack-b-0": .*\n/m) ?? [];
    const moved = program
      .replace(line, "")
      .replace('  "worker-0"', `${line}$&`)
      .replace("found.network", "known.network");
    await stack.setProgram(moved);
    const after = expectSucceeded(await stack.up());
    assert.deepEqual(after.outputs.hosts, {
      ...hosts,
      "rack-b-0": { provisioning: "172.22.0.98", storage: "10.100.0.100" },
    });
    assert.deepEqual(after.changes, { same: 4, update: 3 });
    assert.deepEqual(expectSucceeded(await stack.up()).changes, { same: 7 });
    expectSucceeded(await stack.destroy());
  });
});
