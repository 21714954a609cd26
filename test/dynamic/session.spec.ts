import assert from "node:assert/strict";
import type { Config } from "../../provider/config";
import { startSession } from "../../provider/dynamic/session";
import { FakeHandler } from "./fake-handler";

/** Stack configuration, as the dynamic provider host gives it. */
function stackConfig(settings: Record<string, string>) {
  const get = (key: string) => settings[key];
  return { get, require: (key: string) => get(key) ?? assert.fail(key) };
}

describe("session", () => {
  const handlers = { ipPool: new FakeHandler() };

  it("opens one backend for all, at the first call", async () => {
    const opened: Config[] = [];
    const session = startSession(async (config) => {
      opened.push(config);
      return handlers;
    });
    session.configure(stackConfig({ "metal3-ipam:namespace": "metal3" }));
    assert.equal(opened.length, 0);
    const all = await Promise.all(Array.from({ length: 12 }, () => session.handlers()));
    assert.ok(all.every((each) => each === handlers));
    assert.deepEqual(
      opened.map(({ namespace }) => namespace),
      ["metal3"],
    );
  });

  it("fails all calls with the first failure, because the next would be the same", async () => {
    let calls = 0;
    const session = startSession(async () => {
      calls += 1;
      throw new Error("no connection");
    });
    session.configure(stackConfig({}));
    await assert.rejects(session.handlers(), /no connection/);
    await assert.rejects(session.handlers(), /no connection/);
    assert.equal(calls, 1);
  });
});
