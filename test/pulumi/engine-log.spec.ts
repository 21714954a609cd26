import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import { connectEngine, engineLog, type LogClient } from "../../provider/pulumi/engine-log";
import { RunNotes } from "../../provider/pulumi/run-notes";

describe("warnings", () => {
  it("reach the engine once per process, as warnings", async () => {
    const logged: { severity: number; message: string }[] = [];
    const engine: LogClient = {
      log: (request, done) => {
        logged.push({ severity: request.getSeverity(), message: request.getMessage() });
        done(null);
      },
    };
    const { warn } = engineLog(() => engine);
    await warn(["a", "b", "a"]);
    await Promise.all([warn(["b"]), warn(["c"]), warn([])]);
    assert.deepEqual(
      logged,
      ["a", "b", "c"].map((message) => ({ severity: LogSeverity.WARNING, message })),
    );
  });

  it("are not repeated by a later process of the same command", async () => {
    const folder = await mkdtemp(join(tmpdir(), "metal3-ipam-log-"));
    const said: string[] = [];
    const engine: LogClient = {
      log: (request, done) => {
        said.push(request.getMessage());
        done(null);
      },
    };
    const warn = (pid: number, command: string, messages: string[]) => {
      const notes = new RunNotes(folder, command, { pid, isAlive: () => false }, false);
      return engineLog(() => engine, { notes }).warn(messages);
    };
    try {
      await warn(1, "up", ["a", "b"]);
      await warn(2, "up", ["b", "c"]);
      await warn(3, "another up", ["a"]);
      assert.deepEqual(said, ["a", "b", "c", "a"]);
      for (const file of await readdir(folder))
        assert.doesNotMatch(await readFile(join(folder, file), "utf8"), /"[abc]"/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("show the progress of an operation in its row: each text once, and at most one a second", () => {
    const logged: object[] = [];
    const engine: LogClient = {
      log: (request, done) => {
        logged.push({ text: request.getMessage(), urn: request.getUrn(), ephemeral: request.getEphemeral() });
        done(null);
      },
    };
    let now = 0;
    const { status } = engineLog(() => engine, { now: () => now });
    for (; now < 10_000; now += 250) status("urn:a", now < 5_000 ? "waiting for a" : "waiting for b");
    status("urn:b", "waiting for a");
    for (now = 20_000; now < 23_000; now += 10) status("", `${now}`);
    const told = [
      ["urn:a", "waiting for a"],
      ["urn:a", "waiting for b"],
      ["urn:b", "waiting for a"],
      ["", "20000"],
      ["", "21000"],
      ["", "22000"],
    ];
    assert.deepEqual(
      logged,
      told.map(([urn, text]) => ({ text, urn, ephemeral: true })),
    );
  });

  const deaf: Record<string, () => LogClient | undefined> = {
    "is not there": () => undefined,
    "cannot be reached": () => ({ log: (_, done) => done(new Error("UNAVAILABLE")) }),
    throws: () => {
      throw new Error("no gRPC");
    },
  };
  for (const [how, connect] of Object.entries(deaf)) {
    it(`never fail an operation if the engine ${how}`, async () => {
      await engineLog(connect).warn(["a"]);
    });
  }

  it("distinguish an address from another last argument of a process", () => {
    assert.equal(connectEngine("--grep"), undefined);
    assert.notEqual(connectEngine("127.0.0.1:1"), undefined);
  });

  it("give up on an engine that does not answer", async () => {
    await engineLog(() => connectEngine("127.0.0.1:1")).warn(["a"]);
  });
});
