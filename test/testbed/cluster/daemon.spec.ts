import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Daemon } from "./daemon";
import { eventually } from "./eventually";
import { type Keeper, startKeeper } from "./keeper";
import { runs } from "./runs";

const shell = (script: string): string[] => ["/bin/sh", "-c", script, "sh"];

describe("a server of the testbed", () => {
  let keeper: Keeper;
  before(async () => {
    keeper = await startKeeper();
  });
  after(() => keeper.release());

  const sleeper = (name: string, script = "echo started; exec sleep 600"): Daemon =>
    new Daemon({ name, command: shell(script), isReady: (log) => log.includes("started\n") }, keeper);

  it("starts, stops, and starts again with other arguments", async () => {
    const server = sleeper("plain", 'echo "$@" started; exec sleep 600');
    await server.start("a");
    const first = server.pid ?? 0;
    assert.equal(runs(first), true);
    await assert.rejects(server.start(), /plain runs already/);
    await server.restart("b");
    assert.equal(runs(first), false);
    await server.stop();
    await server.stop();
    assert.equal(server.pid, undefined);
  });

  it("is not ready because of its log in an earlier life", async () => {
    const file = `${keeper.root}/said`;
    const server = sleeper("forgetful", `[ -e ${file} ] && exit 1; touch ${file}; echo started; exec sleep 600`);
    await server.start();
    await assert.rejects(server.restart(), /forgetful ended during its start: exit code 1/);
  });

  it("shows the end of its log when it does not start", async () => {
    const lines = Array.from({ length: 20 }, (_, index) => `line ${index + 2}`).join("\n");
    const server = sleeper("broken", "for i in $(seq 21); do echo line $i; done; exit 3");
    await assert.rejects(server.start(), {
      message: `broken ended during its start: exit code 3.\nThe last lines of ${server.log}:\n${lines}`,
    });
    await assert.rejects(
      new Daemon({ name: "none", command: ["/no/such/file"], isReady: () => true }, keeper).start(),
      /ENOENT/,
    );
  });

  it("is paused and resumed, and stops when paused", async () => {
    const server = sleeper("paused", "while echo started; do sleep 0.02; done");
    await server.start();
    server.pause();
    server.resume();
    server.pause();
    await server.stop();
    assert.equal(server.pid, undefined);
  });
});

describe("the testbed's keeper", () => {
  it("ends servers and removes their folder when their starter is killed", async () => {
    const starter = fork(join(__dirname, "starter.ts"));
    const [{ root, pids }] = (await once(starter, "message")) as [{ root: string; pids: number[] }];
    assert.deepEqual(pids.map(runs), [true, true, true]);
    starter.kill("SIGKILL");
    await eventually("the folder is gone", () => !existsSync(root));
    await eventually("the processes are gone", () => !pids.some(runs));
  });
});
