/** Claim 7: no release frees an address that another stack has by now, or that a live host is using. */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { inParallel } from "../../provider/ipam/in-parallel";
import { openFileStore } from "../../provider/store/file/file-store";
import type { Store } from "../../provider/store/store";
import { type Address, known, makeClaim, served } from "../cluster/claimants";
import { type Site, useSite } from "../cluster/site";
import { host, pool } from "../resources/declare";
import { Stack } from "../resources/program";
import { openServedStore } from "../resources/served-store";
import { record } from "./figures";
import { type Ground, trial } from "./release/trial";
import { count, randomFrom, seed } from "./scale";

const MEMORY = count(150, 8_500);
const FOLDER = count(10, 1_500);
const CLUSTER = count(4, 250);
const HOSTS = count(2, 60);
/** About the time of a release. */
const DELETE_MS = 100;

describe("a release by an old state", function () {
  const site = useSite(this);
  this.timeout(20 * 60_000);

  const embedded = (store: Store): Ground => ({
    store,
    pool: pool({ namespace: "metal3" }),
    address: "10.0.0.15",
    stack: (over, name) => new Stack(over, name),
  });

  it(`frees nothing that was given again meanwhile: ${MEMORY} trials in memory, locks with mirrors, seed ${seed}`, async () => {
    await campaign("memory, locks with mirrors", MEMORY, 1, (_, work) => work(embedded(openServedStore())));
  });

  it(`frees nothing that was given again meanwhile: ${FOLDER} trials in a folder, seed ${seed}`, async () => {
    await campaign("folder", FOLDER, 1, async (_, work) => {
      const directory = await mkdtemp(join(tmpdir(), "metal3-ipam-release-"));
      await work(embedded(openFileStore(directory))).finally(() => rm(directory, { recursive: true, force: true }));
    });
  });

  it(`frees nothing that was given again meanwhile: ${CLUSTER} trials on the API server, with the controller, seed ${seed}`, async () => {
    let here = await site();
    await campaign("API server, with the controller", CLUSTER, 4, async (index, work) => {
      // Lists have the whole namespace.
      if (index % 50 === 49) here = await site();
      await work(clusterGround(here, index));
    });
  });

  it(`never frees the address of a host: ${HOSTS} claims that come while the delete is under way, seed ${seed}`, async () => {
    const began = performance.now();
    const here = await site();
    const random = randomFrom(seed);
    const freed: string[] = [];
    let kept = 0;
    for (let index = 0; index < HOSTS; index++) {
      const { pool: net, address, stack } = clusterGround(here, 10_000 + index);
      const owner = stack(here.store, "metal/first");
      await owner.update([net, host("a", { pool: net.as, address })]);
      await known(here, [`a-${net.as}`], net.as);
      const release = owner.update([net]);
      await setTimeout(random() * DELETE_MS);
      await makeClaim(here, `a-${net.as}`, "metal3", net.as);
      await release;
      const { metadata, spec } = await served(here, `a-${net.as}`);
      if (spec.address === address) kept++;
      // The given address belongs to it from then on.
      const thief = stack(here.store, "metal/second").update([host("b", { pool: net.as, address: spec.address })]);
      const stolen = await thief.then(() => true).catch(() => false);
      const left = await here.find<Address>("address", metadata.name);
      if (stolen || left?.spec.claim.name !== `a-${net.as}`)
        freed.push(`SEED=${seed}, claim ${index}: ${spec.address}`);
    }
    assert.deepEqual(freed, []);
    record({
      claim: 7,
      what: `${HOSTS} IPClaims of hosts that come while their reservation is deleted, API server`,
      outcome: `${kept} got the reserved address, ${HOSTS - kept} another; ${freed.length} lost theirs`,
      seconds: (performance.now() - began) / 1_000,
    });
  });

  it("finds a store that removes any object of that name", async () => {
    let foreign = 0;
    for (let index = 0; index < 400 && foreign === 0; index++) {
      const store = openServedStore();
      const forgetful = { ...store, remove: (...[kind, key]: Parameters<Store["remove"]>) => store.remove(kind, key) };
      foreign += (await trial(embedded(forgetful), randomFrom(index))).foreign.length;
    }
    assert.ok(foreign > 0, "400 trials without a precondition freed nothing");
  });
});

/**
 * `within` gives each trial its ground. A trial shows nothing if the second
 * came too early and was refused. Such trials are counted separately.
 */
async function campaign(
  where: string,
  trials: number,
  atOnce: number,
  within: (index: number, work: (ground: Ground) => Promise<void>) => Promise<void>,
): Promise<void> {
  const began = performance.now();
  const found: string[] = [];
  let given = 0;
  const first = Number(process.env.TRIAL ?? 0);
  for (let from = first; from < first + trials; from += atOnce) {
    const some = Array.from({ length: Math.min(atOnce, first + trials - from) }, (_, n) => from + n);
    await inParallel(some, (index) =>
      within(index, async (ground) => {
        const { what, isGiven, foreign } = await trial(ground, randomFrom(seed + index));
        if (isGiven) given++;
        if (foreign.length > 0) found.push(`SEED=${seed} TRIAL=${index} (${what}): ${foreign.join("; ")}`);
      }),
    );
  }
  assert.deepEqual(found, []);
  assert.ok(given > trials / 4, `${given} of ${trials} were given the address`);
  record({
    claim: 7,
    what: `${trials} releases by an old state, ${where}`,
    outcome: `${given} addresses given again meanwhile, ${found.length} foreign releases`,
    seconds: (performance.now() - began) / 1_000,
  });
}

function clusterGround(here: Site, index: number): Ground {
  const { namespace } = here;
  const name = `net${index}`;
  const block = `10.${64 + (index >> 8)}.${index & 255}`;
  return {
    store: here.store,
    pool: pool({ namespace, name, pools: [{ start: `${block}.10`, end: `${block}.19` }], gateway: `${block}.1` }, name),
    address: `${block}.15`,
    stack: (over, stackName) => new Stack(over, stackName, here.stack().environment, namespace),
  };
}
