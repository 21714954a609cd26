/**
 * `clusterctl move` takes all objects to another cluster, with new UIDs. A stack that then points there has nothing to do.
 */
import assert from "node:assert/strict";
import { CAPI_IP_ADDRESS } from "../../provider/api/capi/kinds";
import { IP_ADDRESS, IP_CLAIM, IP_POOL } from "../../provider/api/metal3/kinds";
import { wording } from "../../provider/ipam/wording";
import { openMemoryStore } from "../../provider/store/memory-store";
import type { Store } from "../../provider/store/store";
import { claim, host, hosts, pool } from "./declare";
import { type Declared, Stack } from "./program";
import { openServedStore } from "./served-store";

const LABELS = { labels: { "example.com/rack": "r1" }, annotations: { "example.com/note": "x" } };
const PROGRAMS: Record<string, Declared[]> = {
  "a pool alone": [pool()],
  "a pool with excludes, DHCP ranges and both flags": [
    pool({
      excludes: ["10.0.0.12"],
      dhcpRanges: ["10.0.0.200-10.0.0.210"],
      excludeReserved: true,
      allowReserved: true,
      dnsServers: ["10.0.0.53"],
    }),
  ],
  "a pool with labels and annotations": [pool(LABELS)],
  "a pool of a Cluster, with entries of its own": [pool({ clusterName: "edge", preAllocations: { own: "10.0.0.19" } })],
  "an IPv6 pool": [pool({ pools: [{ subnet: "2001:db8::/64" }], prefix: 64, gateway: "2001:db8::1" }), host("a")],
  "a host by its name": [pool(), host("a")],
  "a host that is pinned": [pool(), host("a", { address: "10.0.0.14" })],
  "the lowest address": [pool(), host("a", { placement: "lowest" })],
  "a host by its claim's name": [pool(), { kind: "preAllocation", as: "c", args: { pool: "net", claimName: "any" } }],
  "a set with pins": [pool(), hosts(["a", "b", "c"], { pins: { b: "10.0.0.14" } })],
  "a set from a start": [pool(), hosts(["a", "b"], { start: "10.0.0.15" })],
  "IPClaims, one of them pinned": [pool(), claim("v"), claim("w", { address: "10.0.0.14", ...LABELS })],
  "an entry and the IPClaim of that name": [pool({ preAllocations: { v: "10.0.0.14" } }), claim("v")],
  "two pools": [
    pool(),
    pool({ pools: [{ start: "10.0.1.10", end: "10.0.1.19" }], gateway: "10.0.1.1" }, "two"),
    host("a"),
  ],
};

/** Works as clusterctl does: owners first, and references to them get the new UIDs. */
async function move(from: Store, to: Store): Promise<void> {
  const uids = new Map<string, string>();
  for (const kind of [IP_POOL, IP_CLAIM, IP_ADDRESS, CAPI_IP_ADDRESS]) {
    for (const { metadata, ...rest } of await from.list(kind, "metal3")) {
      const { name, namespace, labels = {}, annotations = {}, ownerReferences = [] } = metadata;
      const owners = ownerReferences.map((owner) => ({ ...owner, uid: uids.get(owner.uid) ?? owner.uid }));
      const moved = { name, namespace, labels, annotations, ownerReferences: owners };
      uids.set(metadata.uid, (await to.create(kind, { ...rest, metadata: moved })).metadata.uid);
    }
  }
}

for (const open of [openMemoryStore, openServedStore]) {
  describe(`a stack that now points to the place its objects were moved to (${open.name})`, () => {
    for (const [what, program] of Object.entries(PROGRAMS)) {
      it(`has no change and one message: ${what}`, async () => {
        const [east, west] = [open(), open()];
        const before = new Stack(east);
        await before.up(program);
        const { warnings: usual } = await before.preview(program);
        await move(east, west);
        const after = before.over(west);
        const { steps, drift, warnings, notes } = await after.preview(program);
        const same = program.map(({ as }) => `same ${as}`);
        assert.deepEqual([steps, drift, warnings], [same, [], usual]);
        assert.deepEqual([...new Set(notes)], [wording.targetMoved(east.target.description, west.target.description)]);
        assert.deepEqual(await after.up(program), same);
        assert.deepEqual((await after.preview(program)).notes, []);
      });
    }
  });
}
