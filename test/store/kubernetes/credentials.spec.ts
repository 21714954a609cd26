import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import { execCredentials } from "../../../provider/store/kubernetes/credentials";
import { type ExecCredential, type ExecPlugin, runExecPlugin } from "../../../provider/store/kubernetes/exec-plugin";
import { openKubernetesStore } from "../../../provider/store/kubernetes/kubernetes-store";
import { eventually, makeAuthority } from "../../testbed/cluster";
import { openConnection } from "./connected";
import { kubeconfigFor } from "./opened";
import { answer, refuse, type Step, scriptedServer } from "./scripted-server";
import { poolKey as key, poolKind as kind, storedPool, useScripted } from "./scripted-store";

const SECRET = "s3cr3t-of-mine";
const apiVersion = "client.authentication.k8s.io/v1";

describe("credentials from an exec plugin", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "exec-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** A plugin that runs this JavaScript. */
  const plugin = (script: string, entry: Partial<ExecPlugin["entry"]> = {}): ExecPlugin => ({
    entry: { apiVersion, command: process.execPath, args: ["-e", script], ...entry },
    who: "user tester",
    folder,
    env: { ...process.env, AMBIENT: "yes" },
    cluster: { server: "https://a.example" },
  });
  const printing = (value: unknown) => `console.log(${JSON.stringify(JSON.stringify(value))})`;
  const credential = (status: object) => ({ apiVersion, kind: "ExecCredential", status });

  it("are a token, a certificate, and an expiry", async () => {
    const status = {
      token: "t",
      clientCertificateData: "cert",
      clientKeyData: "key",
      expirationTimestamp: "2030-01-01T00:00:00Z",
    };
    assert.deepEqual(await runExecPlugin(plugin(printing(credential(status)))), {
      token: "t",
      certificate: "cert",
      key: "key",
      expiresAt: Date.UTC(2030, 0),
    });
  });

  it("gives the plugin only what it may know, and nothing on its standard input", async () => {
    const env = [{ name: "OWN", value: "of the kubeconfig" }];
    const script = `
      const said = [process.env.AMBIENT, process.env.OWN, JSON.parse(process.env.KUBERNETES_EXEC_INFO), require("fs").readFileSync(0, "utf8")];
      console.log(JSON.stringify({ kind: "ExecCredential", status: { token: JSON.stringify(said) } }))`;
    const said = async (entry: Partial<ExecPlugin["entry"]>) =>
      JSON.parse((await runExecPlugin(plugin(script, { env, ...entry }))).token ?? "");
    const info = { apiVersion, kind: "ExecCredential", spec: { interactive: false } };
    assert.deepEqual(await said({}), ["yes", "of the kubeconfig", info, ""]);
    const [, , told] = await said({ provideClusterInfo: true });
    assert.deepEqual(told.spec.cluster, { server: "https://a.example" });
  });

  it("are fetched without a shell", async () => {
    const bait = join(folder, "BAIT");
    const script = "console.log(JSON.stringify({ kind: 'ExecCredential', status: { token: process.argv[1] } }))";
    const args = ["-e", script, `$(touch ${bait}); touch ${bait}`];
    assert.equal((await runExecPlugin(plugin("", { args }))).token, args[2]);
    assert.equal(existsSync(bait), false);
  });

  it("finds a command next to the kubeconfig", async () => {
    writeFileSync(join(folder, "login"), `#!${process.execPath}\n${printing(credential({ token: "t" }))}`, {
      mode: 0o755,
    });
    assert.equal((await runExecPlugin(plugin("", { command: "./login", args: [] }))).token, "t");
  });

  const failing: Record<string, [Partial<ExecPlugin["entry"]> | string, RegExp]> = {
    "ends with an error": [
      `console.log("${SECRET}"); console.error("${SECRET}"); process.exit(3)`,
      /ended with exit code 3/,
    ],
    "is not there": [
      { command: "no-such-plugin" },
      /exec plugin no-such-plugin of user tester could not be started \(ENOENT\)/,
    ],
    "prints no JSON": [`console.log("${SECRET}")`, /did not print an ExecCredential/],
    "prints something else": [
      printing({ kind: "Status", status: { token: SECRET } }),
      /did not print an ExecCredential/,
    ],
    "gives nothing": [printing(credential({ clientKeyData: SECRET })), /gave neither a token nor a certificate/],
    "gives a strange expiry": [
      printing(credential({ token: SECRET, expirationTimestamp: "soon" })),
      /an expirationTimestamp that is not a time/,
    ],
    "prints for ever": [
      `setInterval(() => console.log("${SECRET}".repeat(10000)), 1)`,
      /printed more than 1048576 bytes/,
    ],
  };
  for (const [what, [how, message]] of Object.entries(failing)) {
    it(`fail if it ${what}, and the message has no output of it`, async () => {
      const broken = typeof how === "string" ? plugin(how) : plugin("", how);
      await assert.rejects(runExecPlugin(broken), (error: Error & { reason?: string }) => {
        assert.equal(error.reason, "Unavailable");
        assert.match(error.message, message);
        return !error.message.includes(SECRET);
      });
    });
  }

  it("fail if it does not end, and it is killed", async () => {
    const pidFile = join(folder, "pid");
    const script = `require("fs").writeFileSync(${JSON.stringify(pidFile)}, String(process.pid)); setInterval(() => {}, 1000)`;
    await assert.rejects(
      runExecPlugin(plugin(script), 1_500),
      /was stopped, because it had not ended after 1\.5 s\. Try it with kubectl\.$/,
    );
    // On a busy machine it may not even have begun.
    if (existsSync(pidFile)) assert.throws(() => process.kill(Number(readFileSync(pidFile, "utf8")), 0), /ESRCH/);
  });

  it("fail if a child of it keeps its output open", async () => {
    const pidFile = join(folder, "pid");
    const child = `require("fs").writeFileSync(${JSON.stringify(pidFile)}, String(process.pid)); setInterval(() => {}, 1000)`;
    const script = `require("child_process").spawn(process.execPath, ["-e", ${JSON.stringify(child)}], { stdio: "inherit" }).unref()`;
    await assert.rejects(runExecPlugin(plugin(script), 1_500), /was stopped/);
    const pid = await eventually("the child runs", () => existsSync(pidFile) && Number(readFileSync(pidFile, "utf8")));
    process.kill(pid, "SIGKILL");
  });

  it("are named in the message of the request that needed them", async () => {
    const exec = { apiVersion, command: "no-such-plugin" };
    const content = kubeconfigFor("http://127.0.0.1:1", { exec });
    const store = openKubernetesStore(await openConnection({ content, allowExec: true, env: {} }));
    await assert.rejects(store.get(kind, key), {
      reason: "Unavailable",
      message:
        /^Cannot get IPPool default\/pool1 on 127\.0\.0\.1:1: the exec plugin no-such-plugin of user tester could not be started/,
    });
    await store.close();
  });

  describe("are kept", () => {
    function counted(...given: Partial<ExecCredential>[]) {
      let runs = 0;
      const time = { now: 0 };
      const run = async (): Promise<ExecCredential> => ({
        token: undefined,
        certificate: undefined,
        key: undefined,
        expiresAt: undefined,
        ...given[runs++],
      });
      return { time, runs: () => runs, credentials: execCredentials(plugin(""), () => time.now, run) };
    }

    it("until a server refuses them, if they have no expiry; one run serves all waiting requests", async () => {
      const { credentials, runs } = counted({ token: "a" }, { token: "b" });
      const all = await Promise.all([1, 2, 3].map(() => credentials.current()));
      assert.deepEqual(
        all.map(({ headers }) => headers.authorization),
        Array(3).fill("Bearer a"),
      );
      assert.equal(runs(), 1);
      assert.equal(credentials.renew(all[0]!), true);
      assert.equal((await credentials.current()).headers.authorization, "Bearer b");
      credentials.renew(all[1]!); // an answer to an old request: what is new stays
      assert.equal((await credentials.current()).headers.authorization, "Bearer b");
      assert.equal(runs(), 2);
    });

    it("until shortly before they expire", async () => {
      const { credentials, time, runs } = counted({ token: "a", expiresAt: 60_000 }, { token: "b" });
      await credentials.current();
      time.now = 49_000;
      assert.equal((await credentials.current()).headers.authorization, "Bearer a");
      time.now = 50_000;
      assert.equal((await credentials.current()).headers.authorization, "Bearer b");
      assert.equal(runs(), 2);
    });

    it("except if the plugin failed: the next request tries again", async () => {
      let runs = 0;
      const credentials = execCredentials(plugin(""), Date.now, async () => {
        if (++runs === 1) throw new Error("not logged in");
        return { token: "t", certificate: undefined, key: undefined, expiresAt: undefined };
      });
      await assert.rejects(credentials.current(), /not logged in/);
      assert.equal((await credentials.current()).headers.authorization, "Bearer t");
    });
  });

  it("may be a certificate, which gets new connections", async () => {
    const authority = await makeAuthority("plugin");
    const [pair, first, second] = await Promise.all([
      authority.issue({ name: "server", hosts: ["127.0.0.1"] }),
      authority.issue({ name: "first" }),
      authority.issue({ name: "second" }),
    ]);
    const names: string[] = [];
    const as =
      (step: Step): Step =>
      (response, request) => {
        names.push(String((response.socket as TLSSocket).getPeerCertificate().subject.CN));
        step(response, request);
      };
    const steps = [as(refuse(401, "Unauthorized", "Unauthorized")), as(answer(200, storedPool(1)))];
    const tls = {
      cert: pair.certificate,
      key: pair.key,
      requestCert: true,
      rejectUnauthorized: false,
      ca: authority.certificate,
    };
    const server = await scriptedServer(steps, tls);
    const file = join(folder, "count");
    const statuses = [first, second].map(({ certificate, key }) => ({
      clientCertificateData: certificate,
      clientKeyData: key,
    }));
    const script = `
      const fs = require("fs"), n = fs.existsSync(${JSON.stringify(file)}) ? 1 : 0;
      fs.writeFileSync(${JSON.stringify(file)}, "");
      console.log(JSON.stringify({ kind: "ExecCredential", status: ${JSON.stringify(statuses)}[n] }))`;
    const ca = Buffer.from(authority.certificate).toString("base64");
    const exec = { apiVersion, command: process.execPath, args: ["-e", script] };
    const content = kubeconfigFor(server.url, { exec }, { "certificate-authority-data": ca });
    const store = openKubernetesStore(await openConnection({ content, allowExec: true, env: process.env }));
    assert.equal((await store.get(kind, key))?.metadata.uid, "uid-1");
    assert.deepEqual(names, ["first", "second"]);
    await store.close();
    await server.close();
  });

  it("are not requested from a person at a terminal", async () => {
    const exec = { apiVersion, command: "login", interactiveMode: "Always" };
    const content = kubeconfigFor("https://a.example", { exec });
    await assert.rejects(
      openConnection({ content, allowExec: true, env: {} }),
      /needs a terminal \(interactiveMode\), and there is none\.$/,
    );
  });
});

describe("other credentials", () => {
  const scripted = useScripted();
  const sent = async (user: object) => {
    const { store, server } = await scripted([answer(200, storedPool(1))], user);
    await store.get(kind, key);
    return server.seen[0]?.headers.authorization;
  };
  const open = (user: object) => openConnection({ content: kubeconfigFor("https://a.example", user), env: {} });

  it("are a token, in preference to anything else", async () => {
    assert.equal(await sent({ token: " t\n", username: "me", password: "p" }), "Bearer t");
  });

  it("are none", async () => {
    assert.equal(await sent({}), undefined);
  });

  it("are never quoted, even if they cannot be sent", async () => {
    await assert.rejects(open({ token: `${SECRET} é` }), (error: Error) => !error.message.includes(SECRET));
  });

  const UNSUPPORTED: Readonly<Record<string, [user: object, login: string]>> = {
    "a name and a password": [{ username: "me", password: SECRET }, "username and password"],
    "a password alone": [{ password: SECRET }, "username and password"],
    "kubectl's old OIDC login": [
      { "auth-provider": { name: "oidc", config: { "id-token": SECRET, "refresh-token": SECRET } } },
      "auth-provider oidc",
    ],
    "another auth-provider's": [
      { "auth-provider": { name: "gcp", config: { "cmd-path": "/bin/sh" } } },
      "auth-provider gcp",
    ],
  };
  for (const [name, [user, login]] of Object.entries(UNSUPPORTED)) {
    it(`are not ${name}`, async () => {
      await assert.rejects(open(user), {
        message: `User tester logs in with ${login}, which is not supported. Use a token, a client certificate or an exec plugin.`,
      });
    });
  }
});
