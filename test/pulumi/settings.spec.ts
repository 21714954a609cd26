import assert from "node:assert/strict";
import path from "node:path";
import { readConfig, type Setting } from "../../provider/pulumi/settings";

describe("stack configuration", () => {
  const prefixed =
    (settings: Record<string, string>): Setting =>
    (key) =>
      settings[key];

  it("is read from metal3-ipam's keys; relative paths start in the program's folder", () => {
    const settings = { directory: "./manifests", kubeconfig: "k", context: "c", allowExec: "true", namespace: "n" };
    assert.deepEqual(readConfig(prefixed(settings)), {
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
    assert.deepEqual(readConfig(prefixed({})), Object.fromEntries(keys.map((key) => [key, undefined])));
  });

  it("refuses an allowExec that is neither true nor false", () => {
    assert.throws(
      () => readConfig(prefixed({ allowExec: "yes" })),
      /metal3-ipam:allowExec is "yes": write true or false/,
    );
  });

  it("refuses an empty value, which would choose another backend", () => {
    assert.throws(() => readConfig(prefixed({ directory: "" })), /metal3-ipam:directory is empty/);
  });
});
