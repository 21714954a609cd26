import assert from "node:assert/strict";
import { needsCluster } from "./example-cluster";
import { hostTable } from "./run-example";

describe("the example's table", () => {
  it("has a row for each host, a column for each network, and gaps if a host is not in one", () => {
    const hosts = {
      "node-0": { provisioning: "172.22.0.10", storage: "10.0.0.1" },
      "node-10": { provisioning: "172.22.0.20" },
    };
    assert.deepEqual(hostTable(hosts), [
      "HOST     PROVISIONING  STORAGE",
      "node-0   172.22.0.10   10.0.0.1",
      "node-10  172.22.0.20   -",
    ]);
  });
});

describe("an example", () => {
  it("needs a cluster unless its settings name a folder for the pools", () => {
    assert.equal(needsCluster("config: { metal3-ipam:namespace: metal3 }"), true);
    assert.equal(needsCluster("config: { metal3-ipam:directory: ./manifests }"), false);
  });
});
