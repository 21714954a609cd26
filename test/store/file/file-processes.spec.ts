import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { IP_ADDRESS, IP_POOL } from "../../../provider/api/metal3/kinds";
import { readManifest, shownPart } from "../../../provider/store/file/file-manifest";
import type { Store } from "../../../provider/store/store";
import { count } from "../../trust/scale";
import { poolManifest } from "../manifests";
import { openFolder } from "./folder";
import type { Report } from "./worker";

const PROCESSES = 8;
/** For each process. */
const WRITES = count(40, 200);
const NAMES = count(40, 100);
const key = { namespace: "default", name: "counter" };

interface Worker {
  readonly child: ChildProcess;
  /** The last `progress`. */
  progress(): number;
  /** Its report at its end. Rejects if it ends in another way. */
  readonly done: Promise<readonly string[] | number>;
}

describe("file store: several processes", () => {
  let directory: string;
  let store: Store;
  let close: () => Promise<void>;
  const children: ChildProcess[] = [];
  beforeEach(async () => {
    ({ directory, store, close } = await openFolder());
    await store.create(IP_POOL, poolManifest("counter", "default", { counter: "0" }));
  });
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
    await close();
  });

  function start(task: string, times = 0): Worker {
    const child = fork(join(__dirname, "worker.ts"), [task, directory, `${times}`], {
      execArgv: ["--import", "tsx"],
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    children.push(child);
    let progress = 0;
    let trouble = "";
    child.stderr!.on("data", (chunk: Buffer) => {
      trouble += chunk.toString();
    });
    const done = new Promise<readonly string[] | number>((resolve, reject) => {
      child.on("message", (report: Report) => {
        if ("done" in report) resolve(report.done);
        else progress = report.progress;
      });
      child.on("close", (code, signal) => reject(new Error(`${task} ended with ${code ?? signal}: ${trouble}`)));
    });
    done.catch(() => undefined);
    return { child, progress: () => progress, done };
  }

  const counter = async () => Number((await store.get(IP_POOL, key))?.metadata.annotations?.counter);
  const published = async () =>
    readManifest(await readFile(join(directory, "default/ippools/counter.yaml")), IP_POOL, key).object;
  const drafts = async () =>
    (await readdir(join(directory, ".versions/default/ippools.ipam.metal3.io/counter"))).filter((name) =>
      /^\d+\.\w+\.\w+$/.test(name),
    );

  it(`${PROCESSES} × ${WRITES} read-modify-writes of one object lose none; a reader sees whole objects only`, async () => {
    const reader = start("read");
    const writers = Array.from({ length: PROCESSES }, () => start("increment", WRITES));
    await Promise.all(writers.map(({ done }) => done));
    reader.child.send("stop");
    assert.ok(Number(await reader.done) > 0);
    assert.equal(await counter(), PROCESSES * WRITES);
    assert.deepEqual(await published(), shownPart((await store.get(IP_POOL, key))!));
    assert.ok((await drafts()).length <= PROCESSES);
  });

  it(`${PROCESSES} × ${NAMES} creates of the same names have one winner each; a reader sees whole lists only`, async () => {
    const reader = start("read");
    const writers = Array.from({ length: PROCESSES }, () => start("create", NAMES));
    const won = (await Promise.all(writers.map(({ done }) => done))).flat();
    reader.child.send("stop");
    assert.ok(Number(await reader.done) > 0);
    const listed = (await store.list(IP_ADDRESS)).map(({ metadata }) => metadata.name);
    assert.equal(won.length, NAMES);
    assert.deepEqual(won.toSorted(), listed);
  });

  it("killed writers lose no confirmed write, and do not block others", async () => {
    let told = 0;
    const killed: Worker[] = [];
    for (let round = 0; round < count(2, 4); round++) {
      const writers = Array.from({ length: 4 }, () => start("increment", 1_000_000));
      for (const writer of writers) {
        // Wherever it is by now: some later system call of some later write.
        const end = 1 + Math.floor(Math.random() * 12);
        writer.child.on("message", () => writer.progress() >= end && writer.child.kill("SIGKILL"));
      }
      await Promise.all(writers.map(({ child }) => once(child, "close")));
      killed.push(...writers);
      told = killed.reduce((sum, writer) => sum + writer.progress(), 0);
      const found = await counter();
      assert.ok(told <= found && found <= told + killed.length, `told ${told}, found ${found}`);
      assert.deepEqual(
        (await store.list(IP_POOL)).map(({ metadata }) => metadata.name),
        ["counter"],
      );
    }
    const next = await store.patch(IP_POOL, key, { metadata: { annotations: { note: "next" } } });
    assert.deepEqual(await published(), shownPart(next));
    assert.equal(next.metadata.managedFields, undefined);
    await store.patch(IP_POOL, key, { metadata: { annotations: { note: "and next" } } });
    assert.deepEqual(await drafts(), []);
  });
});
