/** The content of a kubeconfig is only where the user has put it: not in state, outputs, messages, logs, files or processes. */
import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { parse, stringify } from "yaml";
import { useCluster } from "../../testbed/cluster";
import { expectFailed, expectSucceeded, type Stack, useEngine } from "../../testbed/engine";
import { pluginsBelow, yaml } from "./interruptions";

/** The CLI's own log of its calls from programs and to providers. At this level it prints secrets as they are. */
const ENGINES_OWN = /^\{"time":"[^"]+","level":"INFO","msg":"(Unm|M)arshaling property for RPC\[/;
const CANARY = "canary-7f3a9c51d2";

interface User {
  readonly name: string;
  user: Record<string, unknown>;
}
interface Kubeconfig {
  readonly clusters: { readonly name: string; readonly cluster: Record<string, unknown> }[];
  readonly users: User[];
}

const net = { type: "metal3-ipam:IPPool", properties: { name: "net", pools: [{ subnet: "10.0.0.0/28" }] } };
const host = { type: "metal3-ipam:PreAllocation", properties: { pool: "$" + "{net.name}", host: "a" } };

describe("a kubeconfig through the plugin", function () {
  const engine = useEngine(this);
  const cluster = useCluster(this, { controllers: false });

  /** A working kubeconfig, with canaries in unused entries, changed by the test; and all its secrets. */
  async function kubeconfig(change: (content: Kubeconfig) => void = () => undefined) {
    const content: Kubeconfig = parse(await readFile(await cluster().kubeconfig(), "utf8"));
    const data = Buffer.from(CANARY).toString("base64");
    const exec = { apiVersion: "client.authentication.k8s.io/v1", command: "x", env: [{ name: "A", value: CANARY }] };
    content.users.push({ name: "other", user: { token: CANARY, "client-key-data": data, exec } });
    const proxied = { server: "https://other:6443", "proxy-url": `http://me:${CANARY}@proxy:3128` };
    content.clusters.push({ name: "other", cluster: proxied });
    change(content);
    const { user } = content.users[0]!;
    const own = ["token", "client-key-data", "client-certificate-data"].flatMap((field) => String(user[field] ?? []));
    return { text: stringify(content), hidden: [CANARY, base64(CANARY), ...own.filter(Boolean)] };
  }

  async function project(hidden: readonly string[], resources: object, config: Record<string, string> = {}) {
    const home = await mkdtemp(join(engine().root, "home-"));
    const stack = await engine().project({
      name: "secrets",
      runtime: "yaml",
      program: yaml(resources),
      directory: null,
      config: { "metal3-ipam:namespace": await cluster().namespace(), ...config },
      env: { HOME: home, TMPDIR: home, XDG_RUNTIME_DIR: home },
    });
    const expectHidden = (where: string, text: string) => {
      for (const form of hidden) assert.ok(!text.includes(form), `${where} has ${form.slice(0, 12)}`);
    };
    const expectHiddenInFiles = async () => {
      for (const [file, text] of await textsIn(stack.folder, stack.backend, home)) expectHidden(file, text);
    };
    return { stack, home, expectHidden, expectHiddenInFiles };
  }

  type Way = (text: string) => Promise<{ resources: object; give?: (stack: Stack) => Promise<void> }>;
  const options = { provider: "$" + "{there}" };
  const ways: Record<string, Way> = {
    "its content in the stack's configuration": async (text) => ({
      resources: { net, a: host },
      give: (stack) => stack.setSecret("metal3-ipam:kubeconfig", text),
    }),
    "its content as an argument of an explicit provider that is not marked as secret": async (text) => {
      const file = join(await mkdtemp(join(engine().root, "given-")), "kubeconfig");
      await writeFile(file, text);
      const there = { type: "pulumi:providers:metal3-ipam", properties: { kubeconfig: { "fn::readFile": file } } };
      return { resources: { there, net: { ...net, options }, a: { ...host, options } } };
    },
    "its path": async (text) => {
      const file = join(await mkdtemp(join(engine().root, "given-")), "kubeconfig");
      await writeFile(file, text);
      return { resources: { net, a: host }, give: (stack) => stack.setConfig("metal3-ipam:kubeconfig", file) };
    },
  };
  for (const [what, way] of Object.entries(ways)) {
    it(`given by ${what} leaves no secret in state, outputs, logs, files and processes`, async () => {
      const { text, hidden } = await kubeconfig();
      const { resources, give } = await way(text);
      const { stack, expectHidden, expectHiddenInFiles } = await project(hidden, resources);
      await give?.(stack);
      const running = stack.start("up", "--yes", "--logtostderr", "-v=9");
      const seen = new Set<number>();
      let isOver = false;
      const looking = (async () => {
        while (!isOver) {
          await turn();
          for (const pid of pluginsBelow(running.pid)) {
            seen.add(pid);
            const textOf = (file: string) => readFile(`/proc/${pid}/${file}`, "latin1").catch(() => "");
            expectHidden("its arguments", await textOf("cmdline"));
            // In PULUMI_CONFIG the engine itself hands every plugin all of the stack's configuration.
            const ours = (await textOf("environ")).split("\0").filter((each) => !each.startsWith("PULUMI_CONFIG="));
            expectHidden("its environment", ours.join("\n"));
          }
        }
      })();
      const up = expectSucceeded(await running.done.finally(() => (isOver = true)));
      await looking;
      assert.ok(seen.size > 0);
      const lines = up.all.split("\n");
      assert.ok(lines.length > 100, "no log");
      for (const line of lines.filter((line) => !ENGINES_OWN.test(line))) expectHidden(line.slice(0, 200), line);
      const said = [
        expectSucceeded(await stack.preview("--diff")),
        expectSucceeded(await stack.pulumi("stack", "export")),
        expectSucceeded(await stack.pulumi("stack", "output", "--json", "--show-secrets")),
        expectSucceeded(await stack.refresh()),
      ];
      await expectHiddenInFiles();
      said.push(expectSucceeded(await stack.destroy("--diff")));
      for (const { command, all } of said) expectHidden(command, all);
      await expectHiddenInFiles();
    });
  }

  const faults: [what: string, change: (content: Kubeconfig) => void, message: RegExp][] = [
    [
      "an unknown token",
      ({ users }) => (users[0]!.user = { token: `${CANARY}-unknown` }),
      /the API server does not accept the credentials of the kubeconfig \(401\)/,
    ],
    [
      "a client certificate that is none",
      ({ users }) =>
        (users[0]!.user = { "client-certificate-data": base64(CANARY), "client-key-data": base64(CANARY) }),
      /error: /,
    ],
    [
      "a proxy that does not exist",
      ({ clusters }) => (clusters[0]!.cluster["proxy-url"] = `http://me:${CANARY}@127.0.0.1:1`),
      /the proxy 127\.0\.0\.1:1 did not answer/,
    ],
    [
      "a proxy that is none",
      ({ clusters }) => (clusters[0]!.cluster["proxy-url"] = `socks5://me:${CANARY}@127.0.0.1:1`),
      /The proxy-url of cluster \S+ is not http or https/,
    ],
    [
      "a login program that fails",
      ({ users }) =>
        (users[0]!.user = {
          exec: {
            apiVersion: "client.authentication.k8s.io/v1",
            command: "sh",
            args: ["-c", 'echo "$A"; echo "$A" >&2; exit 3'],
            env: [{ name: "A", value: CANARY }],
          },
        }),
      /exec plugin sh of user \S+ ended with exit code 3/,
    ],
  ];
  for (const [what, change, message] of faults) {
    it(`with ${what} is refused without a secret`, async () => {
      const { text, hidden } = await kubeconfig(change);
      const allowed = { "metal3-ipam:allowExec": "true" };
      const { stack, expectHidden, expectHiddenInFiles } = await project(hidden, { net }, allowed);
      await stack.setSecret("metal3-ipam:kubeconfig", text);
      const { all, stdout } = expectFailed(await stack.up("--diff"), message);
      expectHidden("the update", all + stdout);
      assert.doesNotMatch(all, /^\s+at /m);
      await expectHiddenInFiles();
    });
  }

  it("that is not YAML is refused without a secret", async () => {
    const { text, hidden } = await kubeconfig();
    const { stack, expectHidden } = await project(hidden, { net });
    await stack.setSecret("metal3-ipam:kubeconfig", text.replace(`token: ${CANARY}`, `token: {${CANARY}`));
    expectHidden("the preview", expectFailed(await stack.preview(), /is neither YAML nor JSON \(line \d+: /).all);
  });
});

/** Without the end, which depends on the following text. */
function base64(text: string): string {
  return Buffer.from(text).toString("base64").replace(/..=*$/, "");
}

/** Without the user's own programs and the installed packages. */
async function textsIn(...folders: string[]): Promise<[path: string, text: string][]> {
  const found = await Promise.all(folders.map((folder) => readdir(folder, { recursive: true, withFileTypes: true })));
  const files = found.flatMap((entries) => entries.filter((entry) => entry.isFile()));
  const paths = files.map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(paths.map(async (path) => [path, await readFile(path, "latin1")] as [string, string]));
}
