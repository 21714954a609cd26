import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defaults } from "../testbed/versions";
import type { Combination } from "./combinations";
import { keep, kept } from "./kept";
import type { Finished } from "./page";

describe("the result of a combination's run", () => {
  const before = process.env.METAL3_IPAM_TOOLS;
  let cache: string;
  beforeEach(() => {
    cache = mkdtempSync(join(tmpdir(), "metal3-ipam-kept-"));
    process.env.METAL3_IPAM_TOOLS = cache;
  });
  afterEach(() => {
    if (before === undefined) delete process.env.METAL3_IPAM_TOOLS;
    else process.env.METAL3_IPAM_TOOLS = before;
    rmSync(cache, { recursive: true });
  });

  const newest: Combination = { name: "newest", why: "new", node: "24.0.0", versions: defaults };
  const rows = [{ title: "up", hasPassed: true, seconds: 1 }];
  const finished: Finished = {
    combination: newest,
    date: "2026-11-30",
    product: "0123abcd",
    recorded: { versions: { Node: "v24.0.0" }, rows },
    minutes: 2,
  };

  it("is kept for the next page", () => {
    assert.deepEqual(kept(newest), { combination: newest });
    keep(finished);
    assert.deepEqual(kept(newest), finished);
  });

  it("is that of the last run", () => {
    keep(finished);
    const broken = { combination: newest, date: "2026-12-01", product: "89abcdef" };
    keep(broken);
    assert.deepEqual(kept(newest), broken);
  });

  it("is not that of the same combination with other versions", () => {
    keep(finished);
    for (const other of [
      { ...newest, node: "26.0.0" },
      { ...newest, versions: { ...defaults, kubernetes: "1.99.0" } },
    ]) {
      assert.deepEqual(kept(other), { combination: other });
      keep({ ...finished, combination: other, date: "2026-12-01" });
    }
    assert.deepEqual(kept(newest), finished);
  });

  it("is kept if only the words about the combination change", () => {
    keep(finished);
    const reworded = { ...newest, why: "the newest" };
    assert.deepEqual(kept(reworded), { ...finished, combination: reworded });
  });
});
