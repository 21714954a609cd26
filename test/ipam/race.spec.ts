/** Real processes on one folder, as several `pulumi up`s at once. */
import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { IP_ADDRESS, IP_POOL } from "../../provider/api/kinds";
import type { Store } from "../../provider/store/store";
import { openFolder } from "../store/file/folder";
import { compiledWorker } from "./processes";
import type { Report } from "./race-worker";

const KEY = { namespace: "metal3", name: "net" };

const FULL =
  "IPPool metal3/net has no room for 1 more: 128 of 128 addresses are in use; grow its `pools`, or remove hosts that are gone";

describe("several processes reserve at once", function () {
  this.timeout(60_000);
  let directory: string;
  let store: Store;
  let close: () => Promise<void>;
  let worker: ReturnType<typeof compiledWorker>;
  before(() => {
    worker = compiledWorker("test/ipam/race-worker.ts");
  });
  after(() => worker.remove());
  beforeEach(async () => {
    ({ directory, store, close } = await openFolder());
  });
  afterEach(() => close());

  async function race(processes: number, hosts: number, placement: string, end: string) {
    const head = { apiVersion: "ipam.metal3.io/v1alpha1", kind: "IPPool", metadata: KEY };
    await store.create(IP_POOL, { ...head, spec: { namePrefix: "net", pools: [{ start: "10.0.0.0", end }] } });
    const running = Array.from({ length: processes }, (_, index) =>
      worker.start<Report>(directory, index, hosts, placement),
    );
    await Promise.allSettled(running);
    const reports = await Promise.all(running);
    const told = reports.flatMap(({ addresses }) => Object.entries(addresses));
    assert.equal(new Set(told.map(([, address]) => address)).size, told.length, "an address was given twice");
    await compareWith(Object.fromEntries(told.map(([host, address]) => [`${host}-net`, address])));
    return { count: told.length, refused: reports.flatMap(({ refused }) => refused) };
  }

  /** What the processes said is what the locks and the entries say, and nothing else lies about. */
  async function compareWith(told: Record<string, string>): Promise<void> {
    const locks = (await store.list(IP_ADDRESS)).map(({ metadata, spec }) => {
      const { address, claim } = spec as { address: string; claim: { name: string } };
      assert.equal(metadata.name, `net-${address.replaceAll(".", "-")}`);
      return [claim.name, address] as const;
    });
    assert.equal(locks.length, Object.keys(told).length);
    assert.deepEqual(Object.fromEntries(locks), told);
    const { preAllocations } = (await store.get(IP_POOL, KEY))!.spec as { preAllocations: object };
    assert.deepEqual(preAllocations, told);
    const files = await readdir(directory, { recursive: true });
    assert.deepEqual(
      files.filter((path) => /\.(version|manifest|taken)$/.test(path)),
      [],
    );
    assert.equal(files.filter((path) => path.endsWith(".yaml")).length, locks.length + 1);
  }

  it("16 × 64 in 2048 addresses, by name", async () => {
    assert.deepEqual(await race(16, 64, "byName", "10.0.7.255"), { count: 1024, refused: [] });
  });

  it("6 × 32 in 192 addresses, the lowest: each is contested, none is left", async () => {
    assert.deepEqual(await race(6, 32, "lowest", "10.0.0.191"), { count: 192, refused: [] });
  });

  it("8 × 16 in 128 addresses, by name", async () => {
    assert.deepEqual(await race(8, 16, "byName", "10.0.0.127"), { count: 128, refused: [] });
  });

  it("8 × 17 in 128 addresses: those that find none are told so, and nothing of theirs stays", async () => {
    const { count, refused } = await race(8, 17, "lowest", "10.0.0.127");
    assert.equal(count, 128);
    assert.deepEqual(refused, Array(8).fill(FULL));
  });
});
