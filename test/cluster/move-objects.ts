/** What `clusterctl move` does to a namespace: objects are made anew in another cluster, with other UIDs, and deleted here. */
import assert from "node:assert/strict";
import type { KubeObject } from "../testbed/cluster";
import type { Site, SiteKind } from "./site";

/** Owners before what they own. */
const KINDS: readonly SiteKind[] = ["cluster", "pool", "claim", "address", "capiAddress"];

/** Each object is made anew there, its owners under their new uids, and its status is not taken along; then all go here. */
export async function moveObjects(here: Site, there: Site): Promise<void> {
  const uids = new Map<unknown, unknown>();
  const moved: [SiteKind, KubeObject][] = [];
  for (const kind of KINDS) {
    for (const object of await here.list(kind)) {
      const { name, uid, labels, annotations, ownerReferences = [] } = object.metadata;
      const owners = ownerReferences.map((owner) => ({ ...owner, uid: uids.get(owner.uid) }));
      const metadata = { labels, annotations, ownerReferences: owners };
      const made = await there.create(kind, name, { spec: object.spec }, metadata);
      uids.set(uid, made.metadata.uid);
      moved.unshift([kind, object]);
    }
  }
  for (const [kind, { metadata }] of moved) {
    await here.patch(kind, metadata.name, { metadata: { finalizers: null } });
    await here.delete(kind, metadata.name);
  }
  assert.deepEqual(await here.left(), []);
}
