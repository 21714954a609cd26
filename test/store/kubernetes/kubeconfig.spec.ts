import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { stringify } from "yaml";
import type { KubeconfigSource } from "../../../provider/store/kubernetes/kubeconfig";
import { makeAuthority } from "../../testbed/cluster";
import { openConnection } from "./connected";
import { kubeconfigFor } from "./opened";

const SECRET = "s3cr3t-of-mine";

interface Parts {
  readonly clusters?: Record<string, object>;
  readonly users?: Record<string, object>;
  readonly contexts?: Record<string, object>;
  readonly current?: string;
}

function kubeconfig({ clusters = {}, users = {}, contexts = {}, current }: Parts): string {
  const named = (kind: string, entries: Record<string, object>) =>
    Object.entries(entries).map(([name, entry]) => ({ name, [kind]: entry }));
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: named("cluster", clusters),
    users: named("user", users),
    contexts: named("context", contexts),
    ...(current !== undefined && { "current-context": current }),
  });
}

const one = (name: string, server = `https://${name}.example`): Parts => ({
  clusters: { [name]: { server } },
  users: { [name]: { token: SECRET } },
  contexts: { [name]: { cluster: name, user: name, namespace: `ns-of-${name}` } },
  current: name,
});

describe("kubeconfig", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "kubeconfig-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const file = (name: string, parts: Parts | string): string => {
    const path = join(folder, name);
    writeFileSync(path, typeof parts === "string" ? parts : kubeconfig(parts));
    return path;
  };
  const open = (source: Partial<KubeconfigSource>) =>
    openConnection({ env: { HOME: folder }, serviceAccount: join(folder, "no-pod"), ...source });
  const authorization = async (source: Partial<KubeconfigSource>) =>
    (await (await open(source)).credentials.current()).headers.authorization;

  /** Rejects with one line of this text, and without any secret. */
  async function fails(source: Partial<KubeconfigSource>, text: RegExp | string): Promise<void> {
    await assert.rejects(open(source), (error) => {
      const { message, stack = "", cause } = error as Error;
      if (typeof text === "string") assert.equal(message, text);
      else assert.match(message, text);
      assert.doesNotMatch(message, /\n/);
      assert.ok(!`${message}${stack}${String(cause)}`.includes(SECRET), message);
      return true;
    });
  }

  describe("is found", () => {
    it("by path, with its context's namespace and name", async () => {
      const { server, namespace, context, target, warnings } = await open({ path: file("a", one("a")) });
      assert.deepEqual([server.href, namespace, context], ["https://a.example/", "ns-of-a", "a"]);
      assert.match(target.id, /^kubernetes:[0-9a-f]{64}$/);
      assert.equal(target.description, "cluster a (https://a.example)");
      assert.deepEqual(warnings, []);
    });

    it("by a path below the user's home", async () => {
      file("a", one("a"));
      assert.equal((await open({ path: "~/a" })).context, "a");
    });

    it("as content, YAML or JSON", async () => {
      for (const content of [kubeconfig(one("a")), JSON.stringify(JSON.parse(kubeconfigFor("https://a.example")))]) {
        assert.equal((await open({ content })).server.host, "a.example");
      }
    });

    it("by KUBECONFIG, before the home's", async () => {
      const env = { HOME: folder, KUBECONFIG: file("a", one("a")) };
      assert.equal((await open({ env })).context, "a");
    });

    it("in the home's .kube", async () => {
      const home = mkdtempSync(join(folder, "home-"));
      mkdirSync(join(home, ".kube"));
      writeFileSync(join(home, ".kube", "config"), kubeconfig(one("h")));
      assert.equal((await open({ env: { HOME: home } })).context, "h");
      assert.equal((await open({ env: { HOME: home, KUBECONFIG: "" } })).context, "h");
    });

    it("nowhere: the message says what to set", async () => {
      await fails({}, /^No cluster is configured: .*metal3-ipam:kubeconfig, or .*metal3-ipam:directory/);
    });
  });

  describe("a named part that is missing is an error, and nothing else takes its place", () => {
    it("a path", async () => {
      const env = { HOME: folder, KUBECONFIG: file("a", one("a")) };
      const path = join(folder, "none");
      await fails({ path, env }, `metal3-ipam:kubeconfig names ${path}, which does not exist.`);
      await fails({ path: folder }, /cannot be read \(EISDIR\)/);
    });

    it("every file of KUBECONFIG", async () => {
      const env = { HOME: folder, KUBECONFIG: [join(folder, "x"), join(folder, "y")].join(delimiter) };
      await fails({ env }, /^KUBECONFIG names \S+x and \S+y\. No such file exists\.$/);
    });

    it("a context: the message lists the existing ones", async () => {
      const path = file("a", { ...one("a"), contexts: { b: { cluster: "a" }, a: { cluster: "a" } } });
      await fails(
        { path, context: "c" },
        /has no context "c"\. Its contexts are a, b\. Choose one with pulumi config set metal3-ipam:context/,
      );
      await fails(
        { path: file("n", { ...one("a"), current: undefined }) },
        /has no current-context\. Its contexts are a\. Choose one/,
      );
      await fails({ path: file("e", "") }, /has no current-context\. It has no contexts\./);
    });

    it("a cluster or user of the context", async () => {
      const base = one("a");
      await fails(
        { path: file("a", { ...base, clusters: {} }) },
        /names cluster a in context a, but does not define it\.$/,
      );
      await fails({ path: file("a", { ...base, users: {} }) }, /names user a in context a, but does not define it\.$/);
    });

    it("a file of certificates", async () => {
      const cluster = { server: "https://a.example", "certificate-authority": "ca.pem" };
      await fails(
        { path: file("a", { ...one("a"), clusters: { a: cluster } }) },
        /certificate-authority of cluster a names \S+ca\.pem, which cannot be read \(ENOENT\)/,
      );
    });
  });

  describe("KUBECONFIG with several files", () => {
    const list = (...files: string[]) => ({ env: { HOME: folder, KUBECONFIG: files.join(delimiter) } });

    it("merges them, and the first file with a value wins", async () => {
      const first = file("1", { clusters: { shared: { server: "https://first.example" } }, current: "two" });
      const second = file("2", {
        clusters: { shared: { server: "https://second.example" } },
        users: { me: { token: SECRET } },
        contexts: { two: { cluster: "shared", user: "me" } },
        current: "other",
      });
      const { server, context, warnings } = await open(list(first, "", second, first));
      assert.deepEqual([server.host, context, warnings], ["first.example", "two", []]);
    });

    it("ignores missing files, and warns", async () => {
      const { context, warnings } = await open(list(join(folder, "none"), file("a", one("a"))));
      assert.equal(context, "a");
      assert.deepEqual(warnings, [`KUBECONFIG also names ${join(folder, "none")}. No such file exists.`]);
    });

    it("reads each file's relative paths from its own folder", async () => {
      const other = mkdtempSync(join(folder, "other-"));
      writeFileSync(join(other, "token"), SECRET);
      writeFileSync(join(other, "config"), kubeconfig({ ...one("a"), users: { a: { tokenFile: "token" } } }));
      assert.equal(await authorization(list(file("1", { current: "a" }), join(other, "config"))), `Bearer ${SECRET}`);
    });
  });

  describe("that cannot be read: the message says where, and quotes nothing", () => {
    const broken: Record<string, [string, RegExp]> = {
      "YAML that is none": [
        `apiVersion: v1\nusers: [{name: a, user: {token: ${SECRET}`,
        /is neither YAML nor JSON \(line 2: [A-Z_]+\)\.$/,
      ],
      "an alias bomb": [
        `a: &a [${SECRET}]\n${"bcdefghij"
          .split("")
          .map((name, i) => `${name}: &${name} [${`*${"abcdefghij"[i]},`.repeat(20)}]`)
          .join("\n")}\n`,
        /is neither YAML nor JSON/,
      ],
      "a text": [SECRET, /is not valid\. The whole is missing or is not of type object\.$/],
      "a list": [`- ${SECRET}\n- b`, /is not valid\. The whole is missing or is not of type object\.$/],
      "a token that is a number": [
        "users: [{name: a, user: {token: 12345}}]",
        /users\.0\.user\.token is missing or is not of type string\.$/,
      ],
      "a user that is a text": [
        `users: [{name: a, user: ${SECRET}}]`,
        /users\.0\.user is missing or is not of type object\.$/,
      ],
      "clusters that are an object": [
        `clusters: {a: {server: ${SECRET}}}`,
        /clusters is missing or is not of type array\.$/,
      ],
      "a cluster without a server": ["clusters: [{name: a, cluster: {}}]", /clusters\.0\.cluster\.server is missing/],
    };
    for (const [what, [content, message]] of Object.entries(broken)) {
      it(what, async () => {
        await fails({ content }, message);
        await fails({ path: file("a", content) }, message);
      });
    }

    it("content that was taken for a path", async () => {
      const base64 = Buffer.from(kubeconfig(one("a"))).toString("base64");
      await fails(
        { path: base64 },
        /a path of \d+ characters \(content begins with "apiVersion:" or "\{", or has several lines\)/,
      );
    });

    it("a file of gigabytes", async () => {
      const path = file("huge", "");
      truncateSync(path, 3 * 1024 ** 3);
      await fails({ path }, /huge cannot be read \(it has more than 4194304 bytes\)\.$/);
    });
  });

  it("of a pod, if there is no other", async () => {
    for (const [name, text] of [
      ["token", SECRET],
      ["namespace", "of-pod\n"],
    ] as const)
      file(name, text);
    file("ca.crt", (await makeAuthority("pod")).certificate);
    const env = { HOME: folder, KUBERNETES_SERVICE_HOST: "fd00::1", KUBERNETES_SERVICE_PORT: "443" };
    const source = { env, serviceAccount: folder };
    const { server, namespace, target } = await open(source);
    assert.deepEqual([server.href, namespace], ["https://[fd00::1]/", "of-pod"]);
    assert.equal(target.description, "cluster in-cluster (https://[fd00::1])");
    assert.equal(await authorization(source), `Bearer ${SECRET}`);
    await fails({ ...source, context: "c" }, /metal3-ipam:context is "c", but there is no kubeconfig/);
  });
});
