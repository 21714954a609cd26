/** Claim 1: real processes reserve on one pool at once, as several `pulumi up`s do. */
import assert from "node:assert/strict";
import { useCluster } from "../testbed/cluster";
import { record } from "./figures";
import { audit, auditText, SOUND } from "./race/audit";
import { clusterPlace, folderPlace, lastOf, type Place } from "./race/place";
import { useRacers } from "./race/run";
import { count, isLong } from "./scale";

const PROCESSES = count(6, 16);
const HOSTS = count(32, 128);
const CONTESTED_HOSTS = 32;

const FULL =
  "IPPool metal3/net has no room for 1 more: 64 of 64 addresses are in use. Add a range to its `pools`, or remove hosts that are gone.";

describe("several processes reserve at once", function () {
  const race = useRacers(this);
  const cluster = useCluster(this, { controllers: false });
  let place: Place | undefined;
  afterEach(async () => {
    await place?.close();
    place = undefined;
  });

  const backends = { folder: folderPlace, "API server": (last: string) => clusterPlace(cluster(), last) };
  const pools = [
    { placement: "byName", name: "a wide pool, by name", last: () => "10.0.31.255", isQuick: false },
    { placement: "lowest", name: "a pool as large as needed, the lowest", last: lastOf, isQuick: true },
  ] as const;
  /** If every process wants the same address each time, it tries all that others have. So it sends that many requests. */
  const hostsOf = (backend: string, placement: string) =>
    backend === "API server" && placement === "lowest" ? CONTESTED_HOSTS : HOSTS;

  for (const [backend, open] of Object.entries(backends)) {
    for (const { placement, name, last, isQuick } of pools) {
      if (!isQuick && !isLong) continue;
      const hosts = hostsOf(backend, placement);
      const what = `${PROCESSES} processes × ${hosts} claims, ${backend}, ${name}`;
      it(what, async () => {
        place = await open(last(PROCESSES * hosts));
        const { told, refused, seconds } = await race(place, { processes: PROCESSES, hosts, placement });
        const found = audit(told, await place.books());
        assert.deepEqual([...refused], []);
        assert.deepEqual(found, SOUND);
        assert.equal(told.length, PROCESSES * hosts);
        record({ claim: 1, what, outcome: `${told.length} addresses; ${auditText(found)}`, seconds });
      });
    }
  }

  it("4 × 17 in 64 addresses: those that find none get an error, and leave nothing", async () => {
    place = await folderPlace(lastOf(64));
    const { told, refused } = await race(place, { processes: 4, hosts: 17, placement: "lowest" });
    assert.equal(told.length, 64);
    assert.deepEqual([...refused.values()], Array(4).fill(FULL));
    assert.deepEqual(audit(told, await place.books()), SOUND);
  });

  it("a store whose creates are not exclusive is found", async () => {
    place = await folderPlace(lastOf(24));
    const { told } = await race(place, { processes: 3, hosts: 8, placement: "lowest", overwrites: true });
    const { duplicates, lost } = audit(told, await place.books());
    assert.notDeepEqual([...duplicates, ...lost], []);
  });
});
