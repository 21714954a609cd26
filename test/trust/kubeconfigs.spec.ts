/**
 * Kubeconfigs of another author: no program runs, no file of this
 * machine is sent, TLS stays, and each error names the cause.
 */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { API_CALL } from "../../provider/store/kubernetes/call";
import { type KubernetesStore, openKubernetesStore } from "../../provider/store/kubernetes/kubernetes-store";
import { openConnection } from "../store/kubernetes/connected";
import { kubeconfigFor } from "../store/kubernetes/opened";
import { answer, type ScriptedServer, scriptedServer } from "../store/kubernetes/scripted-server";
import { poolKey as key, poolKind as kind, storedPool } from "../store/kubernetes/scripted-store";
import { poolManifest } from "../store/manifests";
import { type Authority, makeAuthority } from "../testbed/cluster/certificates";
import { record } from "./figures";

const CANARY = "canary-5e1c77d0";
const LIMIT_MS = 60_000;
const policy = { ...API_CALL, deadlineMs: 400, attemptMs: 300, leastMs: 50 };
const base64 = (text: string) => Buffer.from(text).toString("base64");

describe("a kubeconfig of another author", () => {
  const began = performance.now();
  const counts = { refused: 0, started: 0, sent: 0, leaks: 0, rows: 0 };
  const folder = mkdtempSync(join(tmpdir(), "hostile-"));
  const marker = join(folder, "RAN");
  const program = join(folder, "program");
  writeFileSync(program, `#!/bin/sh\necho ran >> ${marker}\n`, { mode: 0o755 });
  writeFileSync(join(folder, "file"), CANARY);

  let server: ScriptedServer;
  let elsewhere: ScriptedServer;
  let authority: Authority;
  before(async () => {
    authority = await makeAuthority("right");
    const { certificate: cert, key: own } = await authority.issue({ name: "server", hosts: ["127.0.0.1"] });
    elsewhere = await scriptedServer(Array(1_000).fill(answer(200, storedPool(1))));
    server = await scriptedServer([], { cert, key: own });
  });
  after(async () => {
    await Promise.all([server.close(), elsewhere.close()]);
    rmSync(folder, { recursive: true });
    const { refused, started, sent, leaks, rows } = counts;
    record({
      claim: 14,
      what: `hostile kubeconfigs and servers (${rows} of them)`,
      outcome: `${refused} of ${rows} refused by name, ${started} programs started, ${sent} credentials sent elsewhere or in clear, ${leaks} secrets in messages`,
      seconds: (performance.now() - began) / 1_000,
    });
  });

  /** Ends in this error, in time, without any part of the canary, and no program has run. */
  async function isRefused(work: () => Promise<unknown>, why: RegExp): Promise<void> {
    counts.rows += 1;
    const began = performance.now();
    const error: Error = await work().then(
      () => assert.fail("it was taken"),
      (error) => error,
    );
    const seen = elsewhere.seen.length;
    counts.started += existsSync(marker) ? 1 : 0;
    counts.sent += seen;
    counts.leaks += `${error.message}${error.stack}${String(error.cause)}`.includes(CANARY) ? 1 : 0;
    assert.match(error.message, why);
    assert.doesNotMatch(error.message, /\n/);
    assert.ok(performance.now() - began < LIMIT_MS, "it took too long");
    assert.deepEqual([counts.started, counts.sent, counts.leaks], [0, 0, 0]);
    counts.refused += 1;
  }

  const exec = { apiVersion: "client.authentication.k8s.io/v1", command: program, env: [{ name: "A", value: CANARY }] };
  const provider = (name: string, config: object) => ({ "auth-provider": { name, config } });
  const asking = { "cmd-path": program, "cmd-args": "x", "access-token": CANARY };
  const READS =
    /which reads a file\. If you trust its source, allow it with pulumi config set metal3-ipam:allowExec true/;

  const users: [what: string, user: object, why: RegExp][] = [
    ["a program", { exec }, /users\[tester\]\.user\.exec, which starts a program\. If you trust its source, allow it/],
    ["a program and a token", { exec, token: CANARY }, /user\.exec, which starts a program/],
    [
      "gcloud's login program",
      provider("gcp", asking),
      /User tester logs in with auth-provider gcp, which is not supported\./,
    ],
    [
      "Azure's login",
      provider("azure", asking),
      /User tester logs in with auth-provider azure, which is not supported\./,
    ],
    [
      "an OIDC login without a token",
      provider("oidc", { "refresh-token": CANARY }),
      /User tester logs in with auth-provider oidc, /,
    ],
    ["a login of a strange name", provider("__proto__", asking), /User tester logs in with auth-provider __proto__, /],
    ["a token file of this machine", { tokenFile: "/etc/shadow" }, READS],
    ["a relative token file", { tokenFile: "../../../etc/passwd" }, READS],
    ["a token file as a URL", { tokenFile: `file://${join(folder, "file")}` }, READS],
    ["a key of this machine", { "client-certificate-data": "eA==", "client-key": "/etc/ssl/private/x" }, READS],
    ["a certificate of this machine", { "client-certificate": join(folder, "file"), "client-key-data": "eA==" }, READS],
    [
      "a key that is none",
      { "client-certificate-data": base64(CANARY), "client-key-data": base64(CANARY) },
      /must be a PEM/,
    ],
    [
      "a header in a name",
      { as: `me\r\nX-Canary: ${CANARY}` },
      /^as, as-uid and as-groups of user tester must each be one line/,
    ],
    ["a header in a group", { as: "me", "as-groups": [`g\nX: ${CANARY}`] }, /must each be one line of ASCII\.$/],
    [
      "more about whom to act as",
      { as: "me", "as-user-extra": { a: [CANARY] } },
      /as-user-extra of user tester is not supported\.$/,
    ],
    [
      "a header in a token",
      { token: `x\r\nX-Canary: ${CANARY}` },
      /^the token of the kubeconfig is not one word of ASCII\.$/,
    ],
    ["a token that is a list", { token: [CANARY] }, /users\.0\.user\.token is missing or is not of type string\.$/],
  ];
  for (const [what, user, why] of users) {
    it(`with ${what} is refused`, () =>
      isRefused(() => openConnection({ content: kubeconfigFor("https://127.0.0.1:1", user), env: {} }), why));
  }

  const PLAIN = /Plain http is only for this machine\. Use https\.$/;
  const clusters: [what: string, cluster: { server?: string } & Record<string, unknown>, why: RegExp][] = [
    ["an authority of this machine", { "certificate-authority": "/etc/ssl/cert.pem" }, READS],
    ["an authority as a URL", { "certificate-authority": `file://${join(folder, "file")}` }, READS],
    ["an authority that is none", { "certificate-authority-data": base64(CANARY) }, /holds no PEM certificate\.$/],
    ["a server that is a file", { server: "file:///etc/passwd" }, /is not an http\(s\) URL\.$/],
    ["a server that is a socket", { server: "unix:///var/run/docker.sock" }, /is not an http\(s\) URL\.$/],
    ["a server in clear", { server: "http://kubernetes.example" }, PLAIN],
    ["a server in clear at no address", { server: "http://0.0.0.0:6443" }, PLAIN],
    ["a server in clear that looks like this machine", { server: "http://127.0.0.1.example" }, PLAIN],
    ["a server in clear, mapped", { server: "http://[::ffff:10.0.0.1]" }, PLAIN],
    [
      "this machine as a user",
      { server: `http://127.0.0.1:${CANARY}@kubernetes.example` },
      /has a user or password in its URL/,
    ],
    [
      "a proxy of another kind",
      { "proxy-url": `socks5://me:${CANARY}@127.0.0.1:1` },
      /^The proxy-url of cluster bed is not/,
    ],
    ["a proxy that is a file", { "proxy-url": `file:///${CANARY}` }, /^The proxy-url of cluster bed is not/],
    [
      "an authority and no check of it",
      { "certificate-authority-data": "placeholder", "insecure-skip-tls-verify": true },
      /exclude each other\. Remove one\.$/,
    ],
  ];
  for (const [what, { server = "https://127.0.0.1:1", ...cluster }, why] of clusters) {
    it(`with ${what} is refused`, () =>
      isRefused(() => openConnection({ content: kubeconfigFor(server, { token: CANARY }, cluster), env: {} }), why));
  }

  const NO_TEXT = /^The kubeconfig in metal3-ipam:kubeconfig is (neither YAML nor JSON|nested too deeply)/;
  const texts: [what: string, text: () => string, why: RegExp][] = [
    ["4 MiB and more", () => `# ${CANARY}\n`.padEnd(5_000_000, "#"), /is larger than 4194304 bytes\.$/],
    ["a hundred thousand lists in each other", () => `${"[".repeat(100_000)}\n`, NO_TEXT],
    ["a hundred thousand maps in each other", () => `a:\n${"{a: ".repeat(100_000)}`, NO_TEXT],
    ["a key twice", () => `apiVersion: v1\nusers: []\nusers: []\n# ${CANARY}`, NO_TEXT],
    ["an alias of itself", () => `apiVersion: v1\nusers: &a [*a]\n`, /./],
    ["aliases that unfold to billions", () => bomb(), NO_TEXT],
    [
      "a tag that makes functions",
      () => "apiVersion: v1\nusers: !!js/function 'x'\n",
      /users is missing or is not of type array\.$/,
    ],
    [
      "keys of every object",
      () => `apiVersion: v1\n__proto__: {current-context: a}\n`,
      /has no current-context\. It has no contexts\./,
    ],
    [
      "a context of every object",
      () => `apiVersion: v1\ncurrent-context: constructor\n`,
      /has no context "constructor"\. It has no contexts\./,
    ],
  ];
  for (const [what, text, why] of texts) {
    it(`with ${what} is refused`, () => isRefused(() => openConnection({ content: text(), env: {} }), why));
  }

  describe("leads to a server that", () => {
    const asked: Readonly<Record<string, (store: KubernetesStore) => Promise<unknown>>> = {
      get: (store) => store.get(kind, key),
      list: (store) => store.list(kind, "default"),
      create: (store) => store.create(kind, poolManifest("pool1")),
      patch: (store) => store.patch(kind, key, { metadata: { labels: { a: "b" } } }),
      remove: (store) => store.remove(kind, key, { uid: "u" }),
      served: (store) => store.apiServer.served(kind),
    };
    async function over(url: string, cluster: object, work: (store: KubernetesStore) => Promise<unknown>) {
      const content = kubeconfigFor(url, { token: CANARY }, cluster);
      const store = openKubernetesStore(await openConnection({ content, env: {} }), { policy });
      return work(store).finally(() => store.close());
    }
    const trusting = () => ({ "certificate-authority-data": base64(authority.certificate) });

    for (const status of [301, 302, 303, 307, 308]) {
      for (const [verb, ask] of Object.entries(asked)) {
        it(`redirects a ${verb} (${status}), without TLS: the provider does not follow`, async () => {
          const location = `${elsewhere.url}/apis`;
          server.next(answer(status, "", { location }));
          await isRefused(
            () => over(server.url, trusting(), ask),
            new RegExp(`the API server answered ${status}, a redirect\\. Redirects are not followed\\.$`),
          );
        });
      }
    }

    const certificates: [what: string, make: () => Promise<object>, why: RegExp][] = [
      [
        "is another authority's",
        async () => ({ "certificate-authority-data": base64((await makeAuthority("wrong")).certificate) }),
        /not signed by the CA/,
      ],
      ["has no trusted certificate", async () => ({}), /not signed by the CA/],
      [
        "bears another name",
        async () => ({ ...trusting(), "tls-server-name": "kubernetes.example" }),
        /the API server's certificate is for another name\./,
      ],
      [
        "bears another address",
        async () => ({ ...trusting(), "tls-server-name": "127.0.0.2" }),
        /the API server's certificate is for another name\./,
      ],
    ];
    for (const [what, make, why] of certificates) {
      it(`${what} gets no credential`, async () => {
        const cluster = await make();
        const before = server.seen.length;
        for (const ask of Object.values(asked)) await isRefused(() => over(server.url, cluster, ask), why);
        counts.sent += server.seen.length - before;
        assert.equal(server.seen.length, before);
      });
    }

    it("has expired, or speaks only TLS of twenty years ago, or no TLS, gets no credential", async () => {
      const old = await authority.issue({ name: "old", hosts: ["127.0.0.1"], expires: new Date(Date.now() - 60_000) });
      const { certificate: cert, key: own } = await authority.issue({ name: "weak", hosts: ["127.0.0.1"] });
      const weak = {
        cert,
        key: own,
        minVersion: "TLSv1",
        maxVersion: "TLSv1.1",
        ciphers: "DEFAULT@SECLEVEL=0",
      } as const;
      const rows: [ScriptedServer, RegExp][] = [
        [
          await scriptedServer([], { cert: old.certificate, key: old.key }),
          /the API server's certificate, or its CA's, has expired\./,
        ],
        [await scriptedServer([], weak), /TLS failed \(ERR_SSL_/],
        [await scriptedServer([]), /TLS failed \(ERR_SSL_/],
      ];
      for (const [bad, why] of rows) {
        const url = bad.url.replace("http:", "https:");
        for (const ask of Object.values(asked)) await isRefused(() => over(url, trusting(), ask), why);
        counts.sent += bad.seen.length;
        assert.equal(bad.seen.length, 0);
        await bad.close();
      }
    });
  });

  it("would be seen to start a program, which it does if it is trusted", async () => {
    const content = kubeconfigFor("https://127.0.0.1:1", { exec });
    const { credentials } = await openConnection({ content, allowExec: true, env: process.env });
    await assert.rejects(credentials.current(), /did not print an ExecCredential/);
    assert.equal(existsSync(marker), true);
    rmSync(marker);
  });
});

/** Nine lists, each with nine copies of the one before. */
function bomb(): string {
  const lists = Array.from(
    { length: 9 },
    (_, index) =>
      `l${index}: &l${index} [${Array(9)
        .fill(index ? `*l${index - 1}` : "x")
        .join()}]`,
  );
  return ["apiVersion: v1", ...lists].join("\n");
}
