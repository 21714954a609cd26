/** A stack whose configuration points to another backend than before. */
import assert from "node:assert/strict";
import { wording } from "../../provider/ipam/wording";
import { openMemoryStore } from "../../provider/store/memory-store";
import type { Store } from "../../provider/store/store";
import { claim, held, host, hosts, pool } from "./declare";
import { Stack } from "./program";

const program = [pool(), host("a"), hosts(["b", "c"]), claim("v")];

describe("a backend that was switched", () => {
  it("reports a finished move between clusters once, and a move between folders not at all", async () => {
    const store = openMemoryStore();
    const [east, west] = ["east", "west"].map((name) => ({ id: `kubernetes:${name}`, description: `cluster ${name}` }));
    const [here, there] = ["here", "there"].map((name) => ({ id: `file:/${name}`, description: `folder ${name}` }));
    const rows = [
      [east, west, "cluster east", "cluster west"],
      [here, east, "folder here", "cluster east"],
      [east, here, "cluster east", "folder here"],
      [here, there],
      [east, east],
    ] as const;
    let stack = new Stack(store);
    await stack.up(program);
    for (const [from, to, ...names] of rows) {
      stack = stack.over({ ...bound(store), target: from! });
      await stack.up(program);
      const moved = stack.over({ ...bound(store), target: to! });
      const { steps, warnings, notes } = await moved.preview(program);
      assert.deepEqual([steps, warnings], [["same net", "same a", "same rack", "same v"], []]);
      const told = names.length === 0 ? [] : [wording.targetMoved(...(names as unknown as [string, string]))];
      assert.deepEqual([...new Set(notes)], told);
      await moved.up(program);
      assert.deepEqual((await moved.preview(program)).notes, []);
    }
  });

  it("names both backends in one warning, and gives the same addresses", async () => {
    const [folder, cluster] = [openMemoryStore(), openMemoryStore()];
    const before = new Stack(folder);
    await before.up(program);
    const after = before.over({
      ...bound(cluster),
      target: { id: "kubernetes:1", description: "cluster a (https://127.0.0.1)" },
    });
    const { steps, drift, warnings } = await after.preview(program);
    assert.deepEqual(steps, ["update net", "update a", "update rack", "update v"]);
    const line =
      "The last update wrote it to memory of this process, and it is not in cluster a (https://127.0.0.1) yet";
    assert.deepEqual(new Set(drift), new Set([line]));
    assert.deepEqual(
      [...new Set(warnings)],
      [
        "This stack moves from memory of this process to cluster a (https://127.0.0.1). An update creates the same " +
          "addresses there, and leaves memory of this process alone. " +
          "If you do not mean that, correct `metal3-ipam:directory`, `:kubeconfig` or `:context`.",
      ],
    );
    await after.up(program);
    assert.deepEqual(await held(cluster), await held(folder));
    const next = await after.preview(program);
    assert.deepEqual([next.steps, next.warnings], [["same net", "same a", "same rack", "same v"], []]);
  });

  it("reports nothing if all objects are there already, after a move or in another checkout of the folder", async () => {
    const store = openMemoryStore();
    const before = new Stack(store);
    await before.up(program);
    const after = before.over({
      ...bound(store),
      target: { id: "file:/elsewhere", description: "folder elsewhere" },
    });
    const { steps, warnings } = await after.preview(program);
    assert.deepEqual([steps, warnings], [["same net", "same a", "same rack", "same v"], []]);
  });
});

function bound(store: Store): Store {
  return {
    target: store.target,
    get: store.get.bind(store),
    list: store.list.bind(store),
    create: store.create.bind(store),
    patch: store.patch.bind(store),
    remove: store.remove.bind(store),
  };
}
