/** The three ways to configure the cluster. Its credential is only where the user has put it. */
import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import { useCluster } from "../testbed/cluster";
import { expectFailed, expectSucceeded, type Stack, useEngine } from "../testbed/engine";
import { itLong } from "../trust/scale";
import { openCluster } from "./backends";
import { claim, host, hosts, pool, program } from "./programs";

/**
 * The CLI's own log of its calls to a provider. At this level it prints secrets of any provider as they are. A secret
 * that is a path reveals nothing there.
 */
const ENGINES_OWN = /Marshaling property for RPC\[Provider\[\w+\]\.Configure\(\)\.inputs\]/;

describe("a kubeconfig on a real engine", function () {
  const engine = useEngine(this);
  const cluster = useCluster(this);

  /** A project that sees a kubeconfig only through `env`, with its own home and temporary folder. */
  async function project(namespace: string, env: (path: string) => Record<string, string> = () => ({})) {
    const path = await cluster().kubeconfig();
    const home = await mkdtemp(join(engine().root, "home-"));
    const stack = await engine().project({
      name: "kubeconfig",
      program: program(pool(), host("a"), hosts(["r-1", "r-2"]), claim("vip")),
      directory: null,
      config: { "metal3-ipam:namespace": namespace },
      env: { HOME: home, TMPDIR: home, ...env(path) },
    });
    const content = await readFile(path, "utf8");
    const token: string = parse(content).users[0].user.token;
    const hidden = [token, base64(token), base64(content)];
    const expectHidden = (where: string, text: string) => {
      for (const form of hidden) assert.ok(!text.includes(form), `${where} has the token`);
    };
    const expectHiddenInFiles = async () => {
      for (const [file, text] of await textsIn(dirname(stack.folder), home)) expectHidden(file, text);
    };
    return { stack, path, content, token, expectHidden, expectHiddenInFiles };
  }

  const key = "metal3-ipam:kubeconfig";
  const ways: [what: string, give: (stack: Stack, path: string) => Promise<void>, isAmbient?: true][] = [
    ["its content, as a secret", async (stack, path) => stack.setSecret(key, await readFile(path, "utf8"))],
    ["KUBECONFIG alone", async () => undefined, true],
    // Through the plugin: plugin/secrets.spec.ts.
    ["its path, as a secret", (stack, path) => stack.setSecret(key, path)],
  ];
  for (const [index, [what, give, isAmbient]] of ways.entries()) {
    const its = index < 2 ? it : itLong;
    its(`by ${what}, leads to the cluster, and its token is in no state, output, log or file`, async () => {
      const { namespace, contents } = await openCluster(cluster());
      const ambient = (path: string) => (isAmbient ? { KUBECONFIG: path } : ({} as Record<string, string>));
      const { stack, path, expectHidden, expectHiddenInFiles } = await project(namespace, ambient);
      await give(stack, path);
      const logged = expectSucceeded(await stack.up("--logtostderr", "-v=9"));
      assert.deepEqual(
        Object.keys(await contents()).filter((object) => object.startsWith("ippools/")),
        ["ippools/net"],
      );
      const lines = logged.all.split("\n").filter((line) => !ENGINES_OWN.test(line));
      assert.ok(lines.length > 100, "no log");
      expectHidden("the log", lines.join("\n"));
      const said = [
        expectSucceeded(await stack.refresh()),
        expectSucceeded(await stack.pulumi("stack", "export")),
        expectSucceeded(await stack.pulumi("stack", "output", "--json", "--show-secrets")),
      ];
      await expectHiddenInFiles();
      said.push(expectSucceeded(await stack.destroy()));
      for (const { command, all } of said) expectHidden(command, all);
      await expectHiddenInFiles();
      assert.deepEqual(await contents(), {});
    });
  }

  const refusals: [what: string, of: (content: string, token: string) => string, message: RegExp][] = [
    [
      "is no YAML",
      (content, token) => content.replace(token, `{${token}`),
      /The kubeconfig in metal3-ipam:kubeconfig is neither YAML nor JSON \(line \d+: /,
    ],
    [
      "names a context that it does not have",
      (content) => content.replace("current-context: testbed", "current-context: other"),
      /has no context "other"\. Its contexts are testbed\. Choose one with pulumi config set metal3-ipam:context NAME/,
    ],
    [
      "has an unknown token",
      (content, token) => content.replace(token, `${token}x`), // the canary is a part of it
      /Cannot list IPPool objects in namespace metal3 on .*: the API server does not accept the credentials of the kubeconfig \(401\)\./,
    ],
  ];
  for (const [what, change, message] of refusals) {
    it(`that ${what} is refused by the preview in one line, without its token`, async () => {
      const { stack, content, token, expectHidden, expectHiddenInFiles } = await project("metal3");
      await stack.setSecret(key, change(content, token));
      const { command, all } = expectFailed(await stack.preview(), message);
      expectHidden(command, all);
      assert.doesNotMatch(all, /^\s+at /m);
      await expectHiddenInFiles();
    });
  }
});

/** Without the end, which depends on the following text. */
function base64(text: string): string {
  return Buffer.from(text).toString("base64").replace(/..=*$/, "");
}

async function textsIn(...folders: string[]): Promise<[path: string, text: string][]> {
  const found = (
    await Promise.all(folders.map((folder) => readdir(folder, { recursive: true, withFileTypes: true })))
  ).flat();
  const files = found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(files.map(async (file) => [file, await readFile(file, "latin1")] as [string, string]));
}
