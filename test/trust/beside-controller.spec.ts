/** Claim 6: the race of claim 1 while Metal3's controller runs at full speed, and claims of both API groups come and go. */
import assert from "node:assert/strict";
import { setTimeout } from "node:timers/promises";
import { holders, known, makeClaim, served } from "../cluster/claimants";
import { type Site, useSite } from "../cluster/site";
import { record } from "./figures";
import { audit, auditText, type Held, SOUND } from "./race/audit";
import { Claimants, overlaps, type Tenure } from "./race/crowd-of-claims";
import { clusterPlace, lastOf } from "./race/place";
import { useRacers } from "./race/run";
import { count, isLong, itLong } from "./scale";

const PROCESSES = count(4, 16);
const HOSTS = count(16, 128);
/** Each claim costs the controller about ten writes, one after another. More lanes would wait for each other on two cores. */
const LANES = 4;
const LIVES = count(4, 64);
/** The controller gives the lowest ones. If many processes want them, they mostly collide with each other. */
const PLACEMENT = isLong ? "byName" : "lowest";
/** Little more than is needed, so that names collide with the lowest addresses, too. */
const LAST = lastOf(PROCESSES * HOSTS + 1024);

/** The claim's time limit. With all other tests on two cores, only that an answer comes. */
const PATIENCE_S = count(110, 30);

/** So many reads in a row without a new write: five seconds. */
const STILL_LOOKS = 20;
const LOOK_MS = 250;
const STILL_WITHIN_MS = 300_000;
const ALONE_MS = 30_000;

const isOfCrowd = (claim: string) => claim.startsWith("crowd-");
/** A finding about a claim of this provider. */
const isOurs = (finding: string) => finding.includes("node-");

describe("several processes reserve while Metal3's controller runs", function () {
  const race = useRacers(this);
  const site = useSite(this);
  this.timeout(15 * 60_000);

  it(`${PROCESSES} processes × ${HOSTS} claims, ${PLACEMENT}, while claims of both groups come and go`, async () => {
    const here = await site();
    const place = await clusterPlace(here.cluster, LAST, { namespace: here.namespace });
    const claimants = new Claimants(here, LANES);
    const { told, at, refused, seconds } = await race(place, {
      processes: PROCESSES,
      hosts: HOSTS,
      placement: PLACEMENT,
    });
    const crowd = await claimants.end();
    assert.deepEqual([...refused], []);
    assert.deepEqual(crowd.refused, []);
    assert.ok(crowd.slowestSeconds <= PATIENCE_S, `a claim waited ${crowd.slowestSeconds} s for its answer`);
    assert.ok(crowd.made > LANES, `${crowd.made} claims in ${LANES} lanes`);

    const writes = await still(here);
    const lives = told.filter((_, index) => index % Math.ceil(told.length / LIVES) === 0);
    const names = lives.map(({ claim }) => claim);
    await known(here, names);
    await Promise.all(names.map((name) => makeClaim(here, name)));
    const given = await Promise.all(
      names.map(async (claim) => ({ claim, address: (await served(here, claim)).spec.address })),
    );
    assert.deepEqual(given, lives, "a reservation's claim gets its address");

    const books = await place.books();
    const only = (held: readonly Held[]) => held.filter(({ claim }) => !isOfCrowd(claim));
    const ours = { ...books, locks: only(books.locks), mirrors: books.mirrors && only(books.mirrors) };
    const tenures = told.map(({ claim, address }) => tenureOf(claim, address, at.get(claim) ?? 0));
    const doubles = [...audit(told, books).duplicates, ...overlaps([...tenures, ...crowd.tenures])];
    const all = audit(told, ours);
    const along = all.lost.filter((finding) => isTakenAlong(finding, all.lost));
    const lost = all.lost.filter((finding) => !along.includes(finding));
    const found = { ...all, lost, duplicates: doubles.filter(isOurs) };
    assert.deepEqual(found, SOUND);
    const holding = Object.values(await holders(here))
      .flat()
      .filter((claim) => !isOfCrowd(claim));
    assert.deepEqual(holding.sort(), told.map(({ claim }) => claim).sort(), "no other claim has any");
    const others = overlaps(crowd.tenures);
    record({
      claim: 6,
      what: `${PROCESSES} processes × ${HOSTS} claims while Metal3's controller runs, IPClaims and IPAddressClaims coming and going`,
      outcome:
        `${auditText(found)} over both groups, ${along.length} locks removed by the controller while entry and mirror held the ` +
        `address; ${crowd.made} claims of others, each answered within ` +
        `${Math.ceil(crowd.slowestSeconds)} s, ${crowd.refused.length} refused; ${writes} writes in the 5 s after it; ` +
        `${given.length} hosts' claims then got their reserved address; Metal3's controller gave ${others.length} times one ` +
        "address to a claim of each group",
      seconds,
    });
  });

  /** The controller alone, for comparison. Its two groups read each other's addresses from caches. */
  itLong("for comparison: claims of both groups come and go without this provider", async () => {
    const here = await site();
    await clusterPlace(here.cluster, LAST, { namespace: here.namespace });
    const started = performance.now();
    const claimants = new Claimants(here, LANES);
    await setTimeout(ALONE_MS);
    const { made, tenures } = await claimants.end();
    record({
      claim: 6,
      what: "for comparison: Metal3's controller alone, IPClaims and IPAddressClaims coming and going",
      outcome: `${made} claims; ${overlaps(tenures).length} times one address to a claim of each group`,
      seconds: (performance.now() - started) / 1000,
    });
  });

  it("the check finds two claims that had one address at one time", () => {
    const one = { claim: "a", addressName: "net-10-0-0-1", from: 1, until: 5 };
    assert.deepEqual(overlaps([one, { ...one, claim: "b", from: 5, until: 9 }]), []);
    assert.deepEqual(overlaps([{ ...one, claim: "b", from: 4, until: 9 }, one]), ["net-10-0-0-1: a, b"]);
  });
});

/**
 * The controller removes the address object of an ended claim by its name alone (ip-address-manager 1.13.1,
 * `deleteAddress`). A second request hits the lock that has the name by then. The entry and the mirror hold the address.
 */
function isTakenAlong(finding: string, lost: readonly string[]): boolean {
  const [reservation, what] = finding.split(": ");
  return what === "no lock" && !lost.some((other) => other !== finding && other.startsWith(`${reservation}: `));
}

function tenureOf(claim: string, address: string, from: number): Tenure {
  return { claim, addressName: `net-${address.replaceAll(".", "-")}`, from, until: Number.POSITIVE_INFINITY };
}

/** Waits until the writes end. A claim in a loop would never let them end. */
async function still(site: Site): Promise<number> {
  const end = Date.now() + STILL_WITHIN_MS;
  let before = await versions(site);
  for (let looks = 0; looks < STILL_LOOKS; looks++) {
    await setTimeout(LOOK_MS);
    const now = await versions(site);
    const changed = [...now].filter(([object, version]) => before.get(object) !== version).map(([object]) => object);
    if (changed.length === 0 && now.size === before.size) continue;
    assert.ok(Date.now() < end, `still written: ${changed.slice(0, 5).join(", ")}`);
    [before, looks] = [now, -1];
  }
  const last = await versions(site);
  return [...last].filter(([object, version]) => before.get(object) !== version).length;
}

async function versions(site: Site): Promise<Map<string, string>> {
  const kinds = ["pool", "claim", "capiClaim", "address", "capiAddress"] as const;
  const lists = await Promise.all(kinds.map(async (kind) => ({ kind, objects: await site.list(kind) })));
  return new Map(
    lists.flatMap(({ kind, objects }) =>
      objects.map(({ metadata }) => [`${kind} ${metadata.name}`, metadata.resourceVersion ?? ""] as const),
    ),
  );
}
