/** The messages between the processes of one engine command, in a file. */
import assert from "node:assert/strict";
import { appendFile, chmod, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RunEnd } from "../../provider/plugin/run-end";
import { RunNotes } from "../../provider/pulumi/run-notes";

describe("the notes of a run", () => {
  let folder: string;
  let alive: Set<number>;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "metal3-ipam-run-"));
    alive = new Set([1, 2]);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const open = (pid: number, command = "command") =>
    new RunNotes(folder, command, { pid, isAlive: (one) => alive.has(one) });

  it("come to all processes in one order, each once, by topic", () => {
    const [a, b] = [open(1), open(2)];
    const [fromA, fromB] = [a.reader("topic"), b.reader("topic")];
    a.tell("topic", { address: { family: 6, value: 2n ** 127n } });
    b.tell("other", "unread");
    b.tell("topic", "a text with spaces\nand a line");
    const first = { value: { address: { family: 6, value: 2n ** 127n } }, teller: 1, isAlive: true };
    const second = { value: "a text with spaces\nand a line", teller: 2, isAlive: true };
    assert.deepEqual(fromA(), [
      { ...first, isOwn: true },
      { ...second, isOwn: false },
    ]);
    assert.deepEqual(fromA(), []);
    a.tell("topic", 3);
    assert.deepEqual(fromA(), [{ value: 3, teller: 1, isOwn: true, isAlive: true }]);
    assert.equal(fromB().length, 3);
  });

  it("show that a process has ended", () => {
    open(1).tell("topic", "x");
    alive.delete(1);
    assert.deepEqual(open(2).reader("topic")(), [{ value: "x", teller: 1, isOwn: false, isAlive: false }]);
  });

  it("do not include those of an earlier update of the same command", () => {
    open(1).tell("topic", "x");
    alive.delete(1);
    const watching = new RunNotes(folder, "command", { pid: 2, isAlive: (one) => alive.has(one) }, true);
    watching.tell("topic", "y");
    assert.deepEqual(watching.reader("topic")(), [{ value: "y", teller: 2, isOwn: true, isAlive: true }]);
  });

  it("do not include those of another command", () => {
    open(1).tell("topic", "x");
    assert.deepEqual(open(2, "another").reader("topic")(), []);
  });

  it("are read by whole lines, and other lines are ignored", async () => {
    open(1).tell("topic", "x");
    const [name = ""] = await readdir(folder);
    const read = open(2).reader("topic");
    await appendFile(join(folder, name), "1 topic {\n1 topic [1,");
    assert.deepEqual(
      read().map(({ value }) => value),
      ["x"],
    );
    await appendFile(join(folder, name), "2]\n");
    assert.deepEqual(
      read().map(({ value }) => value),
      [[1, 2]],
    );
  });

  it("belong to this user only, and a folder that others can write is ignored", async () => {
    open(1).tell("topic", "x");
    const [name = ""] = await readdir(folder);
    assert.equal((await stat(join(folder, name))).mode & 0o777, 0o600);
    await chmod(folder, 0o777);
    assert.deepEqual(open(2).reader("topic")(), []);
  });

  it("are lost without an error if the folder cannot be created", async () => {
    await writeFile(join(folder, "file"), "");
    const nowhere = new RunNotes(join(folder, "file", "nowhere"), "command");
    nowhere.tell("topic", "x");
    assert.deepEqual(nowhere.reader("topic")(), []);
  });

  it("say that a run has not ended well if a call of another process has failed", () => {
    const [a, b] = [new RunEnd(open(1)), new RunEnd(open(2))];
    b.noteFailure();
    // The engine ends its processes one after another.
    alive.delete(2);
    for (const run of [a, b, new RunEnd(open(3, "another"))]) run.noteCancel();
    assert.deepEqual([a.isWell, a.isWell, b.isWell], [false, false, false]);
    alive.add(2);
    const late = new RunEnd(open(3));
    late.noteCancel();
    assert.equal(late.isWell, false);
  });

  it("say nothing about an earlier failed preview of the same command", () => {
    new RunEnd(open(1)).noteFailure();
    alive.delete(1);
    const next = new RunEnd(open(2));
    next.noteCancel();
    assert.equal(next.isWell, true);
  });
});
