import assert from "node:assert/strict";
import type { MergePatch, Store, StoreErrorReason } from "../../../provider/store/store";
import { rejects } from "../contract";
import { poolManifest } from "../manifests";
import { ManualTiming } from "./manual-timing";
import { answer, breakOff, hangUp, refuse, reset, type Step } from "./scripted-server";
import {
  poolKey as key,
  poolKind as kind,
  poolPath,
  poolsPath,
  storedPool,
  UNIQUE,
  useScripted,
} from "./scripted-store";

const marked = (token: string) => ({ metadata: { annotations: { [UNIQUE]: token } } });
const pool = poolManifest("pool1", "default", { [UNIQUE]: "mine" });

const GET = `GET ${poolPath}`;
const POST = `POST ${poolsPath}`;
const PATCH = `PATCH ${poolPath}`;
const DELETE = `DELETE ${poolPath}`;

const missing = refuse(404, "NotFound", 'ippools "pool1" not found', { name: "pool1", kind: "ippools" });
const taken = refuse(409, "AlreadyExists", "it is there", { name: "pool1" });
const conflict = refuse(409, "Conflict", "the object has been modified");
const there = (version: number, change: MergePatch = {}, uid?: string) => answer(200, storedPool(version, change, uid));

/** All the ways in which the answer to a write may be lost. */
const lost: Record<string, Step> = {
  "a reset": reset,
  "an end without an answer": hangUp,
  "half an answer": breakOff,
  "500": refuse(500, "InternalError", "etcdserver: request timed out"),
  "502": answer(502, "<html>"),
  "503 without Retry-After": answer(503, ""),
  "504": refuse(504, "Timeout", "request did not complete within requested timeout"),
};

interface Row {
  readonly it: string;
  /** After the write whose answer is lost. */
  readonly after: readonly Step[];
  readonly sends: readonly string[];
  readonly throws?: StoreErrorReason;
}

describe("kubernetes store: a write whose answer is lost", () => {
  const scripted = useScripted();

  async function check({ after, sends, throws }: Row, verb: (store: Store) => Promise<unknown>, first: Step = reset) {
    const { store, server } = await scripted([first, ...after]);
    if (throws === undefined) await verb(store);
    else await rejects(throws, verb(store));
    assert.deepEqual(server.lines(), sends);
  }

  describe("create", () => {
    const create = (store: Store) => store.create(kind, pool);
    const rows: Row[] = [
      { it: "not done: is sent again", after: [missing, there(1)], sends: [POST, GET, POST] },
      { it: "done: the object has our unique value", after: [there(1, marked("mine"))], sends: [POST, GET] },
      {
        it: "another writer's, with the same content except for the unique value",
        after: [there(1, marked("theirs"))],
        sends: [POST, GET],
        throws: "AlreadyExists",
      },
      {
        it: "done after we had looked: the second request is refused because of our first",
        after: [missing, taken, there(1, marked("mine"))],
        sends: [POST, GET, POST, GET],
      },
      {
        it: "another writer's, after we had looked",
        after: [missing, taken, there(1, marked("theirs"))],
        sends: [POST, GET, POST, GET],
        throws: "AlreadyExists",
      },
      {
        it: "lost twice",
        after: [missing, hangUp, missing, there(1)],
        sends: [POST, GET, POST, GET, POST],
      },
      {
        it: "not done, and then refused",
        after: [missing, refuse(422, "Invalid", "spec.pools: Required")],
        sends: [POST, GET, POST],
        throws: "Invalid",
      },
    ];
    for (const row of rows) it(row.it, () => check(row, create));
    for (const [how, step] of Object.entries(lost)) {
      it(`by ${how}`, () => check({ it: how, after: [missing, there(1)], sends: [POST, GET, POST] }, create, step));
    }

    it("is another writer's if it has no unique value: two stacks may declare the same pool", async () => {
      const { store } = await scripted([reset, there(1)]);
      await rejects("AlreadyExists", store.create(kind, poolManifest("pool1")));
    });

    it("by a timeout, later than the server's own", async () => {
      const timing = new ManualTiming();
      let delayMs = 0;
      const ring: Step = () => {
        delayMs = timing.ring();
      };
      const { store, server } = await scripted([ring, there(1, marked("mine"))], {}, timing);
      await create(store);
      assert.deepEqual([server.seen[0]?.query.get("timeout"), delayMs], ["10s", 12_000]);
    });

    it("for ever: the message says that the outcome is not known", async () => {
      const failing = refuse(500, "InternalError", 'failed calling webhook "x": connection refused');
      const { store } = await scripted(Array(100).fill([failing, missing]).flat());
      await assert.rejects(create(store), {
        reason: "Unavailable",
        message:
          /^Cannot create IPPool default\/pool1 on 127\S+: the API server answered 500: failed calling webhook .*\. Gave up after 30 s\. The write may have been done\. Look at the object\.$/,
      });
    });
  });

  describe("patch with a resourceVersion", () => {
    const patch = (store: Store) => store.patch(kind, key, marked("new"), { resourceVersion: "5" });
    const rows: Row[] = [
      { it: "not done: is sent again", after: [there(5), there(6, marked("new"))], sends: [PATCH, GET, PATCH] },
      { it: "done: another version, with our values", after: [there(6, marked("new"))], sends: [PATCH, GET] },
      {
        it: "done, and another writer has added something since",
        after: [there(7, { metadata: { annotations: { [UNIQUE]: "new", more: "1" } } })],
        sends: [PATCH, GET],
      },
      { it: "another was faster", after: [there(6, marked("theirs"))], sends: [PATCH, GET], throws: "Conflict" },
      { it: "the object is gone", after: [missing], sends: [PATCH, GET], throws: "NotFound" },
      {
        it: "done after we had looked",
        after: [there(5), conflict, there(6, marked("new"))],
        sends: [PATCH, GET, PATCH, GET],
      },
      {
        it: "another was faster, after we had looked",
        after: [there(5), conflict, there(6)],
        sends: [PATCH, GET, PATCH, GET],
        throws: "Conflict",
      },
    ];
    for (const row of rows) it(row.it, () => check(row, patch));
    for (const [how, step] of Object.entries(lost)) {
      it(`by ${how}`, () => check({ it: how, after: [there(6, marked("new"))], sends: [PATCH, GET] }, patch, step));
    }
  });

  describe("patch", () => {
    it("without a condition is sent again", () =>
      check({ it: "", after: [there(9), there(10, marked("new"))], sends: [PATCH, GET, PATCH] }, (store) =>
        store.patch(kind, key, marked("new")),
      ));

    it("that removes a member was done if the member is gone", () =>
      check({ it: "", after: [there(9)], sends: [PATCH, GET] }, (store) =>
        store.patch(kind, key, { metadata: { annotations: { old: null } } }, { resourceVersion: "8" }),
      ));

    it("that removes a member was not done if the member is still there", () => {
      const after = [there(9, { metadata: { annotations: { old: "1" } } })];
      return check({ it: "", after, sends: [PATCH, GET], throws: "Conflict" }, (store) =>
        store.patch(kind, key, { metadata: { annotations: { old: null } } }, { resourceVersion: "8" }),
      );
    });

    it("of an earlier object is a conflict", () =>
      check({ it: "", after: [there(9, marked("new"), "uid-2")], sends: [PATCH, GET], throws: "Conflict" }, (store) =>
        store.patch(kind, key, marked("new"), { uid: "uid-1" }),
      ));
  });

  describe("remove", () => {
    const remove = (store: Store) => store.remove(kind, key, { uid: "uid-1", resourceVersion: "5" });
    const rows: Row[] = [
      { it: "not done: is sent again", after: [there(5), answer(200, {})], sends: [DELETE, GET, DELETE] },
      { it: "done: it is gone", after: [missing], sends: [DELETE, GET] },
      { it: "done: the name has a new object", after: [there(9, {}, "uid-2")], sends: [DELETE, GET] },
      {
        it: "done: finalizers keep it",
        after: [there(6, { metadata: { deletionTimestamp: "2026-01-01T00:00:00Z" } })],
        sends: [DELETE, GET],
      },
      { it: "not done, and it has changed", after: [there(6)], sends: [DELETE, GET], throws: "Conflict" },
      { it: "done after we had looked", after: [there(5), missing, missing], sends: [DELETE, GET, DELETE, GET] },
    ];
    for (const row of rows) it(row.it, () => check(row, remove));
    for (const [how, step] of Object.entries(lost)) {
      it(`by ${how}`, () => check({ it: how, after: [missing], sends: [DELETE, GET] }, remove, step));
    }
  });
});

describe("kubernetes store: a write", () => {
  const scripted = useScripted();

  it("is sent again, without a look, if the server has not acted on it", async () => {
    const busy = answer(429, "", { "retry-after": "1" });
    const starting = answer(503, "", { "retry-after": "2" });
    const { store, server, timing } = await scripted([busy, starting, there(1)]);
    await store.create(kind, pool);
    assert.deepEqual(server.lines(), [POST, POST, POST]);
    assert.deepEqual(timing.slept, [1049, 2099]);
  });

  it("is not sent again after a refusal", async () => {
    for (const refused of [taken, refuse(403, "Forbidden", "no"), refuse(422, "Invalid", "no")]) {
      const { store, server } = await scripted([refused]);
      await assert.rejects(store.create(kind, pool));
      assert.deepEqual(server.lines(), [POST]);
    }
  });

  it("names its writer, and leaves out metadata that only the server sets", async () => {
    const { store, server } = await scripted([there(1)]);
    const stale = { ...pool, metadata: { ...pool.metadata, uid: "u", resourceVersion: "9", generation: 3 } };
    await store.create(kind, stale);
    const { query, body } = server.seen[0]!;
    assert.equal(query.get("fieldManager"), "pulumi-metal3-ipam");
    assert.deepEqual(JSON.parse(body), pool);
  });

  it("sends a patch's preconditions where an API server looks for them", async () => {
    const { store, server } = await scripted([there(1)]);
    await store.patch(kind, key, { kind: "IPPool", metadata: { name: "pool1" } }, { uid: "u", resourceVersion: "5" });
    assert.equal(server.seen[0]?.headers["content-type"], "application/merge-patch+json");
    assert.deepEqual(JSON.parse(server.seen[0]?.body ?? ""), { metadata: { uid: "u", resourceVersion: "5" } });
  });

  it("creates again if two requests counted a quota at once: a create has no version that could conflict", async () => {
    const quota = refuse(409, "Conflict", 'Operation cannot be fulfilled on resourcequotas "q"');
    const { store, server } = await scripted([quota, there(1)]);
    await store.create(kind, pool);
    assert.deepEqual(server.lines(), [POST, POST]);
  });

  it("patches again if the server itself has lost races, but not against a precondition", async () => {
    const { store, server } = await scripted([conflict, conflict, there(3), conflict]);
    await store.patch(kind, key, marked("new"));
    await rejects("Conflict", store.patch(kind, key, marked("new"), { resourceVersion: "5" }));
    assert.deepEqual(server.lines(), Array(4).fill(PATCH));
  });

  it("with a resourceVersion of another backend is a conflict: an API server answers 500 to it", async () => {
    const { store, server } = await scripted([]);
    await rejects("Conflict", store.patch(kind, key, marked("new"), { resourceVersion: "v7" }));
    assert.deepEqual(server.lines(), []);
  });

  it("removes only the object that it has seen: a later one may be another writer's", async () => {
    const gone = answer(200, { kind: "Status", status: "Success" });
    const { store, server } = await scripted([there(5), gone]);
    await store.remove(kind, key);
    assert.deepEqual(server.lines(), [GET, DELETE]);
    const { preconditions, propagationPolicy } = JSON.parse(server.seen[1]?.body ?? "");
    assert.deepEqual([preconditions, propagationPolicy], [{ uid: "uid-1" }, "Background"]);
  });

  it("removes the current object, even if it was created again meanwhile", async () => {
    const gone = answer(200, { kind: "Status", status: "Success" });
    const { store, server } = await scripted([there(5), conflict, there(9, {}, "uid-2"), gone]);
    await store.remove(kind, key);
    assert.deepEqual(server.lines(), [GET, DELETE, GET, DELETE]);
  });
});
