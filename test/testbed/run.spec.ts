import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { run, runOrFail, start } from "./run";

const stateOf = (pid: number): string =>
  spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" }).stdout.slice(0, 1);

describe("commands of the testbed", () => {
  it("keep the order of both streams, and the exit code", async () => {
    const program = 'console.log("a"); setTimeout(() => { console.error("b"); process.exitCode = 3; }, 50);';
    const options = { timeoutMs: 10_000 };
    const { code, stdout, stderr, all } = await run(process.execPath, ["-e", program], options);
    assert.deepEqual({ code, stdout, stderr, all }, { code: 3, stdout: "a\n", stderr: "b\n", all: "a\nb\n" });
    await assert.rejects(runOrFail(process.execPath, ["-e", program], options), /exit code 3\na\nb/);
  });

  it("that do not exist are named in the error", async () => {
    await assert.rejects(run("no-such-command", [], { timeoutMs: 1000 }), /no-such-command: .*ENOENT/);
  });

  it("that take too long are stopped, with children that left their process group", async () => {
    const grandchild = `const child = require("node:child_process").spawn("sleep", ["60"], { detached: true });
      console.log(child.pid);`;
    const running = start(process.execPath, ["-e", grandchild], { timeoutMs: 1000 });
    const error = await running.done.then(() => assert.fail("not stopped"), String);
    assert.match(error, /stopped, because it did not end within 1 s\.\n\d+/);
    const pid = Number(/\n(\d+)/.exec(error)?.[1]);
    await new Promise((done) => setTimeout(done, 200));
    // Gone, or dead and not yet collected by its new parent.
    assert.match(stateOf(pid), /^Z?$/);
    assert.match(stateOf(running.pid), /^Z?$/);
  });
});
