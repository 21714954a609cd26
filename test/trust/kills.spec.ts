/** Updates that are killed with SIGKILL at random writes. One more `up` converges, and the next one changes nothing. */
import assert from "node:assert/strict";
import { openMemoryStore } from "../../provider/store/memory-store";
import type { Store } from "../../provider/store/store";
import { openServedStore } from "../resources/served-store";
import { useCluster } from "../testbed/cluster";
import { useEngine } from "../testbed/engine";
import { record } from "./figures";
import { campaign, newTally, Rounds, type Tally } from "./kills/campaign";
import { endedAtWrite } from "./kills/every-write";
import { type ClosingGround, clusterGround, folderGround, handlersGround, killedWorker } from "./kills/grounds";
import { clusterUps, folderUps } from "./kills/whole-ups";
import { NOTHING, type Wishes } from "./kills/wishes";
import { count, isLong, randomFrom, seed } from "./scale";

type Open = (random: () => number) => Promise<ClosingGround>;

function killed(kills: number, what: string, open: Open): void {
  it(`of ${kills} ${what} (SEED=${seed})`, async () => {
    const random = randomFrom(seed);
    const ground = await open(random);
    const started = performance.now();
    try {
      const tally = await campaign(ground, kills, random);
      if (!isLong) assert.equal(tally.kills, kills);
      record({ claim: 3, what: `${what}, killed`, outcome: outcomeOf(tally), seconds: secondsSince(started) });
    } finally {
      await ground.close();
    }
  });
}

describe("kill -9 of processes", function () {
  this.timeout(900_000);
  let worker: ReturnType<typeof killedWorker>;
  before(() => {
    worker = killedWorker();
  });
  after(() => worker?.remove());

  killed(count(4, 170), "processes over a folder", (random) => folderGround(worker, random));

  describe("while Metal3's controller runs", function () {
    const cluster = useCluster(this);
    this.timeout(900_000);
    killed(count(3, 80), "processes over an API server", (random) => clusterGround(worker, cluster(), random));
  });
});

describe("kill -9 of Pulumi and its plugin", function () {
  const engine = useEngine(this);
  this.timeout(900_000);
  killed(count(1, 30), "whole `pulumi up`s over a folder", (random) => folderUps(engine(), random));

  /** In the long form only. One kill takes a dozen of Pulumi's commands, half a minute on a busy machine. */
  if (isLong) {
    describe("while Metal3's controller runs", function () {
      const cluster = useCluster(this);
      this.timeout(900_000);
      killed(20, "whole `pulumi up`s over an API server", (random) => clusterUps(engine(), cluster(), random));
    });
  }
});

describe("kills at every write of an update, over a lock with a mirror", () => {
  const before: Wishes = {
    last: 79,
    singles: { a: { host: "a" }, p: { host: "p", pin: 30 } },
    set: ["s1", "s2"],
    pins: { s1: 40, s2: 41 },
    claims: { vip: 50 },
  };
  const after: Readonly<Record<string, Partial<Wishes>>> = {
    "a pin changes": { singles: { a: { host: "a" }, p: { host: "p", pin: 31 } } },
    "a host is renamed": { singles: { a: { host: "b" }, p: { host: "p", pin: 30 } } },
    "one host leaves and another one comes": { singles: { p: { host: "p", pin: 30 }, c: { host: "c" } } },
    "two pins of a set are swapped": { pins: { s1: 41, s2: 40 } },
    "a set loses one host and gets another one": { set: ["s1", "s3"], pins: { s1: 40 } },
    "a claim changes its address": { claims: { vip: 51 } },
    "everything is removed": NOTHING,
  };
  for (const [what, change] of Object.entries(after)) {
    for (const isBack of [false, true]) {
      it(`${what}, and the next update ${isBack ? "goes back" : "continues"}`, async () => {
        const tally = newTally();
        for (let write = 1, isKilled = true; isKilled; write++) {
          const store = openServedStore();
          const ground = await handlersGround(store, { folder: "" }, "metal3", () => 0, endedAtWrite(store), nothing);
          const rounds = new Rounds(ground, () => 0, tally);
          await rounds.settle("all comes", before);
          isKilled = await rounds.killedAt(write, what, { ...before, ...change }, isBack);
          await rounds.settle("all goes at last", NOTHING);
          await ground.close();
        }
        assert.ok(tally.kills > 4, `${tally.kills} kills`);
        assert.deepEqual({ ...tally, kills: 0, during: {}, orphans: 0, refused: 0 }, newTally());
        // Between the claim's new object and state.
        assert.equal(tally.refused, isBack && what === "a claim changes its address" ? 1 : 0);
      });
    }
  }
});

describe("the campaign of kills", () => {
  /** Every run is killed before its first write. */
  const over = (store: Store) =>
    handlersGround(
      store,
      { folder: "" },
      "metal3",
      randomFrom(1),
      async () => undefined,
      async () => undefined,
    );

  it("finds nothing with a store that keeps its promises", async () => {
    const ground = await over(openMemoryStore());
    const { kills, during: _during, ...faults } = await campaign(ground, 20, randomFrom(seed));
    await ground.close();
    assert.equal(kills, 20);
    assert.deepEqual(faults, { duplicates: 0, lost: 0, moved: 0, refused: 0, unsettled: 0, orphans: 0, left: 0 });
  });

  const forgetful: Readonly<Record<string, (store: Store) => Partial<Store>>> = {
    "to remove": () => ({ remove: async () => undefined }),
    "to patch": (store) => ({ patch: async (kind, key) => (await store.get(kind, key))! }),
  };
  for (const [what, but] of Object.entries(forgetful)) {
    it(`finds a store that forgets ${what}`, async () => {
      const store = openMemoryStore();
      const bound: Store = {
        target: store.target,
        get: (kind, key) => store.get(kind, key),
        list: (kind, namespace) => store.list(kind, namespace),
        create: (kind, object) => store.create(kind, object),
        patch: (kind, key, patch, only) => store.patch(kind, key, patch, only),
        remove: (kind, key, only) => store.remove(kind, key, only),
      };
      const ground = await over({ ...bound, ...but(store) });
      await assert.rejects(campaign(ground, 60, randomFrom(seed)), /\nafter: /);
      await ground.close();
    });
  }
});

async function nothing(): Promise<void> {}

function secondsSince(started: number): number {
  return (performance.now() - started) / 1_000;
}

function outcomeOf({ kills, during, duplicates, lost, moved, refused, unsettled, orphans, left }: Tally): string {
  return (
    `${kills} kills during ${Object.keys(during).length} kinds of changes: ${duplicates} addresses twice, ${lost} lost, ` +
    `${moved} moved, ${unsettled} not settled by the next update, ${refused} refused by it; of ${orphans} claims that were begun and then left ` +
    `the program ${left} were left after \`pulumi import\` and \`pulumi up\``
  );
}
