import assert from "node:assert/strict";
import { createServer as createProxy } from "node:http";
import type { ServerOptions } from "node:https";
import { type AddressInfo, connect } from "node:net";
import type { TLSSocket } from "node:tls";
import { openKubernetesStore } from "../../../provider/store/kubernetes/kubernetes-store";
import { type Authority, type KeyPair, makeAuthority } from "../../testbed/cluster/certificates";
import { openConnection } from "./connected";
import { ManualTiming } from "./manual-timing";
import { kubeconfigFor } from "./opened";
import { answer, type ScriptedServer, type Step, scriptedServer } from "./scripted-server";
import { poolKey as key, poolKind as kind, storedPool } from "./scripted-store";

const base64 = (text: string) => Buffer.from(text).toString("base64");
const found = answer(200, storedPool(1));

describe("kubernetes store: TLS", () => {
  let authority: Authority;
  let other: Authority;
  let pair: KeyPair;
  let server: ScriptedServer;
  let timing: ManualTiming;

  before(async () => {
    [authority, other] = await Promise.all([makeAuthority("right"), makeAuthority("wrong")]);
    pair = await authority.issue({ name: "server", hosts: ["127.0.0.1"] });
  });
  beforeEach(() => {
    timing = new ManualTiming();
  });
  afterEach(() => server.close());

  const serve = async ({ certificate, key }: KeyPair, more: ServerOptions = {}, step: Step = found) => {
    server = await scriptedServer([step], { cert: certificate, key, ...more });
  };

  /** One get; the warnings of the connection. */
  async function get(cluster: object, user: object = { token: "secret-token" }): Promise<readonly string[]> {
    const connection = await openConnection({ content: kubeconfigFor(server.url, user, cluster), env: {} });
    const store = openKubernetesStore(connection, { timing });
    try {
      assert.equal((await store.get(kind, key))?.metadata.uid, "uid-1");
    } finally {
      await store.close();
    }
    return connection.warnings;
  }

  const trusting = ({ certificate }: Authority) => ({ "certificate-authority-data": base64(certificate) });

  /** Not connected to, not tried again, and no credential was sent. */
  async function isNotTrusted(cluster: object, why: RegExp): Promise<void> {
    await assert.rejects(get(cluster), { reason: "Unavailable", message: why });
    assert.deepEqual([server.seen.length, timing.slept.length], [0, 0]);
  }

  it("accepts a certificate of the kubeconfig's authority", async () => {
    await serve(pair);
    assert.deepEqual(await get(trusting(authority)), []);
  });

  it("refuses another authority's certificate", async () => {
    await serve(pair);
    await isNotTrusted(trusting(other), /the API server's certificate is not signed by the CA of the kubeconfig\./);
  });

  it("refuses one of an unknown authority, if the kubeconfig names none", async () => {
    await serve(pair);
    await isNotTrusted({}, /certificate is not signed by the CA/);
  });

  it("ignores NODE_TLS_REJECT_UNAUTHORIZED", async () => {
    await serve(pair);
    const before = process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
    try {
      await isNotTrusted(trusting(other), /not signed by the CA/);
    } finally {
      if (before === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
      else process.env.NODE_TLS_REJECT_UNAUTHORIZED = before;
    }
  });

  it("refuses one that has expired", async () => {
    await serve(
      await authority.issue({ name: "server", hosts: ["127.0.0.1"], expires: new Date(Date.now() - 60_000) }),
    );
    await isNotTrusted(trusting(authority), /the API server's certificate, or its CA's, has expired\./);
  });

  it("refuses one for another name, except for the name in tls-server-name", async () => {
    const named = await authority.issue({ name: "server", hosts: ["kubernetes.example"] });
    await serve(named);
    await isNotTrusted(
      trusting(authority),
      /the API server's certificate is for another name\. .* `tls-server-name`\.$/,
    );
    await get({ ...trusting(authority), "tls-server-name": "kubernetes.example" });
  });

  it("refuses a server without TLS", async () => {
    server = await scriptedServer([found]);
    const content = kubeconfigFor(server.url.replace("http:", "https:"), { token: "secret-token" });
    const store = openKubernetesStore(await openConnection({ content, env: {} }), { timing });
    await assert.rejects(store.get(kind, key), { reason: "Unavailable", message: /TLS failed \(ERR_SSL_/ });
    await store.close();
  });

  it("checks nothing with insecure-skip-tls-verify, and warns", async () => {
    await serve(pair);
    const [warning] = await get({ "insecure-skip-tls-verify": true });
    assert.match(warning ?? "", /^Cluster bed has insecure-skip-tls-verify, so its certificate is not checked\. /);
    const both = { ...trusting(authority), "insecure-skip-tls-verify": true };
    await assert.rejects(
      get(both),
      /certificate-authority and insecure-skip-tls-verify of cluster bed exclude each other/,
    );
  });

  it("shows a client certificate, and warns of one that has expired", async () => {
    const seen: string[] = [];
    const note: Step = (response, request) => {
      seen.push(String((response.socket as TLSSocket).getPeerCertificate().subject.CN));
      found(response, request);
    };
    await serve(pair, { requestCert: true, rejectUnauthorized: false, ca: authority.certificate }, note);
    const erin = await authority.issue({ name: "erin" });
    const user = (of: KeyPair) => ({
      "client-certificate-data": base64(of.certificate),
      "client-key-data": base64(of.key),
    });
    assert.deepEqual(await get(trusting(authority), user(erin)), []);
    assert.deepEqual(seen, ["erin"]);
    server.next(found);
    const old = await authority.issue({ name: "old", expires: new Date(Date.now() - 60_000) });
    const [warning] = await get(trusting(authority), user(old));
    assert.match(warning ?? "", /^The client certificate of user tester expired at 20\d\d-/);
  });

  describe("refuses a text that is not a certificate, and does not quote it", () => {
    const refused = (cluster: object, user: object, why: RegExp) => {
      const content = kubeconfigFor("https://127.0.0.1:1", user, cluster);
      return assert.rejects(openConnection({ content, env: {} }), ({ message }: Error) => {
        assert.match(message, why);
        return !message.includes("-----") && !message.includes("c2Vjc");
      });
    };
    beforeEach(async () => {
      server = await scriptedServer();
    });

    it("an authority", () =>
      refused(
        { "certificate-authority-data": base64("secret") },
        {},
        /^certificate-authority of cluster bed holds no PEM certificate\.$/,
      ));

    it("a client's certificate without its key", () =>
      refused({}, { "client-certificate-data": base64(pair.certificate) }, /belong together\. One is missing\.$/));

    it("a client's certificate with another's key", async () => {
      const { key } = await other.issue({ name: "x" });
      const user = { "client-certificate-data": base64(pair.certificate), "client-key-data": base64(key) };
      await refused({}, user, /of user tester must be a PEM certificate and its key without a password\.$/);
    });
  });

  it("goes through a proxy, end to end", async () => {
    await serve(pair);
    const asked: string[] = [];
    const proxy = createProxy().on("connect", (request, client) => {
      asked.push(String(request.url));
      const upstream = connect(Number(new URL(server.url).port), "127.0.0.1", () => {
        client.write("HTTP/1.1 200 Connection established\r\n\r\n");
        upstream.pipe(client).pipe(upstream);
      });
      for (const socket of [client, upstream]) socket.on("error", () => undefined);
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    await get({ ...trusting(authority), "proxy-url": url });
    assert.deepEqual(asked, [new URL(server.url).host]);
    await new Promise((resolve) => proxy.close(resolve));
  });

  it("names a proxy that is down or refuses, without its password", async () => {
    await serve(pair);
    const port = new URL(server.url).port;
    await assert.rejects(get({ "proxy-url": "http://me:secret@127.0.0.1:1" }), {
      message: new RegExp(` on 127.0.0.1:${port}: the proxy 127.0.0.1:1 did not answer .ECONNREFUSED.`),
    });
    const proxy = createProxy().on("connect", (_request, client) => client.end("HTTP/1.1 407 No\r\n\r\n"));
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    const host = `127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    await assert.rejects(get({ "proxy-url": `http://${host}` }), {
      message: new RegExp(`the proxy ${host} answered 407\\.$`),
    });
    await new Promise((resolve) => proxy.close(resolve));
  });
});
