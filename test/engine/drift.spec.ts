import assert from "node:assert/strict";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as declare from "../resources/declare";
import { expectFailed, expectSucceeded, type Stack, useEngine } from "../testbed/engine";
import type { PulumiResult } from "../testbed/result";
import { itLong } from "../trust/scale";
import { dynamicDoor, onEachDoor, pluginDoor } from "./doors";
import { edit, manifests } from "./folder";

/** Five resources, with their pins or without. */
function declared(isPinned: boolean) {
  const at = (pin: object) => (isPinned ? pin : {});
  return [
    declare.pool(),
    declare.host("a", at({ address: "10.0.0.11" })),
    declare.host("b", at({ address: "10.0.0.12" })),
    declare.hosts(["r-1", "r-2"], at({ start: "10.0.0.14" })),
    declare.claim("vip", at({ address: "10.0.0.17" })),
  ];
}

/** The drift that a preview shows, by resource. The time of a hand edit is the file's own and differs in each run. */
function driftIn(preview: PulumiResult): Record<string, unknown> {
  const rows = preview.rows.filter((row) => row.op !== "same");
  return Object.fromEntries(rows.map(({ name, op, inputs }) => [`${op} ${name}`, withoutTime(inputs.drift)]));
}

function withoutTime(drift: unknown): string[] {
  assert.ok(Array.isArray(drift), "no drift");
  return drift.map((line) =>
    String(line).replace(/ \(changed by hand at \d{4}-\d\d-\d\dT[\d:.]+Z\)$/, " (changed by hand)"),
  );
}

describe("drift on a real engine", function () {
  const engine = useEngine(this);

  /** A stack that is up, its files, and a check that `up` restores every file and output. */
  async function settled(name: string, door = dynamicDoor) {
    const config = { "metal3-ipam:namespace": "metal3" };
    const program = door.program(...declared(true));
    const stack = await engine().project({ name, ...door.project, program, config });
    const { outputs } = expectSucceeded(await stack.up());
    const before = await manifests(stack.directory);
    const file = (...path: string[]) => join(String(stack.directory), "metal3", ...path);
    const repair = async (): Promise<PulumiResult> => {
      const up = expectSucceeded(await stack.up());
      assert.deepEqual(up.outputs, outputs);
      assert.deepEqual(await manifests(stack.directory), before);
      return up;
    };
    return { stack, file, before, repair, poolFile: file("ippools", "net.yaml") };
  }

  async function expectCalm(stack: Stack): Promise<void> {
    assert.deepEqual(expectSucceeded(await stack.preview()).changes, { same: 5 });
  }

  it("shows in a plain preview with both values, and up restores everything, each time", async () => {
    const { stack, file, poolFile, repair } = await settled("edited");
    const editEntries = async () => {
      await edit(poolFile, "a-net: 10.0.0.11", "a-net: 10.0.0.19");
      await edit(poolFile, "r-1-net: 10.0.0.14", "r-1-net: 10.0.0.18");
    };
    const ofEntries = {
      "update a": ["a: found 10.0.0.19 in IPPool metal3/net, expected 10.0.0.11 (changed by hand)"],
      "update rack": ["r-1: found 10.0.0.18 in IPPool metal3/net, expected 10.0.0.14 (changed by hand)"],
    };

    await editEntries();
    await rm(file("ipclaims", "vip.yaml"));
    const first = expectSucceeded(await stack.preview("--diff"));
    assert.deepEqual(driftIn(first), { ...ofEntries, "update vip": ["IPClaim metal3/vip was deleted"] });
    // The text that a user reads.
    assert.match(
      first.stdout,
      /\+ drift {4}: \[\n *\+ +\[0\]: "a: found 10\.0\.0\.19 in IPPool metal3\/net, expected 10\.0\.0\.11 \(changed by hand at 20/,
    );
    assert.deepEqual((await repair()).changes, { same: 2, update: 3 });
    await expectCalm(stack);

    // The same edit again, now with what the first repair left in the stack's state.
    await editEntries();
    await rm(file("ipaddresses", "net-10-0-0-17.yaml"));
    const second = expectSucceeded(await stack.preview("--diff"));
    assert.deepEqual(driftIn(second), {
      ...ofEntries,
      "update vip": ["Claim vip: the IPAddress of 10.0.0.17 was deleted"],
    });
    assert.match(second.stdout, /~ drift/);
    assert.deepEqual((await repair()).changes, { same: 2, update: 3 });
    await expectCalm(stack);
  });

  // The same texts on every store: test/resources/drift.spec.ts; through the plugin: plugin/drift.spec.ts.
  itLong("shows if an entry or a whole file is gone, but not if only a lock went with its node", async () => {
    const { stack, file, poolFile, repair } = await settled("removed");
    // A deprovisioned node takes its lock along. The entry stays for the next life.
    await rm(file("ipaddresses", "net-10-0-0-12.yaml"));
    await expectCalm(stack);
    await edit(poolFile, / +b-net: .*\n/, "");
    await edit(poolFile, / +r-2-net: .*\n/, "");
    await rm(file("ipclaims", "vip.yaml"));
    await rm(file("ipaddresses", "net-10-0-0-17.yaml"));
    assert.deepEqual(driftIn(expectSucceeded(await stack.preview())), {
      "update b": [
        "b: removed from IPPool metal3/net, expected 10.0.0.12 (changed by hand)",
        "b: the IPAddress of 10.0.0.12 was deleted",
      ],
      "update rack": ["r-2: removed from IPPool metal3/net, expected 10.0.0.15 (changed by hand)"],
      "update vip": ["IPClaim metal3/vip was deleted", "Claim vip: the IPAddress of 10.0.0.17 was deleted"],
    });
    assert.deepEqual((await repair()).changes, { same: 2, update: 3 });

    await rm(poolFile);
    const gone = ["IPPool metal3/net was deleted"];
    assert.deepEqual(driftIn(expectSucceeded(await stack.preview())), {
      "update net": gone,
      "update a": gone,
      "update b": gone,
      "update rack": gone,
      "update vip": gone,
    });
    await repair();
    await expectCalm(stack);
  });

  onEachDoor(engine, (door, open) => {
    it("is not adopted by a refresh: the next up restores the same addresses", async () => {
      const backend = await open();
      const stack = await engine().project({
        name: "refreshed",
        ...door.project,
        program: door.program(...declared(true)),
        ...backend.project,
      });
      const { outputs } = expectSucceeded(await stack.up());
      const before = await backend.contents();
      const repaired = async () => {
        const up = expectSucceeded(await stack.up());
        assert.deepEqual(up.outputs, outputs);
        assert.deepEqual(await backend.contents(), before);
        return up.changes;
      };
      // Without the pins only the state knows these addresses.
      await stack.setProgram(door.program(...declared(false)));
      assert.deepEqual(await repaired(), { same: 5 });
      await backend.edit("ippools/net", { spec: { preAllocations: { "a-net": "10.0.0.19", "r-2-net": null } } });
      await backend.remove("ipclaims/vip");
      expectSucceeded(await stack.refresh());
      assert.deepEqual(await repaired(), { same: 2, update: 3 });

      await backend.wipe();
      expectSucceeded(await stack.refresh());
      await repaired();
      await expectCalm(stack);
    });
  });

  it("an invalid manifest stops the preview with its name, and stays for the user to fix", async () => {
    const { stack, poolFile, before } = await settled("nonsense", pluginDoor);
    const text = await readFile(poolFile, "utf8");
    const nonsense = text.replace("spec:", "spec: {{{");
    await writeFile(poolFile, nonsense);
    for (const command of [await stack.preview(), await stack.up()]) {
      expectFailed(
        command,
        /error: .*metal3\/ippools\/net\.yaml in .* is not valid\. Line \d+: .* Correct the file\. Nothing was overwritten\./,
      );
      assert.doesNotMatch(command.all, /^\s+at /m);
    }
    assert.equal(await readFile(poolFile, "utf8"), nonsense);
    await writeFile(poolFile, text);
    await expectCalm(stack);
    assert.deepEqual(await manifests(stack.directory), before);
  });
});
