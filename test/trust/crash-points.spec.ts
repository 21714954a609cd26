/**
 * Claim 4: the file store, and the provider's operations on it, stopped after every system call, on a disk that loses
 * what was not synced.
 */
import assert from "node:assert/strict";
import { IP_POOL } from "../../provider/api/metal3/kinds";
import { KEPT_VERSIONS } from "../../provider/store/file/file-commit";
import type { FileSystem } from "../../provider/store/file/file-system";
import type { Store } from "../../provider/store/store";
import { errno, openFolder, unsyncedFiles } from "../store/file/folder";
import { SCENES, type Scene, sceneKey } from "../store/file/write-scenes";
import { poolManifest } from "../store/manifests";
import { CHANGES } from "./crash-points/changes";
import { Disk } from "./crash-points/disk";
import { assertSound, judge, newTally, type Tally, UPDATES, WRITES } from "./crash-points/judged";
import { asTheyAre, DIRECTORY, type Over, objectsIn, pointsOf, storeOn } from "./crash-points/points";
import { upAgain, updatePoints } from "./crash-points/updates";
import { record } from "./figures";
import { seed } from "./scale";

const withoutLinks: Over = (files) => ({ ...files, link: (from) => Promise.reject(errno("ENOTSUP", from)) });

const MOUNTS: readonly (readonly [string, Over])[] = [
  ["", asTheyAre],
  [", without hard links", withoutLinks],
];

const note = (value: string) => ({ metadata: { annotations: { value } } });

/**
 * One object from its first version over the removal of old ones into
 * its next life. Unsynced data of each write is there at the next.
 */
const LIFE: Scene = {
  name: "a life, and the next",
  prepare: async () => undefined,
  async write(store) {
    await store.create(IP_POOL, poolManifest("pool1"));
    for (let version = 2; version <= KEPT_VERSIONS + 2; version++) {
      await store.patch(IP_POOL, sceneKey, note(`${version}`));
    }
    await store.remove(IP_POOL, sceneKey);
    await store.create(IP_POOL, poolManifest("pool1", "default", { life: "next" }));
  },
};

/** The scene's beginning, created in a real folder, because hand edits change it. */
async function begun(scene: Scene): Promise<Disk> {
  const { directory, store, close } = await openFolder(unsyncedFiles);
  try {
    await scene.prepare(store, directory);
    return Disk.copyOf(directory, DIRECTORY);
  } finally {
    await close();
  }
}

/** Writes over the found objects, twice. The answer to a write must match the disk. */
async function goOn(disk: Disk, over: Over): Promise<void> {
  const store = storeOn(disk, over);
  for (const value of ["once more", "and again"]) {
    const found = await store.get(IP_POOL, sceneKey);
    if (found) await store.patch(IP_POOL, sceneKey, note(value), found.metadata);
    else await store.create(IP_POOL, poolManifest("pool1", "default", { value }));
    const written = await objectsIn(store);
    assert.equal(written.size, 1);
    const shown = (await disk.files.readFile(`${DIRECTORY}/default/ippools/pool1.yaml`, 10_000)).bytes.toString();
    assert.ok(shown.includes(`value: ${value}\n`), shown);
    for (const choose of [() => 0, (options: number) => options - 1]) {
      assert.deepEqual(await objectsIn(storeOn(disk.afterPowerLoss(choose), over)), written);
    }
  }
}

async function stopEverywhere(scene: Scene, over: Over, tally: Tally): Promise<void> {
  const points = await pointsOf(
    await begun(scene),
    over,
    (store: Store) => scene.write(store),
    () => undefined,
  );
  await judge(points, over, WRITES, tally, (disk) => goOn(disk, over));
}

/** The sum of both campaigns. */
const total = newTally();

async function campaign(stop: (tally: Tally) => Promise<void>): Promise<void> {
  const tally = newTally();
  await stop(tally);
  for (const part of ["points", "visited", "disks", "exhausted", "between"] as const) total[part] += tally[part];
  assertSound(tally);
}

/** Syncs that do nothing. */
const FORGETFUL: readonly (keyof FileSystem)[] = ["syncFile", "syncDirectory"];
const forgetting =
  (call: keyof FileSystem): Over =>
  (files) => ({ ...files, [call]: async () => undefined });

describe("stopped after every system call, on a disk that loses unsynced data", () => {
  let began = 0;
  before(() => {
    began = performance.now();
  });

  for (const [how, over] of MOUNTS) {
    for (const scene of [...SCENES, LIFE]) {
      it(`a write: ${scene.name}${how} (SEED=${seed})`, () => campaign((tally) => stopEverywhere(scene, over, tally)));
    }
  }

  for (const change of CHANGES) {
    it(`an update: ${change.name} (SEED=${seed})`, () =>
      campaign(async (tally) => {
        const { points, end } = await updatePoints(change, asTheyAre);
        await judge(points, asTheyAre, UPDATES, tally, (disk, { known }, number) =>
          upAgain(disk, asTheyAre, known[number % known.length]!, change.after, end),
        );
      }));
  }

  for (const call of FORGETFUL) {
    it(`finds a ${call} that does nothing (SEED=${seed})`, async () => {
      for (const scene of SCENES.filter(({ name }) => name === "patch" || name === "remove")) {
        const tally = newTally();
        await stopEverywhere(scene, forgetting(call), tally);
        assert.notEqual(tally.between, 0, scene.name);
      }
    });
  }

  after(() =>
    record({
      claim: 4,
      what: "stop after every system call, unsynced data dropped or torn, file store",
      outcome:
        `${total.between} recoveries between before and after, in ${total.disks} ways to lose power at ` +
        `${total.visited} of ${total.points} points (${total.exhausted} of them in every way)`,
      seconds: (performance.now() - began) / 1_000,
    }),
  );
});
