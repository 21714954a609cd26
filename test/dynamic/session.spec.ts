import assert from "node:assert/strict";
import path from "node:path";
import type { Config } from "../../provider/config";
import { readConfig, startSession } from "../../provider/dynamic/session";
import { FakeHandler } from "./fake-handler";

/** Stack configuration as the dynamic provider host offers it. */
function stackConfig(settings: Record<string, string>) {
  const get = (key: string) => settings[key];
  return { get, require: (key: string) => get(key) ?? assert.fail(key) };
}

describe("session", () => {
  const handlers = { ipPool: new FakeHandler() };

  it("opens one backend for all, at the first need", async () => {
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

  it("fails all with the first failure, for the next would be the same", async () => {
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

describe("stack configuration", () => {
  const prefixed = (settings: Record<string, string>) =>
    stackConfig(Object.fromEntries(Object.entries(settings).map(([key, value]) => [`metal3-ipam:${key}`, value])));

  it("is read from metal3-ipam's keys; relative paths start in the program's folder", () => {
    const settings = { directory: "./manifests", kubeconfig: "k", context: "c", allowExec: "true", namespace: "n" };
    assert.deepEqual(readConfig(prefixed({ ...settings, "other:namespace": "somebody else's" })), {
      ...settings,
      allowExec: true,
      directory: path.join(process.cwd(), "manifests"),
      kubeconfig: path.join(process.cwd(), "k"),
    });
  });

  for (const kubeconfig of [
    "apiVersion: v1",
    '{"clusters":[]}',
    "kind: Config\nclusters: []",
    "~/.kube/config",
    "/a/b",
  ]) {
    it(`keeps the kubeconfig ${JSON.stringify(kubeconfig)}`, () =>
      assert.equal(readConfig(prefixed({ kubeconfig })).kubeconfig, kubeconfig));
  }

  it("may be absent", () => {
    const keys = ["directory", "kubeconfig", "context", "allowExec", "namespace"];
    assert.deepEqual(readConfig(stackConfig({})), Object.fromEntries(keys.map((key) => [key, undefined])));
  });

  it("refuses an allowExec that is neither true nor false", () => {
    assert.throws(
      () => readConfig(prefixed({ allowExec: "yes" })),
      /metal3-ipam:allowExec is "yes": write true or false/,
    );
  });

  it("refuses an empty value, which would choose another backend", () => {
    assert.throws(() => readConfig(stackConfig({ "metal3-ipam:directory": "" })), /metal3-ipam:directory is empty/);
  });
});
