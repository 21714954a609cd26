import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KubeconfigSource } from "../../../provider/store/kubernetes/kubeconfig";
import { makeAuthority } from "../../testbed/cluster";
import { openConnection } from "./connected";
import { kubeconfigFor } from "./opened";

const SECRET = "s3cr3t-of-mine";

const open = (source: Partial<KubeconfigSource>) => openConnection({ env: {}, ...source });

/** Rejects with one line of this text, and without any secret. */
function fails(source: Partial<KubeconfigSource>, text: RegExp): Promise<void> {
  return assert.rejects(open(source), ({ message, stack }: Error) => {
    assert.match(message, text);
    return !`${message}${stack}`.includes(SECRET);
  });
}

describe("kubeconfig: what may be in it", () => {
  describe("as content", () => {
    const risky: Record<string, [object, object, RegExp]> = {
      "an exec plugin": [
        { exec: { command: "touch", args: ["RAN"] } },
        {},
        /users\[tester\]\.user\.exec, which starts a program/,
      ],
      "a token file": [{ tokenFile: "/etc/passwd" }, {}, /users\[tester\]\.user\.tokenFile, which reads a file/],
      "a client certificate's file": [
        { "client-certificate": "/a", "client-key": "/b" },
        {},
        /user\.client-certificate, which reads a file/,
      ],
      "a client key's file": [
        { "client-certificate-data": "YQ==", "client-key": "/b" },
        {},
        /user\.client-key, which reads a file/,
      ],
      "an authority's file": [
        {},
        { "certificate-authority": "/a" },
        /clusters\[bed\]\.cluster\.certificate-authority, which reads a file/,
      ],
    };
    for (const [what, [user, cluster, message]] of Object.entries(risky)) {
      it(`must not have ${what} without metal3-ipam:allowExec`, async () => {
        const content = kubeconfigFor("https://a.example", user, cluster);
        await fails({ content }, message);
        await fails({ content, allowExec: false }, /allow it with pulumi config set metal3-ipam:allowExec true\./);
      });
    }

    it("starts no process, not even when it is read", async () => {
      const folder = mkdtempSync(join(tmpdir(), "content-"));
      const ran = join(folder, "RAN");
      const exec = { command: "touch", args: [ran], apiVersion: "client.authentication.k8s.io/v1" };
      const content = kubeconfigFor("https://a.example", { exec });
      await fails({ content }, /allowExec/);
      assert.equal(existsSync(ran), false);
      const path = join(folder, "config");
      writeFileSync(path, content);
      // The same at a path is the user's own, and runs when the first credential is wanted.
      const { credentials } = await open({ path });
      assert.equal(existsSync(ran), false);
      await assert.rejects(credentials.current(), /did not print an ExecCredential/);
      assert.equal(existsSync(ran), true);
      rmSync(ran);
      const allowed = await open({ content, allowExec: true });
      await assert.rejects(allowed.credentials.current(), /did not print an ExecCredential/);
      assert.equal(existsSync(ran), true);
      rmSync(folder, { recursive: true });
    });

    it("keeps its harmless parts", async () => {
      const content = kubeconfigFor("https://a.example", { token: SECRET });
      const { headers } = await (await open({ content })).credentials.current();
      assert.equal(headers.authorization, `Bearer ${SECRET}`);
    });
  });

  describe("leads to a server", () => {
    const cluster = (server: string, more: object = {}) => ({
      content: kubeconfigFor(server, { token: SECRET }, more),
    });

    it("by https, or by http on this machine", async () => {
      for (const server of [
        "https://a.example:6443/k8s/c-1/",
        "http://127.0.0.1:8001",
        "http://localhost:8001",
        "http://[::1]:8001",
      ]) {
        const { target } = await open(cluster(server));
        assert.equal(target.description, `cluster bed (${server.replace(/\/$/, "")})`);
      }
    });

    const refused: Record<string, RegExp> = {
      "http://10.0.0.1:8080":
        /^The server of cluster bed is http:\/\/10\.0\.0\.1:8080\. Plain http is only for this machine\. Use https\.$/,
      "http://localhost.evil.example": /Plain http is only for this machine/,
      "http://127.0.0.1.evil.example": /Plain http is only for this machine/,
      "ftp://a.example": /is not an http\(s\) URL/,
      "a.example:6443": /is not an http\(s\) URL/,
      "": /is not an http\(s\) URL/,
      [`https://me:${SECRET}@a.example`]: /has a user or password in its URL/,
    };
    for (const [server, message] of Object.entries(refused)) {
      it(`not ${server.replace(SECRET, "...") || "nowhere"}`, () => fails(cluster(server), message));
    }

    it("through an http proxy, and no other", async () => {
      const { proxy } = await open(cluster("https://a.example", { "proxy-url": "http://proxy.example:3128" }));
      assert.equal(proxy?.href, "http://proxy.example:3128/");
      await fails(
        cluster("https://a.example", { "proxy-url": `socks5://me:${SECRET}@proxy` }),
        /^The proxy-url of cluster bed is not http or https\./,
      );
    });

    it("that is another target below another path: gateways use one certificate for many clusters", async () => {
      const { certificate } = await makeAuthority("gateway");
      const ca = { "certificate-authority-data": Buffer.from(certificate).toString("base64") };
      const id = async (server: string, trusted = {}) => (await open(cluster(server, trusted))).target.id;
      for (const trusted of [{}, ca]) {
        assert.notEqual(await id("https://a.example/k8s/c-1", trusted), await id("https://a.example/k8s/c-2", trusted));
      }
      assert.equal(await id("https://a.example", ca), await id("https://b.example", ca));
      assert.notEqual(await id("https://a.example"), await id("https://b.example"));
    });
  });
});
