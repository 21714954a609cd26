import assert from "node:assert/strict";
import { LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import { connectEngine, type LogClient, warnOnce } from "../../provider/dynamic/engine-log";

describe("warnings", () => {
  it("reach the engine once per process, as warnings", async () => {
    const logged: { severity: number; message: string }[] = [];
    const engine: LogClient = {
      log: (request, done) => {
        logged.push({ severity: request.getSeverity(), message: request.getMessage() });
        done(null);
      },
    };
    const warn = warnOnce(() => engine);
    await warn(["a", "b", "a"]);
    await Promise.all([warn(["b"]), warn(["c"]), warn([])]);
    assert.deepEqual(
      logged,
      ["a", "b", "c"].map((message) => ({ severity: LogSeverity.WARNING, message })),
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
    it(`never fail an operation where the engine ${how}`, async () => {
      await warnOnce(connect)(["a"]);
    });
  }

  it("know the engine's address from the last argument of a provider process", () => {
    assert.equal(connectEngine(["node", "test.js", "--grep", "x"]), undefined);
    assert.notEqual(connectEngine(["node", "dynamic-provider", "127.0.0.1:1"]), undefined);
  });

  it("give up on an engine that does not answer", async () => {
    await warnOnce(() => connectEngine(["127.0.0.1:1"]))(["a"]);
  });
});
