/** The way from the engine's Create to the request that reserves the address. A reader has to open these files. */
import assert from "node:assert/strict";
import { IP_ADDRESS, IP_POOL } from "../../provider/api/metal3/kinds";
import type { Store } from "../../provider/store/store";
import { openServedStore } from "../resources/served-store";
import { useMemory, useProcesses } from "./backend";
import { CallChain } from "./call-chain";
import { Resource } from "./verbs";

const MOST = 15;

describe("the way of a create", () => {
  let chain = new CallChain();
  let posted: string[][] = [];
  let patched: string[][] = [];

  /** A store in memory that records the way of each write. */
  const watched = (): Store => {
    // Like a cluster with CAPI's CRDs, so that all wrappers of a handler are on the way.
    const store = openServedStore();
    return {
      ...store,
      create: (kind, object) => {
        if (kind.kind === IP_ADDRESS.kind) posted.push(chain.files());
        return store.create(kind, object);
      },
      patch: (kind, key, patch, only) => {
        if (kind.kind === IP_POOL.kind) patched.push(chain.files());
        return store.patch(kind, key, patch, only);
      },
    };
  };
  const backend = useMemory({}, watched);
  const processes = useProcesses(backend);

  beforeEach(async () => {
    const process = await processes();
    const pool = new Resource(process, "ipPool", "net");
    await pool.made({ name: "net", pools: [{ start: "10.0.0.10", end: "10.0.0.19" }], prefix: 24 });
    // The first one loads code, so its way differs.
    await new Resource(process, "preAllocation", "cp-0").made({ pool: "net", host: "cp-0" });
    const second = new Resource(process, "preAllocation", "cp-1");
    const inputs = await second.checked({ pool: "net", host: "cp-1" });
    chain = new CallChain();
    [posted, patched] = [[], []];
    await chain.during(() => second.create(inputs));
  });

  const noMore = (files: readonly string[]) =>
    assert.ok(files.length <= MOST, `${files.length} files:\n${files.join("\n")}`);

  it(`goes through at most ${MOST} files to the POST of each object of the lock`, () => {
    assert.equal(posted.length, 2);
    for (const files of posted) noMore(files);
  });

  it(`goes through at most ${MOST} files to the PATCH of the entry, with the side that waits for the commit`, () => {
    assert.equal(patched.length, 1);
    for (const files of patched) noMore(files);
  });

  it("starts at the service, and has files that only return a promise of another one", () => {
    for (const files of [...posted, ...patched]) {
      for (const file of ["provider/plugin/service.ts", "provider/ipam/managed-pool.ts"])
        assert.ok(files.includes(file), file);
    }
    // It goes through `Promise.all` and into the group commit, where the stack of an error ends.
    assert.ok(posted[0]?.includes("provider/ipam/in-parallel.ts"));
    assert.ok(patched[0]?.includes("provider/ipam/reconcile/write-entries.ts"));
  });
});
