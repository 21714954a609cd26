/** Claim 2: the race of claim 1 with faults of the network, the API server and the disk. `SEED=<seed>` repeats it. */
import assert from "node:assert/strict";
import { type Front, openFront } from "../cluster/front";
import { ApiClient, type Cluster, objectPath, useCluster } from "../testbed/cluster";
import { Faults } from "./faults";
import { record } from "./figures";
import { type Audit, audit, auditText, type Books, SOUND } from "./race/audit";
import { METAL3 } from "./race/books";
import { clusterPlace, folderPlace, lastOf, type Place } from "./race/place";
import { type Outcome, useRacers } from "./race/run";
import { count, seed } from "./scale";

const PROCESSES = count(4, 16);
const HOSTS = count(16, 128);
const FIELD = { processes: PROCESSES, hosts: HOSTS, placement: "byName" } as const;
/** The pool is as large as needed, so that names collide everywhere. */
const LAST = lastOf(PROCESSES * HOSTS);
const SHARE = 0.05;

/** A write of the folder takes some twenty system calls. With 5 % each, hardly one succeeds. With 0.2 %, most do. */
const SHARES = [
  ["5 %", SHARE],
  ["0.2 %", 0.002],
] as const;

/** The stored objects of the claims that got an address, and of those that got an error. */
function parted(books: Books, { refused }: Outcome): { readonly given: Books; readonly failed: Books } {
  const only = (isFailed: boolean): Books => {
    const held = (rows: Books["locks"]) => rows.filter(({ claim }) => refused.has(claim) === isFailed);
    const { locks, mirrors, entries } = books;
    return { locks: held(locks), mirrors: mirrors && held(mirrors), entries: held(entries), litter: [] };
  };
  return { given: only(false), failed: only(true) };
}

describe("several processes reserve at once, under faults", function () {
  const race = useRacers(this);
  const cluster = useCluster(this, { controllers: false });
  this.timeout(15 * 60_000);
  let place: Place | undefined;
  let front: Front | undefined;
  afterEach(async () => {
    await front?.close();
    await place?.close();
    [front, place] = [undefined, undefined];
  });

  /**
   * The race, and then the next update of the claims with an error, without faults. Each claim that got an
   * address has it, and the next update takes over what a failure has left.
   */
  async function survive(here: Place, faults: Parameters<typeof race>[1]["faults"], calm: () => void) {
    const books = here.stored ?? here.books;
    const first = await race(here, { ...FIELD, faults });
    const stored = await books();
    const { given, failed } = parted(stored, first);
    const found = { ...audit(first.told, given), duplicates: audit(first.told, stored).duplicates };
    assert.deepEqual(found, SOUND);

    calm();
    const second = await race(here, { ...FIELD, only: (claim) => first.refused.has(claim) });
    assert.deepEqual([...second.refused], []);
    const told = [...first.told, ...second.told];
    assert.equal(told.length, PROCESSES * HOSTS);
    const left = new Map(failed.locks.map(({ claim, address }) => [claim, address]));
    const moved = second.told.filter(({ claim, address }) => left.has(claim) && left.get(claim) !== address);
    assert.deepEqual(moved, [], "what a failure has left");
    const end = audit(told, await books());
    assert.deepEqual(end, SOUND);
    return { first, text: `${outcomeText(first, left.size, found)}; after the next update ${auditText(end)}` };
  }

  function outcomeText({ told, refused }: Outcome, left: number, found: Audit): string {
    const failures = refused.size === 0 ? "" : ` (${left} with a lock, which the next update takes over)`;
    return `${told.length} addresses, ${refused.size} with an error${failures}: ${auditText(found)}`;
  }

  it(`API server, 5 % of each fault (seed ${seed})`, async () => {
    front = await openFront(cluster());
    const faults = new Faults(seed, SHARE);
    front.meddle = faults.meddle;
    place = await clusterPlace(cluster(), LAST, front);
    const { first, text } = await survive(place, undefined, () => {
      faults.share = 0;
    });
    const { blind, doubtful } = faults.writes;
    assert.deepEqual(blind, []);
    assert.equal(Object.keys(faults.met).length, 6, JSON.stringify(faults.met));
    record({
      claim: 2,
      what: `${PROCESSES} processes × ${HOSTS} claims, API server, 5 % of each fault`,
      outcome: `${text}; of ${doubtful} writes in doubt ${blind.length} repeated blindly; ${metText(faults.met)}`,
      seconds: first.seconds,
    });
  });

  for (const [words, share] of SHARES) {
    it(`folder, ${words} of each fault at each system call (seed ${seed})`, async () => {
      const here = await folderPlace(LAST);
      place = here;
      const { first, text } = await survive(here, { seed, share }, () => undefined);
      // The quick form has few processes, and most of them end at their first calls.
      assert.ok(Object.keys(first.met).length >= count(1, 5), JSON.stringify(first.met));
      const [shown, stored] = [await here.books(), await here.stored!()];
      const behind = stored.locks.length - shown.locks.length;
      record({
        claim: 2,
        what: `${PROCESSES} processes × ${HOSTS} claims, folder, ${words} of each fault at each system call`,
        outcome: `${text}; ${behind} manifests not published; ${metText(first.met)}`,
        seconds: first.seconds,
      });
    });
  }
});

function metText(met: Readonly<Record<string, number>>): string {
  return Object.entries(met)
    .map(([fault, times]) => `${times} × ${fault}`)
    .join(", ");
}

describe("the record of writes", function () {
  const cluster = useCluster(this, { controllers: false });

  it("finds each write that is repeated without reading back, and no other", async () => {
    const here: Cluster = cluster();
    const namespace = await here.namespace("race");
    const front = await openFront(here);
    const faults = new Faults(seed, 1);
    const client = new ApiClient(front.server, front.ca, await here.user("admin"));
    const path = objectPath(METAL3, "ippools", namespace);
    try {
      front.meddle = faults.meddle;
      for (const name of ["a", "b"]) {
        const pool = { apiVersion: METAL3, kind: "IPPool", metadata: { name }, spec: { pools: [], namePrefix: name } };
        faults.share = 1; // a reset, always
        await assert.rejects(client.create(path, pool));
        faults.share = 0;
        if (name === "a") await client.list(path);
        await client.create(path, pool);
      }
      assert.deepEqual([faults.writes.doubtful, faults.writes.blind], [2, [`create  ${path}/b`]]);
    } finally {
      client.close();
      await front.close();
    }
  });
});
