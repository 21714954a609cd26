/** The files of the preview memory: their owner, their age, and their form. */
import assert from "node:assert/strict";
import { chmod, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openPreviewMemory } from "../../provider/pulumi/preview-memory";

const NET = { namespace: "metal3", name: "net" };

describe("the files of a preview memory", () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "metal3-ipam-previews-"));
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  it("are read and written as in earlier versions", async () => {
    const file = join(root, "e7e42a6cc697efa84dac358022e4f07e");
    await writeFile(file, "a-net 10.0.0.11 0 12ab34cd q\nb-net - 0 12ab34cd \n");
    await chmod(root, 0o700);
    const memory = openPreviewMemory("target", () => 5, root, "56ef7890");
    const address = { family: 4, value: 0x0a00000bn } as const;
    assert.deepEqual(memory.recall("metal/dev", NET), new Map([["a-net", { address, asked: "q", isOwn: false }]]));
    memory.remember("metal/dev", NET, "b-net", { address, asked: "" });
    memory.forget("metal/dev", NET, ["a-net"]);
    const lines = (await readFile(file, "utf8")).split("\n").slice(2);
    assert.deepEqual(lines, ["b-net 10.0.0.11 5 56ef7890 ", "a-net - 5 56ef7890 ", ""]);
  });

  it("are separate for each stack, pool and target, and forgotten after an hour", () => {
    let now = 0;
    const open = (target: string) => openPreviewMemory(target, () => now, join(root, "p"));
    const address = { family: 4, value: 0x0a00000bn } as const;
    open("target").remember("metal/dev", NET, "a-net", { address, asked: "q" });
    const known = new Map([["a-net", { address, asked: "q", isOwn: true }]]);
    assert.deepEqual(open("target").recall("metal/dev", NET), known);
    assert.equal(open("target").recall("metal/other", NET).size, 0);
    assert.equal(open("target").recall("metal/dev", { ...NET, name: "other" }).size, 0);
    assert.equal(open("other").recall("metal/dev", NET).size, 0);
    now += 60 * 60_000;
    assert.equal(open("target").recall("metal/dev", NET).size, 0);
  });

  it("last an hour after an address was last shown, and the next read of any pool removes them", async () => {
    let now = 0;
    const folder = join(root, "p");
    const open = () => openPreviewMemory("target", () => now, folder);
    const address = { family: 4, value: 0x0a00000bn } as const;
    const files = async () => (await readdir(folder)).length;
    open().remember("metal/dev", NET, "a-net", { address, asked: "q" });
    now += 50 * 60_000;
    open().remember("metal/dev", NET, "a-net", { address, asked: "q" });
    now += 50 * 60_000;
    assert.equal(open().recall("metal/dev", NET).size, 1);
    const [file = ""] = await readdir(folder);
    now = (await stat(join(folder, file))).mtimeMs + 61 * 60_000;
    assert.equal(await files(), 1);
    open().recall("metal/dev", { ...NET, name: "other" });
    assert.equal(await files(), 0);
  });

  it("are readable by their user only, and files of other users are ignored", async () => {
    const folder = join(root, "p");
    const memory = openPreviewMemory("target", () => 0, folder);
    const address = { family: 4, value: 0x0a00000bn } as const;
    memory.remember("metal/dev", NET, "a-net", { address, asked: "q" });
    const [file = ""] = await readdir(folder);
    assert.equal((await stat(folder)).mode & 0o777, 0o700);
    assert.equal((await stat(join(folder, file))).mode & 0o777, 0o600);
    await writeFile(join(folder, file), "nonsense\na-net 10.0.0.300 0\na-net\n");
    assert.equal(memory.recall("metal/dev", NET).size, 0);
    await chmod(folder, 0o777);
    memory.remember("metal/dev", NET, "a-net", { address, asked: "q" });
    assert.equal(memory.recall("metal/dev", NET).size, 0);
    await symlink(folder, join(root, "link"));
    assert.equal(openPreviewMemory("target", () => 0, join(root, "link")).recall("metal/dev", NET).size, 0);
  });
});
