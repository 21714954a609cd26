/** Claim 5: the answers to clients of one pool are linearizable, in any order of their calls. */
import assert from "node:assert/strict";
import { openFileStore } from "../../provider/store/file/file-store";
import { isStoreError, type Store } from "../../provider/store/store";
import { storeOf } from "../cluster/stack";
import { openFolder, unsyncedFiles } from "../store/file/folder";
import { useCluster } from "../testbed/cluster";
import { Disk } from "./crash-points/disk";
import { record } from "./figures";
import { type Plan, type Ran, runHistory } from "./linearizable/clients";
import { Turns } from "./linearizable/turns";
import { overwriting } from "./race/overwriting";
import { count, randomFrom, seed } from "./scale";

const CLIENTS = count(4, 8);
const OPERATIONS = count(30, 60);
const SIZE = `${CLIENTS} clients × ${OPERATIONS} operations`;

function planOf(number: number, namespace = "metal3"): Plan {
  const kind = number % 3 === 2 ? "ipClaim" : "preAllocation";
  return { seed: seed + number, clients: CLIENTS, operations: OPERATIONS, kind, namespace };
}

/** The same seed makes the same history, because the disk answers immediately and turns are drawn by the seed. */
function onSimulatedDisk(number: number, over = (store: Store) => store): Promise<Ran> {
  const plan = planOf(number);
  const disk = new Disk();
  const turns = new Turns(randomFrom(plan.seed));
  const filesOf = (client: number) => (client < 0 ? disk.files : turns.files(disk.files, client));
  return runHistory(plan, turns, (client) => over(openFileStore("/pools", { files: filesOf(client) })));
}

async function inFolder(number: number): Promise<Ran> {
  const plan = planOf(number);
  const turns = new Turns(randomFrom(plan.seed));
  const { directory, store, close } = await openFolder(unsyncedFiles);
  try {
    return await runHistory(plan, turns, (client) =>
      client < 0 ? store : openFileStore(directory, { files: turns.files(unsyncedFiles, client) }),
    );
  } finally {
    await close();
  }
}

/** Without the lock: a create overwrites an existing object. */
function careless(store: Store): Store {
  const broken = overwriting(store);
  const create: Store["create"] = async (kind, object) => {
    for (;;) {
      try {
        return await broken.create(kind, object);
      } catch (error) {
        // It was deleted before the overwrite.
        if (!isStoreError(error, "NotFound")) throw error;
      }
    }
  };
  return new Proxy(broken, { get: (target, field) => (field === "create" ? create : Reflect.get(target, field)) });
}

/** The sum of histories of one kind, and the claim's figure. */
async function campaign(where: string, histories: number, run: (number: number) => Promise<Ran>): Promise<void> {
  const began = performance.now();
  let [given, refused, unfit] = [0, 0, 0];
  const faults: string[] = [];
  for (let number = 0; number < histories; number++) {
    const ran = await run(number);
    given += ran.given;
    refused += ran.refused;
    if (ran.faults.length > 0) unfit++;
    faults.push(...ran.faults.map((fault) => `history ${number}: ${fault}`));
  }
  record({
    claim: 5,
    what: `${histories} histories × ${SIZE}, ${where}`,
    outcome: `${unfit} not linearizable (${given} reservations given, ${refused} refused)`,
    seconds: (performance.now() - began) / 1_000,
  });
  assert.ok(given > 0 && refused > 0, `${given} given, ${refused} refused`);
  assert.equal(unfit, 0, `SEED=${seed}\n${faults.slice(0, 5).join("\n")}`);
}

describe("the answers to clients of one pool", function () {
  this.timeout(1_200_000);
  const simulated = count(8, 170);
  it(`are linearizable: ${simulated} histories × ${SIZE}, file store (SEED=${seed})`, () =>
    campaign("file store", simulated, (number) => onSimulatedDisk(number)));

  const real = count(1, 10);
  it(`are linearizable: ${real} histories × ${SIZE}, real folder (SEED=${seed})`, () =>
    campaign("file store in a real folder", real, inFolder));

  it(`are not linearizable if creates are not exclusive: found within 5 histories (SEED=${seed})`, async () => {
    for (let number = 0; number < 5; number++) {
      const { faults } = await onSimulatedDisk(number, careless);
      if (faults.length > 0) {
        record({
          claim: 5,
          what: "a seeded bug: creating a lock is not exclusive",
          outcome: `found in history ${number + 1}`,
          seconds: 0,
        });
        return;
      }
    }
    assert.fail("not found");
  });
});

describe("the answers to clients of one pool on an API server", function () {
  const cluster = useCluster(this, { controllers: false });
  this.timeout(1_200_000);
  const histories = count(1, 20);
  const operations = count(10, OPERATIONS);
  it(`are linearizable: ${histories} histories × ${CLIENTS} clients × ${operations} operations (SEED=${seed})`, () =>
    campaign("API server", histories, async (number) => {
      const plan = { ...planOf(number, await cluster().namespace()), operations };
      const turns = new Turns(randomFrom(plan.seed));
      const store = await storeOf(cluster());
      try {
        return await runHistory(plan, turns, (client) => (client < 0 ? store : turns.store(store, client)));
      } finally {
        store.close();
      }
    }));
});
