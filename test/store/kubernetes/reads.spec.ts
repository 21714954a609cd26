import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openKubernetesStore } from "../../../provider/store/kubernetes/kubernetes-store";
import { isStoreError, StoreError } from "../../../provider/store/store";
import { openConnection } from "./connected";
import { ManualTiming } from "./manual-timing";
import { kubeconfigFor } from "./opened";
import {
  answer,
  breakOff,
  hangUp,
  refuse,
  reset,
  type ScriptedServer,
  type Step,
  scriptedServer,
} from "./scripted-server";
import { poolKey as key, poolKind as kind, poolPath, poolsPath, storedPool, useScripted } from "./scripted-store";

const found = answer(200, storedPool(1));
const busy = (headers = {}) => answer(503, { kind: "Status", message: "starting" }, headers);

describe("kubernetes store: reads", () => {
  const scripted = useScripted();

  describe("are repeated after", () => {
    const passing: Record<string, Step> = {
      "a connection that is reset": reset,
      "a connection that ends without an answer": hangUp,
      "half an answer": breakOff,
      "429": answer(429, ""),
      "500": answer(500, { message: "etcdserver: leader changed" }),
      "502 of a load balancer": answer(502, "<html>Bad gateway</html>"),
      "503": busy(),
      "504": answer(504, ""),
    };
    for (const [what, step] of Object.entries(passing)) {
      it(what, async () => {
        const { store, server } = await scripted([step, step, found]);
        assert.equal((await store.get(kind, key))?.metadata.uid, "uid-1");
        assert.deepEqual(server.lines(), Array(3).fill(`GET ${poolPath}`));
      });
    }

    it("a missing answer, and an answer whose body does not end", async () => {
      const timing = new ManualTiming();
      const ring: Step = () => timing.ring();
      const ringInBody: Step = (response) => {
        response.writeHead(200, { "content-length": "1000" });
        response.write("{");
        setImmediate(() => timing.ring());
      };
      const { store, server } = await scripted([ring, ringInBody, found], {}, timing);
      assert.equal((await store.get(kind, key))?.metadata.uid, "uid-1");
      assert.equal(server.seen.length, 3);
      assert.ok(timing.elapsedMs >= 24_000 && timing.elapsedMs < 25_000, `${timing.elapsedMs}`); // 12 s each
    });

    it("a server that does not listen yet", async () => {
      let later: Promise<ScriptedServer> | undefined;
      const timing = new ManualTiming(0.999999, (times) => {
        if (times === 3) later = scriptedServer([found], undefined, Number(new URL(server.url).port));
        return later;
      });
      const { store, server } = await scripted([], {}, timing);
      await server.close();
      assert.equal((await store.get(kind, key))?.metadata.uid, "uid-1");
      await (await later)?.close();
    });
  });

  describe("wait", () => {
    it("with full jitter, twice as long each time, up to 2 s", async () => {
      const { store, timing } = await scripted([...Array(8).fill(busy()), found]);
      await store.get(kind, key);
      assert.deepEqual(timing.slept, [49, 99, 199, 399, 799, 1599, 1999, 1999]);
      const early = new ManualTiming(0);
      const lucky = await scripted([busy(), busy(), found], {}, early);
      await lucky.store.get(kind, key);
      assert.deepEqual(early.slept, [0, 0]);
    });

    it("as long as Retry-After says, at least", async () => {
      const retryAfter = (step: number) => answer(step, "", { "retry-after": "3" });
      const { store, timing } = await scripted([retryAfter(429), retryAfter(503), retryAfter(500), found]);
      await store.get(kind, key);
      assert.deepEqual(timing.slept, [3049, 3099, 3199]);
    });

    it("for 30 s, and then the message says why", async () => {
      const { store, server, timing } = await scripted(Array(50).fill(busy()));
      await assert.rejects(store.get(kind, key), {
        reason: "Unavailable",
        message: `Cannot get IPPool default/pool1 on ${new URL(server.url).host}: the API server answered 503: starting. Gave up after 30 s.`,
      });
      assert.ok(timing.elapsedMs > 25_000 && timing.elapsedMs <= 30_000, `${timing.elapsedMs}`);
      assert.equal(server.seen.length, timing.slept.length + 1);
    });

    it("not at all if Retry-After is longer than that", async () => {
      const { store, timing } = await scripted([answer(429, "", { "retry-after": "3600" })]);
      await assert.rejects(store.get(kind, key), /answered 429\. It asks to wait for 3600 s\. Gave up after 30 s\.$/);
      assert.deepEqual(timing.slept, []);
    });

    it("once for all: a dead server costs the next call one try, until it answers again", async () => {
      let state = busy();
      const { store, server, timing } = await scripted(Array(100).fill((...of: Parameters<Step>) => state(...of)));
      const triesOf = async (call: Promise<unknown>) => {
        const before = server.seen.length;
        await call;
        return server.seen.length - before;
      };
      assert.ok((await triesOf(assert.rejects(store.get(kind, key)))) > 10);
      timing.elapsedMs += 5_000;
      assert.equal(await triesOf(assert.rejects(store.get(kind, key))), 1);
      state = found;
      await store.get(kind, key);
      state = busy();
      timing.elapsedMs += 60_000;
      assert.ok((await triesOf(assert.rejects(store.get(kind, key)))) > 10);
    });
  });

  describe("are not repeated after", () => {
    it("a redirect, which is not followed, so that credentials go to no other server", async () => {
      const elsewhere = await scriptedServer([found]);
      const { store, server } = await scripted([answer(302, "", { location: `${elsewhere.url}${poolPath}` })], {
        token: "secret-token",
      });
      await assert.rejects(store.get(kind, key), {
        reason: "Unavailable",
        message: /the API server answered 302, a redirect\. Redirects are not followed\.$/,
      });
      assert.deepEqual([server.seen.length, elsewhere.seen.length], [1, 0]);
      await elsewhere.close();
    });

    it("an answer that is not an API server's", async () => {
      for (const step of [answer(200, "<html>Log in</html>"), answer(200, "[]"), answer(200, "3")]) {
        const { store, server } = await scripted([step]);
        await assert.rejects(store.get(kind, key), {
          message: /Check that this is an API server|cannot be read|Malformed|metadata/,
        });
        assert.equal(server.seen.length, 1);
      }
    });

    it("401, and the message has no token", async () => {
      const { store, server } = await scripted([refuse(401, "Unauthorized", "Unauthorized")], {
        token: "secret-token",
      });
      await assert.rejects(store.get(kind, key), (error) => {
        assert.ok(isStoreError(error, "Forbidden"));
        return !error.message.includes("secret-token");
      });
      assert.equal(server.seen[0]?.headers.authorization, "Bearer secret-token");
      assert.equal(server.seen.length, 1);
    });

    it("401 twice, if the token comes from a file: it is read again for each request", async () => {
      const folder = await mkdtemp(join(tmpdir(), "token-"));
      const tokenFile = join(folder, "token");
      await writeFile(tokenFile, "first\n");
      const rotate: Step = async (response, request) => {
        await writeFile(tokenFile, "second\n");
        refuse(401, "Unauthorized", "Unauthorized")(response, request);
      };
      const denied = refuse(401, "Unauthorized", "Unauthorized");
      const { store, server } = await scripted([rotate, found, denied, denied], { tokenFile });
      await store.get(kind, key);
      await assert.rejects(store.get(kind, key), { reason: "Forbidden" });
      const tokens = server.seen.map(({ headers }) => headers.authorization);
      assert.deepEqual(tokens, ["Bearer first", "Bearer second", "Bearer second", "Bearer second"]);
      await rm(tokenFile);
      await assert.rejects(store.get(kind, key), {
        reason: "Unavailable",
        message: /token file .* cannot be read \(ENOENT\)/,
      });
      await rm(folder, { recursive: true });
    });
  });

  describe("in pages", () => {
    const page = (names: string[], next?: string): Step =>
      answer(200, {
        metadata: { resourceVersion: "7", ...(next && { continue: next }) },
        items: names.map((name) => ({
          metadata: { name, namespace: "default", uid: `uid-${name}`, resourceVersion: "1" },
        })),
      });
    const gone = refuse(410, "Expired", "The provided continue parameter is too old");
    const names = (objects: { metadata: { name: string } }[]) => objects.map(({ metadata }) => metadata.name);

    it("are followed to the end, sorted, with apiVersion and kind filled in", async () => {
      const { store, server } = await scripted([page(["c", "b"], "more"), page(["a"])]);
      const listed = await store.list(kind, "default");
      assert.deepEqual(names(listed), ["a", "b", "c"]);
      assert.deepEqual([listed[0]?.apiVersion, listed[0]?.kind], ["ipam.metal3.io/v1alpha1", "IPPool"]);
      const asked = server.seen.map(({ query }) => [query.get("limit"), query.get("continue")]);
      assert.deepEqual(asked, [
        ["500", null],
        ["500", "more"],
      ]);
      assert.deepEqual(server.lines(), Array(2).fill(`GET ${poolsPath}`));
    });

    it("start again when the server no longer has the rest (410): a part is not a list", async () => {
      const { store } = await scripted([page(["a"], "1"), gone, page(["b"], "2"), page(["c"])]);
      assert.deepEqual(names(await store.list(kind, "default")), ["b", "c"]);
    });

    it("are given up when that happens again and again", async () => {
      const { store } = await scripted([...Array(4).fill([page(["a"], "1"), gone])].flat());
      await assert.rejects(store.list(kind, "default"), { reason: "Unavailable", message: /too old/ });
    });

    it("are given up when a server names a page again: the list would never end", async () => {
      const { store, server } = await scripted([page(["a"], "1"), page(["b"], "2"), page(["c"], "1")]);
      await assert.rejects(store.list(kind, "default"), { reason: "Unavailable", message: /the list has no end\.$/ });
      assert.equal(server.seen.length, 3);
    });

    it("return no part of the list when a page fails", async () => {
      const { store } = await scripted([page(["a"], "1"), refuse(403, "Forbidden", "no more for you")]);
      await assert.rejects(store.list(kind, "default"), { reason: "Forbidden" });
    });
  });

  it("have a deadline even if no connection can be made", async () => {
    const silent = createServer((socket) => socket.on("error", () => undefined)).listen(0, "127.0.0.1");
    await once(silent, "listening");
    const timing = new ManualTiming();
    const alarm = timing.alarm.bind(timing);
    timing.alarm = (delayMs) => {
      const signal = alarm(delayMs);
      setImmediate(() => setImmediate(() => timing.ring()));
      return signal;
    };
    const server = `https://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const connection = await openConnection({ content: kubeconfigFor(server), env: {} });
    const store = openKubernetesStore(connection, { timing });
    try {
      await assert.rejects(store.get(kind, key), {
        reason: "Unavailable",
        message: /the API server did not answer within \d+ s\./,
      });
      assert.ok(timing.elapsedMs < 40_000, `${timing.elapsedMs}`);
    } finally {
      await store.close();
      silent.close();
    }
  });

  it("name program and version, and the impersonated user", async () => {
    const { store, server } = await scripted([found], { as: "bob", "as-uid": "7", "as-groups": ["a", "b"] });
    await store.get(kind, key);
    const { headers, query } = server.seen[0]!;
    assert.match(String(headers["user-agent"]), /^pulumi-metal3-ipam\/\d+\.\d+\.\d+/);
    assert.deepEqual([headers["impersonate-user"], headers["impersonate-uid"]], ["bob", "7"]);
    assert.equal(headers["impersonate-group"], "a, b");
    assert.equal(query.get("timeout"), "10s");
  });

  it("fail at once when the store is closed, and so do later ones", async () => {
    const { store } = await scripted([() => void store.close()]);
    await assert.rejects(store.get(kind, key), { reason: "Unavailable", message: /the store was closed/ });
    await assert.rejects(store.get(kind, key), (error) => error instanceof StoreError);
  });
});
