import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import type { Stored, StoreError, Watch, Watcher } from "../../../provider/store/store";
import { ManualTiming } from "./manual-timing";
import { answer, hangUp, refuse, reset, type Step } from "./scripted-server";
import { poolKind as kind, poolsPath, type Scripted, useScripted } from "./scripted-store";

const pool = (name: string, version = 1) => ({
  metadata: { name, namespace: "default", uid: `uid-${name}`, resourceVersion: String(version) },
});

const listed = (version: number, ...names: string[]): Step =>
  answer(200, { metadata: { resourceVersion: String(version) }, items: names.map((name) => pool(name)) });

/** A watch that tells these events and stays open, or `then` ends. */
function streamed(events: readonly object[], then: (response: ServerResponse) => void = () => undefined): Step {
  return (response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.flushHeaders();
    for (const event of events) response.write(`${JSON.stringify(event)}\n`);
    setImmediate(() => then(response));
  };
}

const event = (type: string, name: string, version: number) => ({ type, object: pool(name, version) });
const bookmark = (version: number) => ({
  type: "BOOKMARK",
  object: { metadata: { resourceVersion: String(version) } },
});
const expired = { type: "ERROR", object: { kind: "Status", code: 410, reason: "Expired", message: "too old" } };
const end = (response: ServerResponse) => response.end();

/** Turns of the event loop, until it is so. No time passes but that of the sockets. */
async function until(condition: () => boolean): Promise<void> {
  for (let turn = 0; !condition(); turn++) {
    if (turn > 20_000) assert.fail(`not so after ${turn} turns: ${condition}`);
    await new Promise(setImmediate);
  }
}

class Recorder implements Watcher {
  readonly told: string[] = [];
  latest: Stored | undefined;
  error: StoreError | undefined;
  seen(object: Stored) {
    const { metadata } = object;
    this.latest = object;
    this.told.push(`${metadata.name}@${metadata.resourceVersion}`);
  }
  gone({ namespace, name }: { namespace?: string | undefined; name: string }) {
    this.told.push(`gone ${namespace}/${name}`);
  }
  failed(error: StoreError) {
    this.error = error;
  }
}

describe("kubernetes store: a watch", () => {
  const scripted = useScripted();
  const watches: Watch[] = [];
  afterEach(() => {
    for (const watch of watches.splice(0)) watch.close();
  });

  const start = ({ store }: Scripted): Recorder => {
    const recorder = new Recorder();
    watches.push(store.apiServer.watch(kind, "default", recorder));
    return recorder;
  };

  /** The version from which each watch asked to start. */
  const from = ({ server }: Scripted) =>
    server.seen.flatMap(({ query }) => (query.has("watch") ? [query.get("resourceVersion")] : []));

  it("reports each object, and then each change", async () => {
    const events = [event("ADDED", "c", 6), event("MODIFIED", "a", 7), event("DELETED", "b", 8)];
    const world = await scripted([listed(5, "a", "b"), streamed(events)]);
    const recorder = start(world);
    await until(() => recorder.told.length === 5);
    assert.deepEqual(recorder.told, ["a@1", "b@1", "c@6", "a@7", "gone default/b"]);
    const { path, query } = world.server.seen[1]!;
    assert.deepEqual([path, query.get("allowWatchBookmarks")], [poolsPath, "true"]);
    assert.ok(Number(query.get("timeoutSeconds")) >= 240 && Number(query.get("timeoutSeconds")) <= 480);
  });

  it("reads events that come in pieces, in the middle of a character", async () => {
    const text = `${JSON.stringify({ type: "ADDED", object: { ...pool("c", 6), note: "é" } })}\n`;
    const bytes = Buffer.from(text);
    const cut = bytes.indexOf(0xc3) + 1;
    let response: ServerResponse | undefined;
    const hold = (open: ServerResponse) => {
      response = open;
    };
    const world = await scripted([listed(5), streamed([], hold)]);
    const recorder = start(world);
    await until(() => response !== undefined && world.timing.latestAlarmMs === 90_000);
    const alarms = world.timing.alarmsSet;
    response?.write(bytes.subarray(0, cut));
    await until(() => world.timing.alarmsSet > alarms); // the first piece is read
    response?.write(bytes.subarray(cut));
    await until(() => recorder.told.length === 1);
    assert.equal(recorder.latest?.note, "é");
  });

  const endings: Record<string, (response: ServerResponse) => void> = {
    "the server ends it": end,
    "the connection is reset": (response) => response.socket?.resetAndDestroy(),
    "the connection ends in the middle of an event": (response) =>
      response.write('{"type":"ADD', () => response.socket?.end()),
  };
  for (const [how, then] of Object.entries(endings)) {
    it(`continues where it was when ${how}`, async () => {
      const world = await scripted([
        listed(5, "a"),
        streamed([event("ADDED", "b", 6)], then),
        streamed([bookmark(9)], end),
        streamed([event("ADDED", "c", 10)]),
      ]);
      const recorder = start(world);
      await until(() => recorder.told.length === 3);
      assert.deepEqual(recorder.told, ["a@1", "b@6", "c@10"]);
      assert.deepEqual(from(world), ["5", "6", "9"]);
      assert.equal(recorder.error, undefined);
    });
  }

  it("treats silence as a broken connection: bookmarks come every minute", async () => {
    const timing = new ManualTiming();
    const world = await scripted([listed(5), streamed([bookmark(7)]), streamed([event("ADDED", "b", 8)])], {}, timing);
    const recorder = start(world);
    await until(() => timing.latestAlarmMs === 90_000 && world.server.seen.length === 2);
    assert.equal(timing.ring(), 90_000);
    await until(() => recorder.told.length === 1);
    assert.equal(recorder.error, undefined);
  });

  for (const [how, forgotten] of [
    ["an event says", streamed([expired])],
    ["the answer says", refuse(410, "Expired", "too old resource version")],
  ] as const) {
    it(`lists again when ${how} that its version is too old, and reports objects that are gone`, async () => {
      const world = await scripted([
        listed(5, "a", "b"),
        forgotten,
        listed(9, "b"),
        streamed([event("ADDED", "c", 10)]),
      ]);
      const recorder = start(world);
      await until(() => recorder.told.length === 5);
      assert.deepEqual(recorder.told, ["a@1", "b@1", "b@1", "gone default/a", "c@10"]);
      assert.equal(from(world).at(-1), "9");
    });
  }

  it("reconnects slowly to a server that always ends it at once", async () => {
    const timing = new ManualTiming();
    const steps = [
      ...Array(10).fill(streamed([], end)),
      streamed([event("ADDED", "b", 8)], end),
      streamed([bookmark(9)]),
    ];
    const world = await scripted([listed(5), ...steps], {}, timing);
    const recorder = start(world);
    await until(() => world.server.seen.length === 13);
    assert.deepEqual(recorder.told, ["b@8"]);
    // The first event resets the delay.
    assert.deepEqual(timing.slept, [49, 99, 199, 399, 799, 1599, 3199, 4999, 4999, 4999, 49]);
  });

  it("waits as long as a busy server asks", async () => {
    const busy = answer(429, "", { "retry-after": "3" });
    const world = await scripted([listed(5), busy, streamed([event("ADDED", "b", 8)])]);
    const recorder = start(world);
    await until(() => recorder.told.length === 1);
    assert.deepEqual(world.timing.slept, [3000, 49]);
  });

  const final: Record<string, readonly Step[]> = {
    Forbidden: [refuse(403, "Forbidden", "you may not")],
    NotInstalled: [answer(404, "404 page not found"), answer(404, "404 page not found")],
  };
  for (const [reason, steps] of Object.entries(final)) {
    it(`fails with ${reason}, at once`, async () => {
      const world = await scripted([...steps]);
      const recorder = start(world);
      await until(() => recorder.error !== undefined);
      assert.equal(recorder.error?.reason, reason);
      assert.equal(world.server.seen.length, steps.length);
      const later = await scripted([listed(5), ...steps.slice(0, 1)]);
      const after = start(later);
      await until(() => after.error !== undefined);
      assert.equal(after.error?.reason, reason);
    });
  }

  it("fails if there was no sign of the server for 30 s", async () => {
    const world = await scripted([listed(5), ...Array(200).fill(reset)]);
    const recorder = start(world);
    await until(() => recorder.error !== undefined);
    assert.equal(recorder.error?.reason, "Unavailable");
    assert.ok(world.timing.elapsedMs >= 30_000 && world.timing.elapsedMs < 40_000, `${world.timing.elapsedMs}`);
  });

  it("survives a shorter outage", async () => {
    const world = await scripted([listed(5), ...Array(8).fill(hangUp), streamed([event("ADDED", "b", 8)])]);
    const recorder = start(world);
    await until(() => recorder.told.length === 1);
    assert.equal(recorder.error, undefined);
  });

  it("reports nothing after it was closed, and closes the connection", async () => {
    let response: ServerResponse | undefined;
    const world = await scripted([
      listed(5, "a"),
      streamed([], (open) => {
        response = open;
      }),
    ]);
    const recorder = start(world);
    await until(() => response !== undefined);
    watches[0]?.close();
    response?.write(`${JSON.stringify(event("ADDED", "b", 6))}\n`);
    await until(() => response?.destroyed === true);
    assert.deepEqual(recorder.told, ["a@1"]);
    assert.equal(recorder.error, undefined);
  });

  it("ends with its store", async () => {
    const world = await scripted([listed(5, "a"), streamed([])]);
    const recorder = start(world);
    await until(() => world.server.seen.length === 2);
    await world.store.close();
    await new Promise(setImmediate);
    assert.equal(recorder.error, undefined);
  });
});
