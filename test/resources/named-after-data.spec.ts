/** CAPM3 without its flag: hosts ask under the name of their Metal3Data. */
import assert from "node:assert/strict";
import { IP_CLAIM } from "../../provider/api/metal3/kinds";
import { openMemoryStore } from "../../provider/store/memory-store";
import type { Store } from "../../provider/store/store";
import { claim, host, hosts, hostsClaim, pool } from "./declare";
import { Stack } from "./program";

/** An IPClaim as CAPM3 creates it. */
async function makeCapm3Claim(store: Store, name: string, labels?: Record<string, string>): Promise<void> {
  const made = hostsClaim(name);
  const apiVersion = "infrastructure.cluster.x-k8s.io/v1beta2";
  const ownerReferences = [{ apiVersion, kind: "Metal3Data", name: "nodes-0", uid: "uid-nodes-0", controller: true }];
  await store.create(IP_CLAIM, { ...made, metadata: { ...made.metadata, labels, ownerReferences } });
}

const WARNING =
  "CAPM3 has created IPClaims of IPPool metal3/net without the names of their hosts: nodes-0-net. Such hosts get other addresses " +
  "than the reserved ones. Run CAPM3 with `--enable-bmh-name-based-preallocation`, which counts when a host is " +
  "provisioned next time.";

describe("an IPClaim that CAPM3 has named after a Metal3Data", () => {
  let store: Store;
  let stack: Stack;
  const warnings = async (...rest: Parameters<Stack["preview"]>[0][number][]) =>
    (await stack.preview([pool(), ...rest])).warnings;
  beforeEach(async () => {
    store = openMemoryStore();
    stack = new Stack(store);
    await stack.up([pool()]);
  });

  it("is a warning for reservations by host, in every preview", async () => {
    await makeCapm3Claim(store, "nodes-0-net");
    assert.deepEqual(await warnings(host("worker-1")), [WARNING]);
    assert.deepEqual(await warnings(hosts(["worker-1", "worker-2"])), [WARNING]);
    await stack.up([pool(), host("worker-1")]);
    assert.deepEqual(await warnings(host("worker-1")), [WARNING]);
  });

  it("is none for other claims, and for reservations without hosts", async () => {
    await makeCapm3Claim(store, "nodes-0-net");
    assert.deepEqual(await warnings(host("vip", { host: undefined, claimName: "vip" }), claim("v")), []);
  });

  it("is none if the claim is reserved under this name", async () => {
    await makeCapm3Claim(store, "nodes-0-net");
    assert.deepEqual(await warnings(hosts(["nodes-0"], { adopt: true })), []);
  });

  it("is none with the labels that CAPM3's flag adds, and for claims of other owners", async () => {
    await makeCapm3Claim(store, "worker-1-net", { "infrastructure.cluster.x-k8s.io/data-name": "nodes-0" });
    await store.create(IP_CLAIM, hostsClaim("by-hand"));
    assert.deepEqual(await warnings(host("worker-2")), []);
  });
});
