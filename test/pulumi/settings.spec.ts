import assert from "node:assert/strict";
import { homedir } from "node:os";
import path from "node:path";
import { readConfig, type Setting } from "../../provider/pulumi/settings";

describe("stack configuration", () => {
  const prefixed =
    (settings: Record<string, string>): Setting =>
    (key) =>
      settings[key];

  it("is read from metal3-ipam's keys, and relative paths start in the program's folder", () => {
    const settings = { directory: "./manifests", kubeconfig: "k", context: "c", allowExec: "true", namespace: "n" };
    assert.deepEqual(readConfig(prefixed(settings), {}), {
      ...settings,
      allowExec: true,
      deleteUnreachable: undefined,
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
    const keys = ["directory", "kubeconfig", "context", "allowExec", "deleteUnreachable", "namespace"];
    assert.deepEqual(readConfig(prefixed({}), {}), Object.fromEntries(keys.map((key) => [key, undefined])));
  });

  it("refuses an allowExec that is neither true nor false", () => {
    assert.throws(
      () => readConfig(prefixed({ allowExec: "yes" })),
      /metal3-ipam:allowExec is "yes"\. Write true or false\./,
    );
  });

  const here = process.cwd();
  for (const [directory, folder] of [
    ["~", homedir()],
    ["~/", `${homedir()}/`],
    ["~/pools", `${homedir()}/pools`],
    ["~/a/../pools", `${homedir()}/pools`],
    [".", here],
    ["pools", `${here}/pools`],
    ["./pools/", `${here}/pools`],
    ["../pools", path.join(here, "../pools")],
    ["./~", `${here}/~`],
    ["./~bob", `${here}/~bob`],
    ["a~b", `${here}/a~b`],
    ["/srv/~", "/srv/~"],
    ["/srv/pools", "/srv/pools"],
  ] as const) {
    it(`reads the directory ${directory} as ${folder.replace(homedir(), "HOME").replace(here, "HERE")}`, () =>
      assert.equal(readConfig(prefixed({ directory }), {}).directory, folder));
  }

  for (const directory of ["~bob", "~bob/pools", "~+"]) {
    it(`does not guess the user of ${directory}`, () => {
      const said = `metal3-ipam:directory is "${directory}". Only ~ alone stands for your home.`;
      const message = `${said} Write the path out, or ./${directory} for a folder of that name.`;
      assert.throws(() => readConfig(prefixed({ directory }), {}), { message });
    });
  }

  const VARIABLE = "PULUMI_METAL3_IPAM_DELETE_UNREACHABLE";
  for (const [setting, variable, is] of [
    [undefined, undefined, undefined],
    [undefined, "", undefined],
    [undefined, "true", true],
    [undefined, "false", false],
    ["true", undefined, true],
    ["true", "false", true],
    ["false", "true", false],
  ] as const) {
    it(`reads deleteUnreachable ${setting}, with ${variable} in the environment, as ${is}`, () => {
      const settings: Record<string, string> = setting === undefined ? {} : { deleteUnreachable: setting };
      assert.equal(readConfig(prefixed(settings), { [VARIABLE]: variable }).deleteUnreachable, is);
    });
  }

  it("refuses a deleteUnreachable that is neither true nor false, in every place", () => {
    assert.throws(() => readConfig(prefixed({ deleteUnreachable: "1" }), {}), {
      message: 'metal3-ipam:deleteUnreachable is "1". Write true or false.',
    });
    assert.throws(() => readConfig(prefixed({}), { [VARIABLE]: "yes" }), {
      message: `${VARIABLE} is "yes". Write true or false.`,
    });
  });

  it("refuses an empty value, which would choose another backend", () => {
    assert.throws(() => readConfig(prefixed({ directory: "" })), /metal3-ipam:directory is empty/);
  });
});
