import assert from "node:assert/strict";
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
